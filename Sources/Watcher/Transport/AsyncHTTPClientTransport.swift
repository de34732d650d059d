// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Sends requests with async-http-client.
package struct AsyncHTTPClientTransport: Transport {
    /// The client of all transports that name none.
    ///
    /// Never shut down, so nobody has to. Redirects are not followed: a POST would arrive as a GET, and elsewhere. A
    /// connection that cannot be made fails at once, because the retries of the requests know when to give up.
    static let sharedClient: HTTPClient = {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    /// How large the answer to a heartbeat may be: it is read on an event loop, and a server says nothing in it.
    static let maximumHeartbeatAnswerSize = 64 * 1024

    private let client: HTTPClient
    private let timeout: Duration
    private let maximumAnswerSize: Int

    /// Makes a transport with the time and size limits of a configuration, and its HTTP client when it names one.
    package init(configuration: Watcher.Configuration) {
        self.client = configuration.httpClient ?? Self.sharedClient
        self.timeout = configuration.requestTimeout
        self.maximumAnswerSize = configuration.maximumAnswerSize
    }

    /// Sends the request once.
    package func send(_ request: TransportRequest) async throws -> TransportResponse {
        do {
            // The HTTP client's own deadline ends with the head of the answer; ours covers the body too.
            return try await withThrowingTaskGroup(of: TransportResponse.self) { group in
                defer { group.cancelAll() }
                group.addTask { try await self.exchange(request) }
                group.addTask {
                    try await Task.sleep(for: self.timeout)
                    throw TransportError.timedOut(after: self.timeout)
                }
                guard let response = try await group.next() else { throw CancellationError() }
                return response
            }
        } catch let error as TransportError {
            throw error
        } catch is NIOTooManyBytesError {
            throw TransportError.answerTooLarge(limit: self.maximumAnswerSize)
        } catch {
            if Task.isCancelled { throw CancellationError() }
            if Self.isTimeout(error) { throw TransportError.timedOut(after: self.timeout) }
            throw TransportError.connection(String(describing: error))
        }
    }

    /// Sends the request once, without waiting, and calls back on an event loop.
    ///
    /// Of the two interfaces of the HTTP client only this one, with futures, stays on event loops: `execute` with `await`
    /// goes on in a task of the cooperative pool after each step, and would stop when the work blocks the pool.
    package func send(
        _ request: TransportRequest,
        within timeout: Duration,
        whenDone: @escaping @Sendable (Result<TransportResponse, TransportError>) -> Void
    ) {
        let message: HTTPClient.Request
        do {
            message = try HTTPClient.Request(
                url: request.url,
                method: HTTPMethod(rawValue: request.method.rawValue),
                headers: HTTPHeaders(request.headers),
                body: request.body.map { .bytes($0) }
            )
        } catch {
            return whenDone(.failure(.connection(String(describing: error))))
        }
        let limit = min(self.maximumAnswerSize, Self.maximumHeartbeatAnswerSize)
        let accumulator = ResponseAccumulator(request: message, maxBodySize: limit)
        let answer = self.client.execute(
            request: message,
            delegate: accumulator,
            deadline: .now() + TimeAmount(timeout)
        )
        answer.futureResult.whenComplete { result in
            whenDone(
                result.map(TransportResponse.init).mapError { error in
                    if error is ResponseAccumulator.ResponseTooBigError { return .answerTooLarge(limit: limit) }
                    let isTimeout = Self.isTimeout(error)
                    return isTimeout ? .timedOut(after: timeout) : .connection(String(describing: error))
                }
            )
        }
    }

    private static func isTimeout(_ error: any Error) -> Bool {
        error as? HTTPClientError == .connectTimeout || error as? HTTPClientError == .deadlineExceeded
    }

    private func exchange(_ request: TransportRequest) async throws -> TransportResponse {
        var message = HTTPClientRequest(url: request.url)
        message.method = HTTPMethod(rawValue: request.method.rawValue)
        for header in request.headers { message.headers.add(name: header.name, value: header.value) }
        if let body = request.body { message.body = .bytes(body) }
        let response = try await self.client.execute(message, timeout: TimeAmount(self.timeout))
        let body = try await response.body.collect(upTo: self.maximumAnswerSize)
        return TransportResponse(
            status: Int(response.status.code),
            retryAfter: response.headers.first(name: "Retry-After"),
            location: response.headers.first(name: "Location"),
            body: Array(body.readableBytesView)
        )
    }
}

extension TransportResponse {
    fileprivate init(_ response: HTTPClient.Response) {
        self.init(
            status: Int(response.status.code),
            retryAfter: response.headers.first(name: "Retry-After"),
            location: response.headers.first(name: "Location"),
            body: response.body.map { Array($0.readableBytesView) } ?? []
        )
    }
}
