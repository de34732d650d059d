// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherCore
import WatcherDatabase
import WatcherDatabaseTesting
import WatcherServices
import WatcherStore

@Suite("The timeliness check")
struct TimelinessServiceTests {
    @Test(
        "each late execution is found once, running or completed, and no other",
        arguments: TestDatabase.Kind.allCases
    )
    func story(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            let id = try await ledger.sync("flights", timeliness: TimeLimit(30, .minute))
            let free = try await ledger.sync("free")
            func check() async throws -> [Int64] {
                let outcome = try await ledger.timeliness.check(lookbackMinutes: 60)
                #expect(outcome.newCount == outcome.late.filter(\.isNew).count && outcome.count == outcome.late.count)
                return outcome.late.filter(\.isNew).map(\.id)
            }
            let stuck = try await ledger.begin(id)
            _ = try await ledger.begin(free)
            let lost = try await ledger.begin(id)
            _ = try await ledger.database.write { transaction in
                try transaction.run(
                    "UPDATE pipeline_execution SET status = 'lost', end_date = start_date WHERE id = \(lost)"
                )
            }
            let inTime = try await ledger.begin(id)
            let deadline = ledger.clock.now.advanced(by: 30, .minute)
            ledger.clock.advance(seconds: 1800)
            #expect(try await check() == [])
            ledger.clock.advance(seconds: 1)
            // Its end comes in late, but it ended in time.
            try await ledger.finish(inTime, at: deadline)
            #expect(try await check() == [stuck])
            #expect(try await check() == [])
            // The lost one ended after all, too late.
            try await ledger.finish(lost, success: false)
            #expect(try await check() == [lost])
            try await ledger.finish(stuck)
            #expect(try await check() == [])
            // A run that is stuck since long before the lookback is seen as soon as it is there.
            let old = try await ledger.begin(id, at: ledger.clock.now.advanced(by: -1, .year))
            #expect(try await check() == [old])
            // What completed late long ago is not.
            let past = try await ledger.begin(id, at: ledger.clock.now.advanced(by: -100, .minute))
            try await ledger.finish(past)
            #expect(try await check() == [])
            #expect(try await ledger.timeliness.check(lookbackMinutes: 70).late.filter(\.isNew).map(\.id) == [past])

            let alerts = try await ledger.raisedAlerts()
            #expect(alerts.count == 4 && alerts.allSatisfy { $0.title == "Timeliness Check Failed" })
            #expect(
                alerts.first?.details == [
                    "flights (execution \(stuck))",
                    "started 2023-11-14T22:13:20Z, still running, expected within 30 minutes, overdue by 1s",
                ]
            )
        }
    }

    @Test(
        "one that takes longer than the lookback, and completes between two checks, is found",
        arguments: TestDatabase.Kind.allCases
    )
    func longRuns(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            let id = try await ledger.sync("monthly", timeliness: TimeLimit(1, .month))
            // From 31 January 2024 to 29 February.
            let execution = try await ledger.begin(id, at: Timestamp(microseconds: 1_706_659_200_000_000))
            let deadline = Timestamp(microseconds: 1_709_164_800_000_000)
            ledger.clock.advance(seconds: (deadline.microseconds - ledger.clock.now.microseconds) / 1_000_000)
            #expect(try await ledger.timeliness.check(lookbackMinutes: 60).count == 0)
            ledger.clock.advance(seconds: 600)
            try await ledger.finish(execution)
            ledger.clock.advance(seconds: 300)
            let late = try await ledger.timeliness.check(lookbackMinutes: 60).late
            #expect(late.map(\.deadline) == [deadline])
        }
    }

    /// Adds completed executions that took two minutes, one a second.
    private static func addLate(_ number: Int64, _ pipeline: Int64, _ ledger: TestLedger) async throws {
        let now = ledger.clock.now
        _ = try await ledger.database.write { transaction in
            try transaction.run(
                """
                INSERT INTO pipeline_execution (pipeline_id, status, start_date, start_order, date_recorded,
                    hour_recorded, pipeline_revision, end_date, completed_successfully)
                WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < \(number))
                SELECT \(pipeline), 'succeeded', \(now) - 1000000 * (n % 700), \(now), 0, 0, 0, \(now) + 120000000, TRUE
                FROM number
                """
            )
        }
    }

    @Test("a check that is killed between two pages is finished by the next one", arguments: TestDatabase.Kind.allCases)
    func killedBetweenPages(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            let id = try await ledger.sync("p", timeliness: TimeLimit(1, .minute))
            let other = try await ledger.sync("q", timeliness: TimeLimit(1, .minute))
            try await Self.addLate(4200, id, ledger)
            try await Self.addLate(300, other, ledger)
            try await ledger.load(id)
            let reply = Reply<Void>(key: nil) { Answer(status: 200) }
            _ = try await ledger.timeliness.request(lookbackMinutes: 60, reply)
            let lost = try await ledger.takeJob(.timeliness)
            let job = try await ledger.takeJob(.timeliness)
            await #expect(throws: ServiceError.self) { try await ledger.timeliness.run(lost) }
            #expect(try await ledger.count("timeliness_pipeline_execution_log") == 4000)
            try await ledger.timeliness.run(job)
            #expect(try await ledger.count("timeliness_pipeline_execution_log") == 4500)
            #expect(try await ledger.count("job WHERE kind = 'timeliness'") == 0)
            let alerts = try await ledger.raisedAlerts()
            #expect(
                alerts.map(\.message) == [
                    "2000 executions overdue", "2000 executions overdue", "500 executions overdue",
                ]
            )
            let outcome = try await ledger.timeliness.check(lookbackMinutes: 60)
            #expect(outcome.count == 4500 && outcome.newCount == 0)
            #expect(Set(outcome.late.map(\.id)).count == 4500)
        }
    }

    @Test("two servers that look at once tell people once", arguments: TestDatabase.Kind.shareable)
    func twoServers(kind: TestDatabase.Kind) async throws {
        try await TestDatabase.withTwoServers(kind) { one, other in
            let ledger = TestLedger(on: one)
            let second = TestLedger(on: other, clock: ledger.clock)
            let id = try await ledger.sync("p", timeliness: TimeLimit(1, .minute))
            for round in 1...5 as ClosedRange<Int64> {
                try await Self.addLate(30, id, ledger)
                async let first = ledger.timeliness.check(lookbackMinutes: 60)
                async let last = second.timeliness.check(lookbackMinutes: 60)
                #expect(try await first.newCount + last.newCount == 30)
                #expect(try await ledger.count("timeliness_pipeline_execution_log") == 30 * round)
            }
            #expect(try await ledger.raisedAlerts().map { $0.details.count / 2 }.reduce(0, +) == 150)
        }
    }

    @Test("a check reads along an index, each part alone")
    func usesIndexes() async throws {
        try await TestLedger.with(.sqliteFile) { ledger in
            let plan = try await ledger.database.read { transaction in
                try transaction.all(
                    """
                    EXPLAIN QUERY PLAN SELECT id, end_date FROM pipeline_execution WHERE pipeline_id = 1
                    AND status = 'succeeded' AND (start_date, id) > (5, 5) ORDER BY start_date, id LIMIT 10
                    """
                ) { row in
                    for _ in 0..<3 { _ = try row.next(Int64.self) }
                    return try row.next(String.self)
                }
            }
            #expect(plan.count == 1)
            #expect(plan.first?.contains("USING INDEX pipeline_execution_pipeline (pipeline_id=? AND status=?") == true)
        }
    }
}
