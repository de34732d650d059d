// SPDX-License-Identifier: Apache-2.0
import Logging
import NIOCore
import ServiceLifecycle
import Testing
import WatcherCore
import WatcherDatabaseTesting
import WatcherServer
import WatcherServices

/// A server that ends while clients are in the middle of something.
@Suite(.timeLimit(.minutes(1)))
struct DrainTests {
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @Test("it waits only so long for a client that does not send what it announced", arguments: ["", " "])
    func unfinishedBody(drop: String) async throws {
        var configuration = ServerConfiguration(port: 0)
        // Long enough for the test to fail if it were this that ends the connection.
        configuration.timeouts = ConnectionTimeouts(header: .hours(1), body: .hours(1), drain: .milliseconds(200))
        try await TestDatabase.with(.sqliteMemory) { [configuration] database in
            let ledger = Ledger(database: database, now: { Timestamp(microseconds: 0) })
            let (ports, port) = AsyncStream<Int>.makeStream()
            let server = WatcherServer.application(WatcherServer.Services(ledger), configuration, logger: Self.logger) {
                port.yield($0)
            }
            let group = ServiceGroup(services: [server], logger: Self.logger)
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                let listening = try #require(await ports.first { _ in true })
                try await RawConnection.with(listening) { reader, writer in
                    // Answered: from here on, what follows is a request under way.
                    try await writer.send("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")
                    #expect(try await reader.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 200 "))
                    try await writer.send("POST /pipeline HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{")
                    try await withThrowingTaskGroup(of: Void.self) { dripping in
                        dripping.addTask { try await writer.drip(drop, every: .milliseconds(20)) }
                        await group.triggerGracefulShutdown()
                        _ = try await reader.readToEnd()
                        dripping.cancelAll()
                    }
                }
                try await tasks.waitForAll()
            }
        }
    }
}
