// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import Hummingbird
import WatcherWire

/// Redirects paths with a trailing slash: `/pipeline/` is `/pipeline`; 307 keeps method and body.
///
/// Behind the one that asks for a token: who has none learns nothing of what paths there are.
struct TrailingSlashMiddleware<Context: RequestContext>: RouterMiddleware {
    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        let path = request.uri.path
        guard path.utf8.count > 1, path.utf8.last == UInt8(ascii: "/") else { return try await next(request, context) }
        let target = String(path.dropLast())
        guard !Endpoints.methods(of: target).isEmpty else { return try await next(request, context) }
        let query = request.uri.query.map { "?\($0)" } ?? ""
        return Response(status: .temporaryRedirect, headers: [.location: target + query])
    }
}
