// SPDX-License-Identifier: Apache-2.0
import Foundation
import Hummingbird
import HummingbirdTesting
import Logging
import Synchronization
import Testing

/// A real HTTP server on a free port of 127.0.0.1 that keeps what it was sent.
final class WebhookServer: Sendable {
    /// What was sent.
    struct Received: Sendable, Equatable {
        let method: String
        let target: String
        let contentType: String?
        let idempotencyKey: String?
        let authorization: String?
        let text: String
    }

    /// What is sent to Slack.
    private struct Message: Decodable {
        let text: String
    }

    private let requests = Mutex<[Received]>([])
    private let port: Mutex<Int> = Mutex(0)
    private let arrivals = AsyncStream<Void>.makeStream()

    /// Everything received, in order.
    var received: [Received] { self.requests.withLock(\.self) }

    /// A URL like Slack's.
    func url(login: String = "") -> String {
        " http://\(login)127.0.0.1:\(self.port.withLock(\.self))/services/T0000AAA/xyzSECRETxyz?tok=en123456#part\n"
    }

    /// Returns when a request has come.
    func firstRequest() async {
        for await _ in self.arrivals.stream { return }
    }

    /// Runs a server while `body` runs.
    static func run<Value: Sendable>(
        _ answer: @escaping @Sendable (Received) async throws -> Response,
        body: @escaping @Sendable (WebhookServer) async throws -> Value
    ) async throws -> Value {
        let server = WebhookServer()
        var logger = Logger(label: "webhook-server")
        logger.logLevel = .critical
        let application = Application(
            responder: CallbackResponder { (request: Request, _: BasicRequestContext) in
                try await answer(try await server.keep(request))
            },
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            logger: logger
        )
        return try await application.test(.live) { client in
            let port = try #require(client.port)
            server.port.withLock { $0 = port }
            return try await body(server)
        }
    }

    private func keep(_ request: Request) async throws -> Received {
        let bytes = try await request.body.collect(upTo: 1 << 20).readableBytesView
        let received = Received(
            method: request.method.rawValue,
            target: request.head.path ?? "",
            contentType: request.headers[.contentType],
            idempotencyKey: request.headers[try #require(.init("Idempotency-Key"))],
            authorization: request.headers[.authorization],
            text: try JSONDecoder().decode(Message.self, from: Data(bytes)).text
        )
        self.requests.withLock { $0.append(received) }
        self.arrivals.continuation.yield()
        return received
    }
}
