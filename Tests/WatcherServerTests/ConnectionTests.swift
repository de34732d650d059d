// SPDX-License-Identifier: Apache-2.0
import HummingbirdTesting
import Logging
import NIOCore
import Testing
import WatcherCore
import WatcherDatabaseTesting
import WatcherServer
import WatcherServices

/// Clients that take too long, or are too many, at a real server on a real socket.
@Suite(.timeLimit(.minutes(1)))
struct ConnectionTests {
    private static let patience = Duration.seconds(20)
    private static let get = "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"
    /// Also on a busy machine, the first request must come within it.
    private static let shortly = TimeAmount.seconds(2)

    private static func withServer(
        _ change: (inout ServerConfiguration) -> Void = { _ in },
        _ body: @Sendable @escaping (Int) async throws -> Void
    ) async throws {
        var configuration = ServerConfiguration(port: 0)
        change(&configuration)
        try await TestDatabase.with(.sqliteMemory) { database in
            let ledger = Ledger(database: database, now: { Timestamp(microseconds: 0) })
            let application = WatcherServer.application(
                WatcherServer.Services(ledger),
                configuration,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            ) { _ in }
            try await application.test(.live) { client in
                let port = try #require(client.port)
                try await within(Self.patience) { try await body(port) }
            }
        }
    }

    /// Sends, drips bytes into the connection, and gives what the server said until it closed.
    private static func dripping(_ port: Int, _ first: String, _ drop: String) async throws -> String {
        try await RawConnection.with(port) { reader, writer in
            try await writer.send(first)
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await writer.drip(drop, every: .milliseconds(50)) }
                let text = try await reader.readToEnd()
                group.cancelAll()
                return text
            }
        }
    }

    @Test("headers that drip in are cut off with 408, on the first request and on later ones")
    func slowHeader() async throws {
        try await Self.withServer({ $0.timeouts.header = Self.shortly }) { port in
            let first = try await Self.dripping(port, "GET /livez HTTP/1.1\r\n", "X: y\r\n")
            #expect(first.hasPrefix("HTTP/1.1 408 ") && first.contains("request_timeout"), "\(first)")
            let second = try await Self.dripping(port, Self.get + "GET /livez HTTP/1.1\r\n", "X: y\r\n")
            #expect(second.hasPrefix("HTTP/1.1 200 ") && second.contains("HTTP/1.1 408 "), "\(second)")
            let silent = try await Self.dripping(port, "G", "")
            #expect(silent.hasPrefix("HTTP/1.1 408 "), "\(silent)")
        }
    }

    @Test("a body that stops, or drips in, is cut off with 408")
    func slowBody() async throws {
        try await Self.withServer({ $0.timeouts.body = .milliseconds(300) }) { port in
            for drop in ["", " "] {
                let head = "POST /pipeline HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{"
                let answer = try await Self.dripping(port, head, drop)
                #expect(answer.hasPrefix("HTTP/1.1 408 ") && answer.contains("request_timeout"), "\(answer)")
            }
        }
    }

    @Test("a connection without a request is closed without a word")
    func idle() async throws {
        try await Self.withServer({ $0.timeouts.idle = .milliseconds(300) }) { port in
            let text = try await RawConnection.with(port) { reader, writer in
                try await writer.send(Self.get)
                return try await reader.readToEnd()
            }
            #expect(text.hasPrefix("HTTP/1.1 200 ") && !text.dropFirst(5).contains("HTTP/1.1 "), "\(text)")
        }
    }

    @Test("a body that goes on after its refusal is not read for ever")
    func refusedBody() async throws {
        try await Self.withServer({ $0.maximumBodySize = 100 }) { port in
            let head = "POST /pipeline HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n"
            let answer = try await Self.dripping(port, head, String(repeating: " ", count: 10_000))
            #expect(answer.hasPrefix("HTTP/1.1 413 "), "\(answer)")
        }
    }

    @Test("a connection too many gets 503 at once, and there is room when another one ends")
    func tooManyConnections() async throws {
        // One is that of the client which waited for the server to listen.
        try await Self.withServer({ $0.maximumConnections = 2 }) { port in
            try await RawConnection.with(port) { reader, writer in
                try await writer.send(Self.get)
                #expect(try await reader.read(until: "ok").hasPrefix("HTTP/1.1 200 "))
                let refused = try await RawConnection.with(port) { reader, writer in
                    try await writer.send(Self.get)
                    return try await reader.readToEnd()
                }
                #expect(refused.hasPrefix("HTTP/1.1 503 "), "\(refused)")
                #expect(refused.lowercased().contains("retry-after: 1\r\n") && refused.contains("overloaded"))
            }
            var answer = ""
            while !answer.hasPrefix("HTTP/1.1 200 ") {
                answer = try await RawConnection.with(port) { reader, writer in
                    try await writer.send(Self.get)
                    return try await reader.read(until: "}")
                }
            }
        }
    }

    @Test(
        "what is not HTTP, or has too many headers, gets a 4xx",
        arguments: [
            "NONSENSE\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\u{16}\u{3}\u{1}",
            "GET /livez HTTP/1.1\r\nbad header\r\n\r\n",
            "GET /livez HTTP/1.1\r\nX: \(String(repeating: "x", count: 200_000))\r\n\r\n",
            "GET /livez HTTP/1.1\r\n\(String(repeating: "X: y\r\n", count: 20_000))\r\n",
            "POST /pipeline HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            "POST /pipeline HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        ]
    )
    func malformed(request: String) async throws {
        try await Self.withServer { port in
            let answer = try await RawConnection.with(port) { reader, writer in
                try await writer.send(request)
                return try await reader.readToEnd()
            }
            #expect(answer.hasPrefix("HTTP/1.1 4"), "\(request.prefix(60)): \(answer)")
            #expect(answer.contains(#""code":"#), "\(answer)")
        }
    }
}
