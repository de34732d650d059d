// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherDatabaseTesting

/// Random interleavings of requests move the watermark as the contract says.
///
/// Every sequence is compared step by step with a ``WatermarkModel``. What else is asserted depends on the
/// ``WatermarkScript/Mix``. Think of watermarks as positions in a source, and of the range of an execution as what lies
/// after the watermark that it was told, at its sync or its start, up to its mark: its own `next_watermark`, or else
/// the pipeline's when it started. The contract then promises:
///
/// - **No range is skipped**, as long as nobody patches `watermark` itself: all up to the watermark has been read by
///   executions that ended well. What a failed one left out, another must have read before the watermark passes it.
///   This holds for any marks, rising or not, and for any start dates. It holds with patches of `next_watermark` too,
///   when they are true of every execution that runs then: rule 1 does not ask whom the patch was about.
/// - **The watermark never moves back**, when besides nobody patches `next_watermark` and no execution has a lower mark
///   than one that started earlier, by start date.
///
/// It promises neither when marks fall or start dates lie (the watermark may then go back, which reads twice and skips
/// nothing), nor that an execution without a mark of its own, before whose start somebody else has synced, is taken to
/// have read up to what it synced itself: such a client must say its mark at the start.
struct WatermarkPropertyTests {
    @Test("in any order of requests the watermark is what the contract says", arguments: TestDatabase.Kind.allCases)
    func oneServer(kind: TestDatabase.Kind) async throws {
        try await self.check(kind, seeds: 1...200, servers: 1)
    }

    @Test("two servers on one database move the watermark as one does", arguments: TestDatabase.Kind.allCases)
    func twoServers(kind: TestDatabase.Kind) async throws {
        try await self.check(kind, seeds: 1001...1200, servers: 2)
    }

    /// Runs the sequences of some seeds, several at a time, and reports the shortest one that fails.
    private func check(_ kind: TestDatabase.Kind, seeds: ClosedRange<UInt64>, servers: Int) async throws {
        try await TestLedger.with(kind) { ledger in
            // The first sweep of all finds nobody lost.
            try await WatermarkRun.lose(nil, ledger)
            let lanes: UInt64 = 8
            let outcomes = await withTaskGroup(of: [WatermarkRun.Outcome].self) { group in
                for lane in 0..<lanes {
                    group.addTask {
                        var outcomes: [WatermarkRun.Outcome] = []
                        for seed in seeds where seed % lanes == lane {
                            var run = WatermarkRun(seed: seed, servers: servers, on: ledger)
                            outcomes.append(await run.outcome())
                        }
                        return outcomes
                    }
                }
                return await group.reduce(into: [WatermarkRun.Outcome]()) { $0 += $1 }
            }
            #expect(outcomes.count == seeds.count)
            let failed = outcomes.filter { $0.failure != nil }.sorted { ($0.steps, $0.seed) < ($1.steps, $1.seed) }
            if let failure = failed.first?.failure {
                Issue.record("\(failed.count) of \(seeds.count) sequences fail; the shortest: \(failure)")
            } else {
                // Every rule has been used, also by ends of executions that were lost.
                for reasons in [outcomes.map(\.reasons), outcomes.map(\.lateReasons)] {
                    #expect(reasons.reduce(into: []) { $0.formUnion($1) } == Set(WatermarkModel.Reason.allCases))
                }
            }
        }
    }
}
