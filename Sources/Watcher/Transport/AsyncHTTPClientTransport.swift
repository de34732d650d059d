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
            if error as? HTTPClientError == .connectTimeout || error as? HTTPClientError == .deadlineExceeded {
                throw TransportError.timedOut(after: self.timeout)
            }
            throw TransportError.connection(String(describing: error))
        }
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
