// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherCore
import WatcherDatabaseTesting
import WatcherServices

@Suite("A month of checks")
struct MonthOfChecksTests {
    /// What is planned for a pipeline: how often it runs, how long its executions may take, how old its data may become.
    private struct Plan {
        let id: Int64
        let period: Int64
        let allowedSeconds: Int64
        let freshSeconds: Int64
        var nextStart: Int64
        /// The execution that runs: its id, its begin and its end, in seconds since the month began.
        var running: (id: Int64, start: Int64, end: Int64)?
        /// When its data last changed, which for a new pipeline is when it was created.
        var changed: Int64 = 0
    }

    @Test(
        "of 50 pipelines, whatever is late or stale is found once, and nothing else",
        arguments: [TestDatabase.Kind.sqliteMemory, .postgres]
    )
    func month(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            var numbers = SplitMix64(seed: 2013)
            var plans: [Plan] = []
            let begin = ledger.clock.now
            for index in 0..<50 {
                let hours = Int64.random(in: 1...30, using: &numbers)
                let minutes = Int64.random(in: 10...300, using: &numbers)
                let id = try await ledger.sync(
                    "p\(index)",
                    freshness: TimeLimit(hours, .hour),
                    timeliness: TimeLimit(minutes, .minute)
                )
                plans.append(
                    Plan(
                        id: id,
                        period: Int64.random(in: 5...30, using: &numbers) * 3600,
                        allowedSeconds: minutes * 60,
                        freshSeconds: hours * 3600,
                        nextStart: Int64.random(in: 0..<86_400, using: &numbers)
                    )
                )
            }
            var late: Set<Int64> = []
            var stale: Set<[Int64]> = []
            var foundLate: [Int64] = []
            var foundStale: [[Int64]] = []
            for hour in 1...(30 * 24) as ClosedRange<Int64> {
                let now = hour * 3600
                for index in plans.indices {
                    try await Self.run(&plans[index], until: now, since: begin, ledger, &late, &numbers)
                    let plan = plans[index]
                    if let running = plan.running, running.start + plan.allowedSeconds < now { late.insert(running.id) }
                    if plan.changed + plan.freshSeconds < now { stale.insert([plan.id, plan.changed]) }
                }
                ledger.clock.advance(seconds: 3600)
                foundLate += try await ledger.timeliness.check(lookbackMinutes: 60).late.filter(\.isNew).map(\.id)
                foundStale += try await ledger.freshness.check().new.map { found in
                    [found.id, (found.staleness.lastChange.microseconds - begin.microseconds) / 1_000_000]
                }
            }
            #expect(foundLate.count == late.count && Set(foundLate) == late)
            #expect(foundStale.count == stale.count && Set(foundStale) == stale)
            #expect(late.count > 100 && stale.count > 100, "\(late.count) late, \(stale.count) stale")
            // Everything that was found is in one alert.
            let alerts = try await ledger.raisedAlerts()
            for (title, count) in [("Timeliness Check Failed", late.count), ("Freshness Check Failed", stale.count)] {
                #expect(alerts.filter { $0.title == title }.map { $0.details.count / 2 }.reduce(0, +) == count)
            }
        }
    }

    /// Starts and ends what a plan says, up to a time; one execution in six takes longer than it may.
    private static func run(
        _ plan: inout Plan,
        until now: Int64,
        since begin: Timestamp,
        _ ledger: TestLedger,
        _ late: inout Set<Int64>,
        _ numbers: inout SplitMix64
    ) async throws {
        func moment(_ seconds: Int64) -> Timestamp { begin.advanced(byMicroseconds: seconds * 1_000_000) }
        while true {
            if let running = plan.running {
                guard running.end <= now else { return }
                let inserts = Int64.random(in: 0...4, using: &numbers)
                let success = Int.random(in: 0..<5, using: &numbers) > 0
                try await ledger.finish(running.id, at: moment(running.end), success: success, inserts: inserts)
                if success, inserts > 0 { plan.changed = running.end }
                if running.start + plan.allowedSeconds < running.end { late.insert(running.id) }
                plan.running = nil
            } else {
                guard plan.nextStart <= now else { return }
                let start = plan.nextStart
                let isLate = Int.random(in: 0..<6, using: &numbers) == 0
                let range = isLate ? (plan.allowedSeconds + 1)...(plan.allowedSeconds + 9000) : 1...plan.allowedSeconds
                let duration = Int64.random(in: range, using: &numbers)
                plan.running = (try await ledger.begin(plan.id, at: moment(start)), start, start + duration)
                plan.nextStart = max(start + plan.period, start + duration)
            }
        }
    }
}
