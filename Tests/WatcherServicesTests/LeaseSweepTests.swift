// SPDX-License-Identifier: Apache-2.0
import Synchronization
import Testing
import WatcherCore
import WatcherDatabase
import WatcherDatabaseTesting
import WatcherServices

@Suite("The sweep of leases")
struct LeaseSweepTests {
    /// Two executions with a lease of a minute each, at a moment at which the server has marked the time.
    private func twoLeases(_ ledger: TestLedger) async throws -> (live: Int64, dead: Int64) {
        let pipeline = try await ledger.sync()
        let ids = (live: try await ledger.start(pipeline), dead: try await ledger.start(pipeline))
        try await ledger.sweep()
        for id in [ids.live, ids.dead] { try await ledger.heartbeat(id) }
        return ids
    }

    @Test(
        "nobody is lost while no server listens, and what was left of a lease is left",
        arguments: TestDatabase.Kind.allCases
    )
    func outage(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            let (live, dead) = try await self.twoLeases(ledger)
            let lastHeartbeat = ledger.clock.now
            #expect(try await ledger.listen(seconds: 20) == 0)
            ledger.clock.advance(seconds: 3600)
            #expect(try await ledger.sweep(isResuming: true) == 0)
            #expect(try await ledger.listen(seconds: 40) == 0)
            try await ledger.heartbeat(live)
            #expect(try await ledger.listen(seconds: 5) == 1)
            #expect(try await ledger.execution(live).execution.status == .running)
            #expect(try await ledger.execution(dead).execution.report?.endDate == lastHeartbeat)
            #expect(try await ledger.listen(seconds: 60) == 1)
        }
    }

    @Test("a heartbeat after an outage is not owed the time of the outage", arguments: TestDatabase.Kind.allCases)
    func heartbeatBeforeFirstSweep(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            let (live, _) = try await self.twoLeases(ledger)
            ledger.clock.advance(seconds: 3600)
            try await ledger.heartbeat(live)
            ledger.clock.advance(seconds: 1)
            #expect(try await ledger.sweep(isResuming: true) == 0)
            #expect(try await ledger.listen(seconds: 60) == 0)
            #expect(try await ledger.listen(seconds: 5) == 2)
        }
    }

    @Test("a short outage, or a small step of the clock, counts too", arguments: [true, false])
    func shortOutage(isResuming: Bool) async throws {
        try await TestLedger.with(.sqliteMemory) { ledger in
            let (live, _) = try await self.twoLeases(ledger)
            try await ledger.heartbeat(live, Heartbeat(leaseSeconds: 6))
            ledger.clock.advance(seconds: 12)
            #expect(try await ledger.sweep(isResuming: isResuming, listened: 5) == 0)
            #expect(try await ledger.listen(seconds: isResuming ? 10 : 5) == 1)
        }
    }

    @Test("a process that stood still for seconds takes nobody for lost", .timeLimit(.minutes(1)))
    func stall() async throws {
        try await TestLedger.with(.sqliteMemory) { ledger in
            let (live, _) = try await self.twoLeases(ledger)
            try await ledger.heartbeat(live, Heartbeat(leaseSeconds: 12))
            let sweeps = Mutex(0)
            let sweep = ledger.leaseSweep {
            } afterSleep: {
                let count = sweeps.withLock { count in
                    count += 1
                    return count
                }
                // What waited in the sockets meanwhile is heard after the sweep.
                if count == 2 { ledger.clock.advance(seconds: 8) }
                if count == 3 {
                    #expect(try await ledger.execution(live).execution.status == .running)
                    throw Stop()
                }
            }
            try await sweep.run()
            #expect(sweeps.withLock { $0 } == 3)
        }
    }

    @Test("neither ended nor missed leases are looked for among all executions", arguments: [true, false])
    func usesIndexes(ended: Bool) async throws {
        try await TestLedger.with(.sqliteFile) { ledger in
            let plan = try await ledger.database.read { transaction in
                try transaction.all(
                    ended
                        ? """
                        EXPLAIN QUERY PLAN SELECT l.execution_id FROM execution_lease l CROSS JOIN pipeline_execution e
                        WHERE e.id = l.execution_id AND e.status <> 'running' LIMIT 5
                        """
                        : """
                        EXPLAIN QUERY PLAN SELECT e.id FROM execution_lease l CROSS JOIN pipeline_execution e
                        WHERE e.id = l.execution_id AND l.expires_at < 5 AND e.status = 'running'
                        ORDER BY l.expires_at, l.execution_id LIMIT 5
                        """
                ) { row in
                    for _ in 0..<3 { _ = try row.next(Int64.self) }
                    return try row.next(String.self)
                }
            }
            #expect(plan.count == 2)
            #expect(plan.first?.hasPrefix(ended ? "SCAN l" : "SEARCH l") == true)
            #expect(plan.last?.contains("SEARCH e USING INTEGER PRIMARY KEY") == true)
        }
    }

    @Test(
        "a clock that is set makes nobody lost who lives, and keeps nobody who does not",
        arguments: TestDatabase.Kind.allCases,
        [3600, -3600] as [Int64]
    )
    func clockIsSet(kind: TestDatabase.Kind, seconds: Int64) async throws {
        try await TestLedger.with(kind) { ledger in
            let (live, dead) = try await self.twoLeases(ledger)
            ledger.clock.advance(seconds: seconds + 3)
            // Received by the new time, before anybody has noticed.
            try await ledger.heartbeat(live)
            ledger.clock.advance(seconds: 2)
            #expect(try await ledger.sweep() == 0)
            #expect(try await ledger.listen(seconds: 40) == 0)
            try await ledger.heartbeat(live)
            #expect(try await ledger.listen(seconds: 25) == 1)
            #expect(try await ledger.execution(live).execution.status == .running)
            #expect(try await ledger.execution(dead).execution.status == .lost)
        }
    }

    @Test("two servers that sweep at once find each lost execution once", arguments: TestDatabase.Kind.shareable)
    func twoServers(kind: TestDatabase.Kind) async throws {
        try await TestDatabase.withTwoServers(kind) { first, second in
            let clock = TestClock()
            let (one, two) = (TestLedger(on: first, clock: clock), TestLedger(on: second, clock: clock))
            let pipeline = try await one.sync()
            var ids: [Int64] = []
            // More than one batch.
            for _ in 0..<120 { ids.append(try await one.start(pipeline)) }
            try await one.sweep()
            for id in ids { try await one.heartbeat(id, Heartbeat(leaseSeconds: 1)) }
            clock.advance(seconds: 2)
            let lost = try await withThrowingTaskGroup(of: Int.self) { group in
                for index in 0..<6 { group.addTask { try await (index.isMultiple(of: 2) ? one : two).sweep() } }
                return try await group.reduce(0, +)
            }
            #expect(lost == ids.count)
            let alerts = try await one.alerts()
            #expect(alerts.count == ids.count)
            #expect(Set(alerts).count == ids.count)
            for id in ids { #expect(try await two.execution(id).execution.status == .lost) }
        }
    }

    @Test(
        "a sweep that fails leaves everything, and the next one makes up for it",
        arguments: TestDatabase.Kind.allCases
    )
    func failure(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            let (live, dead) = try await self.twoLeases(ledger)
            try await ledger.heartbeat(dead, Heartbeat(leaseSeconds: 1))
            let before = [try await ledger.execution(live), try await ledger.execution(dead)]
            try await ledger.database.write { _ = try $0.run("ALTER TABLE alert RENAME TO alert_away") }
            ledger.clock.advance(seconds: 5)
            await #expect(throws: DatabaseError.self) { try await ledger.sweep() }
            #expect([try await ledger.execution(live), try await ledger.execution(dead)] == before)
            try await ledger.database.write { _ = try $0.run("ALTER TABLE alert_away RENAME TO alert") }
            ledger.clock.advance(seconds: 1)
            #expect(try await ledger.sweep() == 1)
            #expect(try await ledger.alerts().count == 1)
        }
    }

    /// Ends the service.
    private struct Stop: Error {}

    @Test(
        "it begins when the server listens, goes on after a failure, and then takes nobody for lost",
        .timeLimit(.minutes(1))
    )
    func service() async throws {
        try await TestLedger.with(.sqliteMemory) { ledger in
            let (live, dead) = try await self.twoLeases(ledger)
            try await ledger.heartbeat(dead, Heartbeat(leaseSeconds: 12))
            let statuses = Mutex<[ExecutionStatus]>([])
            let sweep = ledger.leaseSweep {
                // No server listens for an hour; both leases would be over.
                ledger.clock.advance(seconds: 3600)
            } afterSleep: {
                let status = try await ledger.execution(dead).execution.status
                let count = statuses.withLock { statuses in
                    statuses.append(status)
                    return statuses.count
                }
                let rename: SQLStatement? =
                    switch count {
                    case 1: "ALTER TABLE alert RENAME TO alert_away"
                    case 4: "ALTER TABLE alert_away RENAME TO alert"
                    case 8: throw Stop()
                    default: nil
                    }
                if let rename { try await ledger.database.write { _ = try $0.run(rename) } }
            }
            try await sweep.run()
            // The lease is over with the fourth sweep, which fails; the next one cannot know that heartbeats did not.
            #expect(statuses.withLock { $0 } == Array(repeating: .running, count: 5) + [.lost, .lost, .lost])
            #expect(try await ledger.execution(live).execution.status == .running)
        }
    }
}
