// SPDX-License-Identifier: Apache-2.0

/// Sends one token for ever.
struct StaticBearerAuthorizer: RequestAuthorizer, Redacted {
    let token: BearerToken

    func authorize(_ request: TransportRequest) async throws -> AuthorizedRequest {
        AuthorizedRequest(request: request.authorized(with: self.token))
    }

    func authorize(_ request: TransportRequest, whenDone: @escaping AuthorizedRequest.Receiver) {
        whenDone(.success(AuthorizedRequest(request: request.authorized(with: self.token))))
    }

    func discard(_ refused: AuthorizedRequest, status: Int) -> Bool { false }
}

/// Sends the token that a file holds now, or to heartbeats the one last read when the file cannot be read.
struct BearerFileAuthorizer: RequestAuthorizer, Redacted {
    /// Never valid for any time, so that it is read for every request, and never by a thread that must not wait.
    let token: RenewedValue<BearerToken>

    func authorize(_ request: TransportRequest) async throws -> AuthorizedRequest {
        self.authorized(request, try await self.token.current())
    }

    func authorize(_ request: TransportRequest, whenDone: @escaping AuthorizedRequest.Receiver) {
        self.token.whenUsable { result in whenDone(result.map { self.authorized(request, $0) }) }
    }

    /// The version goes by the token: as long as the file stays the same, another try is worth nothing.
    private func authorized(
        _ request: TransportRequest,
        _ held: RenewedValue<BearerToken>.Held
    ) -> AuthorizedRequest {
        AuthorizedRequest(
            request: request.authorized(with: held.value),
            version: Int(held.value.authorization.hashValue.magnitude >> 1)
        )
    }

    /// Another try is worth it when the file was replaced while the request was on its way.
    func discard(_ refused: AuthorizedRequest, status: Int) -> Bool { status == 401 }
}

/// Sends a token that is fetched, kept, and renewed before it expires.
struct RenewedBearerAuthorizer: RequestAuthorizer, Redacted {
    let token: RenewedValue<BearerToken>

    func authorize(_ request: TransportRequest) async throws -> AuthorizedRequest {
        self.authorized(request, try await self.token.current())
    }

    func authorize(_ request: TransportRequest, whenDone: @escaping AuthorizedRequest.Receiver) {
        self.token.whenUsable { result in whenDone(result.map { self.authorized(request, $0) }) }
    }

    private func authorized(
        _ request: TransportRequest,
        _ held: RenewedValue<BearerToken>.Held
    ) -> AuthorizedRequest {
        AuthorizedRequest(request: request.authorized(with: held.value), version: held.version)
    }

    func discard(_ refused: AuthorizedRequest, status: Int) -> Bool {
        // 403 says that the server knows who asks.
        status == 401 && self.token.discard(version: refused.version)
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

/// Gets a token from a file.
struct FileTokenSource: Sendable {
    let path: String

    /// The file as the begin of a sentence.
    var name: String { "The file of the bearer token, \(self.path)," }

    func fetch() throws -> RenewedValue<BearerToken>.Fetched {
        let text: String
        do {
            text = try CredentialSources.text(ofFile: self.path)
        } catch {
            throw WatcherError(
                .authentication,
                "\(self.name) cannot be read. Check the path and who may read it.",
                cause: error
            )
        }
        return .init(value: try BearerToken(issued: text, by: self.name), validFor: .zero)
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
