// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import Hummingbird
import NIOCore
import WatcherPages
import WatcherWire

extension Page {
    /// The answer with the page.
    ///
    /// - Parameters:
    ///   - status: its status.
    ///   - headers: header fields besides those of every page.
    /// - Returns: the answer.
    func response(_ status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) -> Response {
        var headers = headers
        headers[.contentType] = "text/html; charset=utf-8"
        headers[.contentSecurityPolicy] = self.contentSecurityPolicy
        headers[.xContentTypeOptions] = "nosniff"
        if let name = HTTPField.Name("Referrer-Policy") { headers[name] = "no-referrer" }
        return Response(
            status: status,
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(string: self.html.text))
        )
    }
}

extension Site {
    /// The pages of this server.
    static let watcher = Site(
        overview: Endpoints.root.path,
        reporting: Endpoints.reporting.path,
        lineage: Endpoints.lineageGraph.path,
        diagnostics: Endpoints.diagnostics.path,
        docs: Endpoints.docs.path
    )
}

extension Endpoints {
    /// Where pages are shown that say how things are now; what goes wrong there is told in the form that a client prefers.
    static let pages: [Endpoint] = [Self.root, Self.reporting, Self.lineageGraph, Self.diagnostics]

    private static let pagePaths = Set(Self.pages.map(\.path))

    /// Whether a page may be the answer to a request.
    static func showPage(to request: Request) -> Bool {
        (request.method == .get || request.method == .head) && Self.pagePaths.contains(request.uri.path)
    }
}
