// SPDX-License-Identifier: Apache-2.0

/// Adds a credential to requests.
protocol RequestAuthorizer: Sendable {
    /// The request with a credential.
    func authorize(_ request: TransportRequest) async throws -> AuthorizedRequest

    /// Calls back with the request with a credential, without a thread of Swift's cooperative pool.
    ///
    /// At once when one is at hand, and otherwise when it has come. When none comes, one that has expired is better than
    /// none.
    func authorize(_ request: TransportRequest, whenDone: @escaping AuthorizedRequest.Receiver)

    /// Gives up the credential with which the server refused a request.
    ///
    /// - Returns: whether the server may like another one better, and there may be one.
    func discard(_ refused: AuthorizedRequest, status: Int) -> Bool
}

/// A request with a credential.
struct AuthorizedRequest: Sendable, Redacted {
    /// Who is called back with one, or with why there is none; on any thread, which it must not block.
    typealias Receiver = @Sendable (Result<AuthorizedRequest, any Error>) -> Void

    var request: TransportRequest
    /// Which credential it was, for those who know several.
    var version = 0
}

/// Sends requests with a credential, and once more with a new one when the server refuses it.
struct AuthenticatingTransport: Transport, Redacted {
    /// How much of a refusal is kept; the rest would only be searched.
    static let maximumRefusalSize = 64 * 1024

    let transport: any Transport
    let authorizer: any RequestAuthorizer

    /// Sends the request.
    ///
    /// The second time carries the same idempotency key, so a server that has acted on the first one does not act again.
    func send(_ request: TransportRequest) async throws -> TransportResponse {
        let authorized = try await self.authorizer.authorize(request)
        let response = try await self.exchange(authorized, for: request)
        guard response.status == 401 || response.status == 403,
            self.authorizer.discard(authorized, status: response.status)
        else { return response }
        let again = try await self.authorizer.authorize(request)
        return again.version == authorized.version ? response : try await self.exchange(again, for: request)
    }

    /// Sends the request as soon as there is a credential; a refusal makes the next one go with a new credential.
    func send(
        _ request: TransportRequest,
        within timeout: Duration,
        whenDone: @escaping @Sendable (Result<TransportResponse, TransportError>) -> Void
    ) {
        self.authorizer.authorize(request) { authorized in
            switch authorized {
            case .success(let authorized): self.send(authorized, for: request, within: timeout, whenDone: whenDone)
            case .failure(let error):
                let reason = (error as? WatcherError)?.message ?? "\(type(of: error))"
                whenDone(.failure(.connection("there is no credential to send it with: \(reason)")))
            }
        }
    }

    private func send(
        _ authorized: AuthorizedRequest,
        for request: TransportRequest,
        within timeout: Duration,
        whenDone: @escaping @Sendable (Result<TransportResponse, TransportError>) -> Void
    ) {
        self.transport.send(authorized.request, within: timeout) { result in
            guard case .success(let response) = result else { return whenDone(result) }
            if response.status == 401 || response.status == 403 {
                _ = self.authorizer.discard(authorized, status: response.status)
            }
            whenDone(.success(self.cleaned(response, of: authorized, for: request)))
        }
    }

    private func exchange(
        _ authorized: AuthorizedRequest,
        for request: TransportRequest
    ) async throws -> TransportResponse {
        self.cleaned(try await self.transport.send(authorized.request), of: authorized, for: request)
    }

    /// Takes what was added to a request out of its refusal, whose text may become part of an error.
    private func cleaned(
        _ response: TransportResponse,
        of authorized: AuthorizedRequest,
        for request: TransportRequest
    ) -> TransportResponse {
        guard !(200...299).contains(response.status), !response.body.isEmpty else { return response }
        var text = String(decoding: response.body.prefix(Self.maximumRefusalSize), as: UTF8.self)
        for header in authorized.request.headers.dropFirst(request.headers.count) {
            for word in header.value.split(separator: " ") where word.utf8.count > 3 && text.contains(word) {
                text = text.replacing(word, with: self.description)
            }
        }
        var response = response
        response.body = Array(text.utf8)
        return response
    }
}

extension TransportRequest {
    /// The request with a bearer token.
    func authorized(with token: BearerToken) -> TransportRequest {
        var request = self
        request.headers.append(("Authorization", token.authorization))
        return request
    }
}
