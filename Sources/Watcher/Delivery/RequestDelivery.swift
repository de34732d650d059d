// SPDX-License-Identifier: Apache-2.0

import Logging

/// Sends requests to one server until they are answered, or until the policy says to give up.
struct RequestDelivery: Sendable {
    let server: ServerAddress
    let transport: any Transport
    let policy: Watcher.RetryPolicy
    let surroundings: Surroundings
    let logger: Logger
    /// The trace that requests belong to.
    let traceparent: String?
    /// Whether anything is sent at all.
    let isEnabled: Bool

    /// Sends a POST and reads its answer.
    ///
    /// With `shieldingAttempts` an attempt under way goes on when the task is cancelled, so that its answer is not lost;
    /// there is no further attempt then.
    func post<Answer: WireResponse>(
        _ endpoint: Endpoint,
        _ message: some WireMessage,
        shieldingAttempts: Bool = false
    ) async throws -> Answer {
        let request = self.request(endpoint, message)
        return try self.decode(
            try await self.deliver(request, path: endpoint.path, shieldingAttempts: shieldingAttempts),
            path: endpoint.path
        )
    }

    /// Sends a POST or PATCH whose answer has nothing to say; a client that is disabled sends nothing.
    func send(_ endpoint: Endpoint, _ message: some WireMessage) async throws {
        guard self.isEnabled else { return }
        _ = try await self.deliver(self.request(endpoint, message), path: endpoint.path, shieldingAttempts: false)
    }

    /// Sends a GET and reads its answer.
    func get<Answer: WireResponse>(_ path: String, query: [(name: String, value: String?)]) async throws -> Answer {
        let request = TransportRequest(
            method: .get,
            url: self.server.url(path, query: query),
            headers: self.commonHeaders,
            body: nil
        )
        return try self.decode(try await self.deliver(request, path: path, shieldingAttempts: false), path: path)
    }

    /// Sends a heartbeat once and calls back, without a thread of Swift's cooperative pool.
    func beat(
        _ executionID: Int64,
        _ message: HeartbeatRequest,
        within timeout: Duration,
        whenDone: @escaping @Sendable (Result<TransportResponse, TransportError>) -> Void
    ) {
        // Without a key: a heartbeat that arrives twice says the same twice, and the server need not remember it.
        let path = Endpoints.heartbeat.path(id: executionID)
        let request = self.request(Endpoint(Endpoints.heartbeat.method, path), message, key: nil)
        self.transport.send(request, within: timeout, whenDone: whenDone)
    }

    private func request(_ endpoint: Endpoint, _ message: some WireMessage) -> TransportRequest {
        // What a PATCH says is true however often it arrives; only a POST needs a key.
        self.request(endpoint, message, key: endpoint.method == .post ? self.surroundings.makeKey() : nil)
    }

    private func request(_ endpoint: Endpoint, _ message: some WireMessage, key: String?) -> TransportRequest {
        TransportRequest(
            method: endpoint.method,
            url: self.server.url(endpoint.path),
            headers: self.commonHeaders + [("Content-Type", "application/json")]
                + (key.map { [(HeaderNames.idempotencyKey, $0)] } ?? []),
            body: message.json
        )
    }

    private var commonHeaders: [(name: String, value: String)] {
        [("Accept", "application/json"), ("User-Agent", "watcher-swift")]
            + (self.traceparent.map { [("traceparent", $0)] } ?? [])
    }

    private func decode<Answer: WireResponse>(_ response: TransportResponse, path: String) throws -> Answer {
        do {
            return try Answer.decode(response.body)
        } catch {
            throw WatcherError(
                .api,
                "\(self.server.text)\(path) answered with something else than expected: \(error). "
                    + "Check that the URL is that of a Watcher server.",
                status: response.status,
                cause: error
            )
        }
    }

    // MARK: - Attempts

    private func deliver(
        _ request: TransportRequest,
        path: String,
        shieldingAttempts: Bool
    ) async throws -> TransportResponse {
        guard self.isEnabled else {
            throw WatcherError(
                .disabled,
                "\(request.method.rawValue) \(path) was not sent: this client is disabled (WATCHER_DISABLED)."
            )
        }
        var attempt = 1
        while true {
            let failure: FailedAttempt
            switch try await self.attempt(request, shielded: shieldingAttempts) {
            case .success(let response): return response
            case .failure(let failed): failure = failed
            }
            try Task.checkCancellation()
            guard failure.isRetried, attempt < self.policy.maximumAttempts else {
                throw failure.error(request, path: path, server: self.server, attempts: attempt)
            }
            let delay = self.policy.delay(
                after: attempt,
                retryAfter: failure.retryAfter(now: self.surroundings.now()),
                chance: self.surroundings.chance()
            )
            self.logger.info(
                "A request failed and is sent again after a while",
                metadata: [
                    LogKey.method: "\(request.method.rawValue)",
                    LogKey.path: "\(path)",
                    LogKey.attempt: "\(attempt)",
                    LogKey.delay: "\(delay)",
                    LogKey.error: "\(failure.reason)",
                ]
            )
            try await self.surroundings.sleep(delay)
            attempt += 1
        }
    }

    private func attempt(
        _ request: TransportRequest,
        shielded: Bool
    ) async throws -> Result<TransportResponse, FailedAttempt> {
        let response: TransportResponse
        do {
            if shielded {
                response = try await shieldedFromCancellation { try await self.transport.send(request) }
            } else {
                response = try await self.transport.send(request)
            }
        } catch let error as TransportError {
            return .failure(.unanswered(error))
        } catch let error as WatcherError {
            return .failure(.withoutCredential(error))
        }
        return (200...299).contains(response.status) ? .success(response) : .failure(.refused(response))
    }
}
