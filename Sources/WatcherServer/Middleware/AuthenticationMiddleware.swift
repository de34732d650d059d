// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import WatcherCore
import WatcherServices
import WatcherWire

/// Finds out who sent a request, and lets nobody in without a token that counts, unless the path is open.
///
/// What the token must be good for is checked where the route is known (``WatcherRequestContext/require(_:)``): no
/// spelling of a path can make the two differ. A path that does not exist is told from one that does by holders of a
/// token only.
struct AuthenticationMiddleware: RouterMiddleware {
    typealias Context = WatcherRequestContext

    let authenticator: Authenticator
    /// Whether a token is needed also when none was ever created.
    let requiresToken: Bool
    let rates: RateLimiter?

    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        // Who asks whether the process lives must not be told that it is busy, or it gets killed.
        guard request.uri.path != Endpoints.live.path else { return try await next(request, context) }
        var context = context
        let refusal = try await self.identify(request, &context)
        // Before the refusal: guesses count too.
        try self.rates?.admit(Client(context))
        if let refusal, !Endpoints.openPaths.contains(request.uri.path) { throw refusal }
        return try await next(request, context)
    }

    /// Notes in the context who sent the request and what it may do, or says why it may do nothing.
    private func identify(_ request: Request, _ context: inout Context) async throws -> AccessRefusal? {
        // Not `headers[.authorization]`, which builds an index of all fields first.
        let header = request.headers.first { $0.name == .authorization }?.value
        let token = header.flatMap(Self.token(in:))
        switch try await self.authenticator.verdict(on: token) {
        case .noTokens where !self.requiresToken:
            context.scope = .admin
            return nil
        case .known(let identity):
            context.identity = identity
            context.scope = identity.scope
            context.logger[metadataKey: "token.name"] = "\(identity.name)"
            return nil
        case .noTokens, .missing, .unknown:
            return header == nil ? .missingToken : token == nil ? .malformedToken : .unknownToken
        }
    }

    private static func token(in header: String) -> PresentedToken? {
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return PresentedToken(parts[1])
    }
}

extension Client {
    fileprivate init(_ context: WatcherRequestContext) {
        if let identity = context.identity {
            self = .token(id: identity.id)
        } else {
            self.init(address: context.remoteAddress)
        }
    }
}
