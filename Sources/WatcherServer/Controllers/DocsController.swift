// SPDX-License-Identifier: Apache-2.0
import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import WatcherPages
import WatcherWire

/// The routes that describe the interface: the same bytes for everybody, made once.
struct DocsController {
    private static let document = ByteBuffer(string: OpenAPIDocument.json(Operation.all).description)
    private static let tag: String = {
        let digits = SHA256.hash(data: Data(Self.document.readableBytesView)).prefix(12).map { byte in
            byte < 16 ? "0\(String(byte, radix: 16))" : String(byte, radix: 16)
        }
        return "\"\(digits.joined())\""
    }()
    private static let page = DocsPage.page(Operation.all).response()

    func add(to routes: Routes) {
        // Here, and not when the first client asks.
        let page = Self.page
        let (document, tag) = (Self.document, Self.tag)
        routes.on(Endpoints.docs) { _, _ in page }
        routes.on(Endpoints.openAPI) { request, _ in
            if request.headers[.ifNoneMatch] == tag {
                return Response(status: .notModified, headers: [.eTag: tag])
            }
            return Response(
                status: .ok,
                headers: [.contentType: "application/json", .eTag: tag],
                body: ResponseBody(byteBuffer: document)
            )
        }
    }
}
