// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherCore
import WatcherDatabase
import WatcherDatabaseTesting
import WatcherServices
import WatcherStore

struct QueueMonitorTests {
    private static let reply = Reply<QueueReport>(key: nil) { Answer(status: 200, body: "\($0.pending) \($0.later)") }

    private static func levels(_ database: any Database) async throws -> [Alert.Level] {
        try await database.read { transaction in
            try transaction.all("SELECT level FROM alert ORDER BY id") { try $0.next(Alert.Level.self) }
        }
    }

    @Test(
        "people are told once when it becomes worse, whichever server sees it",
        arguments: TestDatabase.Kind.shareable
    )
    func tellsOnce(kind: TestDatabase.Kind) async throws {
        try await TestDatabase.withTwoServers(kind) { first, second in
            let clock = TestClock()
            let monitors = [first, second].map { QueueMonitorService(TestLedger(on: $0, clock: clock).ledger) }
            var told: [Alert.Level] = []
            for (pending, new) in [
                (49, nil), (50, .warning), (99, nil), (100, .critical), (60, nil), (100, .critical), (0, nil),
                (50, .warning),
                (10, nil), (500, .critical),
            ] as [(Int, Alert.Level?)] {
                // What sends the alerts waits, too.
                try await first.write { _ = try $0.run("DELETE FROM job") }
                try await first.enqueue(Array(repeating: .freshness, count: pending), at: clock.now)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for monitor in monitors { group.addTask { _ = try await monitor.check(Self.reply) } }
                    try await group.waitForAll()
                }
                if let new { told.append(new) }
                #expect(try await Self.levels(first) == told, "\(pending)")
            }
        }
    }

    @Test(
        "as a job it does not count itself, and its alert is there when the job is not",
        arguments: TestDatabase.Kind.allCases
    )
    func asJob(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            let (monitor, now) = (QueueMonitorService(ledger.ledger), ledger.clock.now)
            try await ledger.database.enqueue([.queueMonitor], at: now)
            let job = try #require(try await ledger.take().first)
            try await ledger.database.enqueue(Array(repeating: .alert(id: 1), count: 49), at: now)
            try await monitor.run(job)
            #expect(try await Self.levels(ledger.database) == [])

            try await ledger.database.enqueue([.queueMonitor], at: now)
            let next = try #require(try await ledger.take(50).first { $0.work == .queueMonitor })
            try await ledger.database.enqueue([.freshness], at: now)
            #expect(try await ledger.queue.giveBack([next]) == 1)
            // It is no longer this worker's: neither end nor alert.
            await #expect(throws: ServiceError.self) { try await monitor.run(next) }
            #expect(try await Self.levels(ledger.database) == [])
            let mine = try #require(try await ledger.take().first { $0.work == .queueMonitor })
            try await monitor.run(mine)
            #expect(try await Self.levels(ledger.database) == [.warning])
            await #expect(throws: ServiceError.self) { try await monitor.run(mine) }
            #expect(try await Self.levels(ledger.database) == [.warning])
        }
    }

    @Test("it tells what is due from what waits, and leaves parked jobs out", arguments: TestDatabase.Kind.allCases)
    func counts(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            let monitor = QueueMonitorService(ledger.ledger)
            #expect(try await monitor.check(Self.reply).body == "0 0")
            try await ledger.database.enqueue(Array(repeating: .alert(id: 1), count: 5), at: ledger.clock.now)
            let taken = try await ledger.take(3)
            #expect(try await ledger.queue.fail(taken[0], "e") != .parked)
            #expect(try await monitor.check(Self.reply).body == "5 1")
            let last = Job(id: taken[1].id, work: .alert(id: 1), attempt: 1, tries: 16)
            #expect(try await ledger.queue.fail(last, "e") == .parked)
            #expect(try await monitor.check(Self.reply).body == "4 1")
        }
    }
}
