// SPDX-License-Identifier: Apache-2.0

/// Sends one token for ever.
struct StaticBearerAuthorizer: RequestAuthorizer, Redacted {
    let token: BearerToken

    func authorize(_ request: TransportRequest) async throws -> AuthorizedRequest {
        AuthorizedRequest(request: request.authorized(with: self.token))
    }

    func authorizeAtOnce(_ request: TransportRequest) -> AuthorizedRequest? {
        AuthorizedRequest(request: request.authorized(with: self.token))
    }

    func discard(_ refused: AuthorizedRequest, status: Int) -> Bool { false }
}

/// Sends the token that a file holds now.
struct BearerFileAuthorizer: RequestAuthorizer {
    let path: String

    func authorize(_ request: TransportRequest) async throws -> AuthorizedRequest {
        try self.authorized(request)
    }

    /// The next request that can throw says why the file cannot be read.
    func authorizeAtOnce(_ request: TransportRequest) -> AuthorizedRequest? {
        try? self.authorized(request)
    }

    private func authorized(_ request: TransportRequest) throws -> AuthorizedRequest {
        let text: String
        do {
            text = try CredentialSources.text(ofFile: self.path)
        } catch {
            throw WatcherError(
                .authentication,
                "The file of the bearer token, \(self.path), cannot be read. Check the path and who may read it.",
                cause: error
            )
        }
        let token = try BearerToken(issued: text, by: "The file of the bearer token, \(self.path),")
        return AuthorizedRequest(request: request.authorized(with: token))
    }

    /// Another try is worth it when the file was replaced while the request was on its way.
    func discard(_ refused: AuthorizedRequest, status: Int) -> Bool {
        // A file that cannot be read now is no better than what was sent; the server's answer says enough.
        guard status == 401, let sent = refused.request.headers.last,
            let text = try? CredentialSources.text(ofFile: self.path)
        else { return false }
        return sent.value != "Bearer \(text)"
    }
}

/// Sends a token that is fetched, kept, and renewed before it expires.
struct RenewedBearerAuthorizer: RequestAuthorizer, Redacted {
    let token: RenewedValue<BearerToken>

    func authorize(_ request: TransportRequest) async throws -> AuthorizedRequest {
        let held = try await self.token.current()
        return AuthorizedRequest(request: request.authorized(with: held.value), version: held.version)
    }

    func authorizeAtOnce(_ request: TransportRequest) -> AuthorizedRequest? {
        self.token.atHand().map {
            AuthorizedRequest(request: request.authorized(with: $0.value), version: $0.version)
        }
    }

    func discard(_ refused: AuthorizedRequest, status: Int) -> Bool {
        // 403 says that the server knows who asks.
        guard status == 401 else { return false }
        self.token.discard(version: refused.version)
        return true
    }
}

extension BearerToken {
    /// A token that somebody gave while the client runs; the error repeats nothing of it.
    init(issued text: String, by whom: String) throws(WatcherError) {
        do {
            try self.init(text)
        } catch {
            throw WatcherError(
                .authentication,
                text.isEmpty ? "\(whom) holds no token." : "\(whom) holds something that is no token."
            )
        }
    }
}

/// Gets a token from a closure.
struct ClosureTokenSource: Sendable {
    let validFor: Duration
    let now: @Sendable () -> WireTimestamp
    let token: @Sendable () async throws -> String

    func fetch() async throws -> RenewedValue<BearerToken>.Fetched {
        let text: String
        do {
            text = try await self.token()
        } catch is CancellationError {
            throw WatcherError(.authentication, "The closure that gives the bearer token was cancelled.")
        } catch {
            throw WatcherError(
                .authentication,
                "The closure that gives the bearer token failed with \(type(of: error)); the cause says more.",
                cause: error
            )
        }
        let left = JSONWebToken.expiry(of: text).map { self.now().duration(to: $0) }
        return .init(
            value: try BearerToken(issued: text, by: "What the closure returned"),
            validFor: left ?? self.validFor
        )
    }
}
