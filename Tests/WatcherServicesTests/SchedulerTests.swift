// SPDX-License-Identifier: Apache-2.0
import Logging
import ServiceLifecycle
import Testing
import WatcherCore
import WatcherDatabase
import WatcherDatabaseTesting
import WatcherServices
import WatcherStore

struct SchedulerTests {
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Every minute, and every hour.
    private static let entries = [("minutely", JobWork.queueMonitor, 60), ("hourly", .freshness, 3600)].map {
        (name, work, seconds: Int64) in
        Scheduler.Entry(name, work) { moment in
            Timestamp(microseconds: (moment.microseconds / 1_000_000 / seconds + 1) * seconds * 1_000_000)
        }
    }

    private static func scheduler(_ ledger: TestLedger) -> Scheduler {
        Scheduler(ledger.ledger, entries: Self.entries, logger: Self.logger)
    }

    /// Looks once a second for a while.
    private static func run(_ scheduler: Scheduler, _ clock: TestClock, seconds: Int) async throws -> [String] {
        var fired: [String] = []
        for _ in 0..<seconds {
            let previous = clock.now
            clock.advance(seconds: 1)
            fired += try await scheduler.tick(previous: previous)
        }
        return fired
    }

    @Test(
        "each time fires once, on whichever server, and what was missed fires once",
        arguments: TestDatabase.Kind.shareable
    )
    func firesOnce(kind: TestDatabase.Kind) async throws {
        try await TestDatabase.withTwoServers(kind) { first, second in
            // 22:13:20, and then 22:14:00.
            let clock = TestClock()
            let schedulers = [first, second].map { Self.scheduler(TestLedger(on: $0, clock: clock)) }
            for scheduler in schedulers { #expect(try await scheduler.tick(previous: clock.now) == []) }
            #expect(try await Self.run(schedulers[0], clock, seconds: 39) == [])
            for minute in 1...10 {
                clock.advance(seconds: minute == 1 ? 1 : 60)
                let now = clock.now
                let fired = try await withThrowingTaskGroup(of: [String].self) { group in
                    for scheduler in schedulers { group.addTask { try await scheduler.tick(previous: now) } }
                    return try await group.reduce([], +)
                }
                #expect(fired == ["minutely"])
                for scheduler in schedulers { #expect(try await scheduler.tick(previous: now) == []) }
            }
            #expect(try await first.jobs().map(\.kind) == Array(repeating: "queue_monitor", count: 10))

            // One of them has died: the other one fires within a second.
            #expect(try await Self.run(schedulers[1], clock, seconds: 61) == ["minutely"])
            // Nobody was there for half a day.
            clock.advance(seconds: 43_200)
            #expect(try await Self.run(schedulers[0], clock, seconds: 2).sorted() == ["hourly", "minutely"])
        }
    }

    @Test("a clock that is put back by hours stops no schedule", arguments: TestDatabase.Kind.allCases)
    func clockPutBack(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            let (scheduler, clock) = (Self.scheduler(ledger), ledger.clock)
            let before = try await Self.run(scheduler, clock, seconds: 120)
            let tomorrow = clock.now
            clock.advance(seconds: -86_400)
            let now = try await scheduler.tick(previous: tomorrow)
            let after = try await Self.run(scheduler, clock, seconds: 120)
            #expect([before, now, after] == [["minutely", "minutely"], [], ["minutely", "minutely"]])
        }
    }

    @Test(
        "a check of timeliness looks back to an hour before its schedule last fired",
        arguments: TestDatabase.Kind.allCases
    )
    func missedTime(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            let entry = try Scheduler.Entry("late", .timeliness(lookbackMinutes: 60), cron: "*/15 * * * *")
            let scheduler = Scheduler(ledger.ledger, entries: [entry], logger: Self.logger)
            // 22:13:20, then 22:15:00 and 22:30:00, and then nobody is there until 04:07:01.
            _ = try await scheduler.tick(previous: ledger.clock.now)
            for seconds in [100, 900, 20_221] as [Int64] {
                let previous = ledger.clock.now
                ledger.clock.advance(seconds: seconds)
                #expect(try await scheduler.tick(previous: previous) == ["late"])
            }
            #expect(try await ledger.database.jobs().map(\.subject) == [62, 75, 398])
        }
    }

    @Test("it fires while it runs, past a database that is away, until shutdown")
    func service() async throws {
        try await TestDatabase.with(.sqliteFile) { base in
            let database = FlakyDatabase(base)
            let ledger = TestLedger(on: database)
            // Time passes only when the scheduler waits.
            let scheduler = Scheduler(
                ledger.ledger,
                entries: Self.entries,
                sleep: { duration in
                    try Task.checkCancellation()
                    ledger.clock.advance(seconds: duration.components.seconds)
                    await Task.yield()
                },
                logger: Self.logger
            )
            let group = ServiceGroup(services: [scheduler], logger: Self.logger)
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                try await eventually("a job") { try await base.jobs().isEmpty ? nil : true }
                database.setAway(true)
                try await eventually("a refusal") { database.refusals > 3 ? true : nil }
                let count = try await base.jobs().count
                database.setAway(false)
                try await eventually("another job") { try await base.jobs().count > count ? true : nil }
                await group.triggerGracefulShutdown()
                try await tasks.waitForAll()
            }
        }
    }
}
