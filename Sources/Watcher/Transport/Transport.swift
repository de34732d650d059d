// SPDX-License-Identifier: Apache-2.0

package import WatcherWire

/// Carries one request to the server and its answer back; knows nothing of retries.
package protocol Transport: Sendable {
    /// Sends the request once.
    ///
    /// - Throws: ``TransportError`` when no answer came, `CancellationError` when the task is cancelled,
    ///   ``WatcherError`` when it could not be sent because there is no credential.
    func send(_ request: TransportRequest) async throws -> TransportResponse

    /// Sends the request once, without waiting and without a thread of Swift's cooperative pool, and calls back.
    ///
    /// Of an answer no more than 64 KiB are taken: a larger one is ``TransportError/answerTooLarge(limit:)``.
    ///
    /// - Parameters:
    ///   - request: the request.
    ///   - timeout: how long it may take, from connecting to the last byte of the answer.
    ///   - whenDone: called once, on any thread, which it must not block.
    func send(
        _ request: TransportRequest,
        within timeout: Duration,
        whenDone: @escaping @Sendable (Result<TransportResponse, TransportError>) -> Void
    )
}

/// A request in full.
package struct TransportRequest: Sendable {
    /// The HTTP method.
    package var method: Endpoint.Method
    /// The whole URL.
    package var url: String
    /// The header fields, in order.
    package var headers: [(name: String, value: String)]
    /// The body; `nil` for none.
    package var body: [UInt8]?

    /// Makes a request.
    package init(
        method: Endpoint.Method,
        url: String,
        headers: [(name: String, value: String)] = [],
        body: [UInt8]? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }
}

/// An answer in full.
package struct TransportResponse: Sendable {
    /// The HTTP status.
    package var status: Int
    /// The `Retry-After` field.
    package var retryAfter: String?
    /// The `Location` field.
    package var location: String?
    /// The body.
    package var body: [UInt8]

    /// Makes an answer.
    package init(status: Int, retryAfter: String? = nil, location: String? = nil, body: [UInt8]) {
        self.status = status
        self.retryAfter = retryAfter
        self.location = location
        self.body = body
    }
}

/// Why no answer came.
package enum TransportError: Error, Sendable {
    /// The time for one attempt was over.
    case timedOut(after: Duration)
    /// The connection could not be made, or broke off; the text says how.
    case connection(String)
    /// The answer is larger than the limit in bytes.
    case answerTooLarge(limit: Int)
}
