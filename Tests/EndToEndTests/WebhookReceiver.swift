// SPDX-License-Identifier: Apache-2.0
import Foundation
import Hummingbird
import HummingbirdTesting
import Logging
import Synchronization
import Testing
import WatcherWire

/// A webhook on a free port of 127.0.0.1 that keeps what it was sent, and answers when the test lets it.
final class WebhookReceiver: Sendable {
    /// What was sent.
    struct Received: Sendable, Equatable {
        let key: String?
        let text: String
    }

    private struct State {
        var received: [Received] = []
        /// How many more are answered.
        var answers = Int.max
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())
    private let port = Mutex(0)

    var url: String { "http://127.0.0.1:\(self.port.withLock(\.self))/alerts" }

    /// Everything that was sent, in order.
    var received: [Received] { self.state.withLock(\.received) }

    /// How many wait for an answer.
    var waiting: Int { self.state.withLock(\.waiting.count) }

    /// Answers so many more, and then none.
    func answer(_ count: Int) {
        self.state.withLock { $0.answers = count }
    }

    /// Answers all that wait, and all that come.
    func answerAll() {
        let waiting = self.state.withLock { state in
            defer { (state.waiting, state.answers) = ([], .max) }
            return state.waiting
        }
        for request in waiting { request.resume() }
    }

    /// Runs one while `body` runs.
    static func with<Value: Sendable>(_ body: @escaping @Sendable (WebhookReceiver) async throws -> Value) async throws
        -> Value
    {
        let receiver = WebhookReceiver()
        var logger = Logger(label: "webhook")
        logger.logLevel = .critical
        let application = Application(
            responder: CallbackResponder { (request: Request, _: BasicRequestContext) in
                try await receiver.keep(request)
                return Response(status: .ok)
            },
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            logger: logger
        )
        return try await application.test(.live) { client in
            let port = try #require(client.port)
            receiver.port.withLock { $0 = port }
            // What waits keeps the server from ending.
            defer { receiver.answerAll() }
            return try await body(receiver)
        }
    }

    private func keep(_ request: Request) async throws {
        let bytes = try await request.body.collect(upTo: 1 << 20).readableBytesView
        let received = Received(
            key: request.headers[try #require(.init(HeaderNames.idempotencyKey))],
            text: try JSONParser.parse(Array(bytes))["text"]?.string ?? ""
        )
        await withCheckedContinuation { continuation in
            let isAnswered = self.state.withLock { state in
                state.received.append(received)
                guard state.answers > 0 else {
                    state.waiting.append(continuation)
                    return false
                }
                if state.answers < .max { state.answers -= 1 }
                return true
            }
            if isAnswered { continuation.resume() }
        }
    }
}
