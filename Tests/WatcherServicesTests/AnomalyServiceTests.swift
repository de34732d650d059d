// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherCore
import WatcherDatabaseTesting
import WatcherServices

@Suite("Rules and flags of anomaly detection")
struct AnomalyServiceTests {
    private func unflag(
        _ ledger: TestLedger,
        _ metrics: Set<AnomalyMetric>,
        of execution: Int64,
        _ pipeline: Int64
    ) async throws {
        _ = try await ledger.anomalies.unflag(
            metrics,
            of: execution,
            pipelineID: pipeline,
            Reply<Void>(key: nil) { Answer(status: 204) }
        )
    }

    @Test("a flag that is taken off counts as usual, and does not come back", arguments: TestDatabase.Kind.allCases)
    func unflags(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            let (pipeline, other) = (try await ledger.sync(), try await ledger.sync("other"))
            for day in -6..<0 as Range<Int64> { try await ledger.run(pipeline, day: day, rows: 100, inserts: 100) }
            try await ledger.rule(pipeline)
            try await ledger.rule(pipeline, .inserts)
            let odd = try await ledger.run(pipeline, day: 0, rows: 200, inserts: 200)
            let before = try await ledger.takeJobs()
            for job in before { try await ledger.anomalies.run(job) }

            for (metrics, execution, of, message) in [
                ([.totalRows], 99, pipeline, "Pipeline execution not found"),
                ([.totalRows], odd, other, "Pipeline execution not found: \(odd) is not one of pipeline \(other)"),
                (
                    [.totalRows, .updates, .throughput], odd, pipeline,
                    "Pipeline execution \(odd) is not flagged: throughput, updates"
                ),
            ] as [(Set<AnomalyMetric>, Int64, Int64, String)] {
                await #expect(throws: ServiceError(.notFound, message)) {
                    try await self.unflag(ledger, metrics, of: execution, of)
                }
            }
            #expect(try await ledger.flags(odd) == #"{"inserts":true,"total_rows":true}"#)
            try await self.unflag(ledger, [.totalRows], of: odd, pipeline)
            #expect(try await ledger.flags(odd) == #"{"inserts":true}"#)
            #expect(try await ledger.results().map(\.isUnflagged) == [true, false])
            await #expect(throws: ServiceError.self) { try await self.unflag(ledger, [.totalRows], of: odd, pipeline) }

            // Judged again, by a job that is run again and by the next execution.
            for job in before { try await ledger.enqueue(job.work) }
            let next = try await ledger.run(pipeline, day: 1, rows: 200, inserts: 200)
            try await ledger.detect()
            #expect(try await ledger.flags(odd) == #"{"inserts":true}"#)
            #expect(try await ledger.flags(next) == #"{"inserts":true}"#)
            try await self.unflag(ledger, [.inserts], of: odd, pipeline)
            #expect(try await ledger.flags(odd) == nil)
            #expect(try await ledger.alerts().count == 2)
        }
    }

    @Test("a pipeline has one rule for each metric, also when many ask at once", arguments: TestDatabase.Kind.allCases)
    func oneRuleForEachMetric(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            let (pipeline, other) = (try await ledger.sync(), try await ledger.sync("other"))
            let ids = try await withThrowingTaskGroup(of: Int64.self) { group in
                for _ in 0..<8 { group.addTask { try await ledger.rule(pipeline) } }
                return try await group.reduce(into: Set<Int64>()) { $0.insert($1) }
            }
            #expect(ids.count == 1)
            let first = try #require(ids.first)
            let second = try await ledger.rule(pipeline, .inserts)
            let third = try await ledger.rule(other)
            for patch in [AnomalyRulePatch(metric: .set(.totalRows)), AnomalyRulePatch(pipelineID: .set(other))] {
                let id = patch.metric.isMentioned ? second : first
                let error = await #expect(throws: ServiceError.self) {
                    _ = try await ledger.anomalies.patch(id: id, patch)
                }
                #expect(error?.code == .ruleExists)
            }
            let missing = AnomalyRulePatch(pipelineID: .set(99))
            await #expect(throws: ServiceError(.notFound, "Pipeline not found: 99")) {
                _ = try await ledger.anomalies.patch(id: first, missing)
            }
            let moved = try await ledger.anomalies.patch(
                id: second,
                AnomalyRulePatch(pipelineID: .set(other), settings: AnomalySettingsUpdate(zThreshold: .set(2.5)))
            )
            #expect(moved.pipelineID == other && moved.settings.zThreshold == 2.5 && moved.updatedAt != nil)
            #expect(try await ledger.anomalies.rule(id: second) == moved)
            #expect(try await ledger.anomalies.rules(ofPipeline: other).map(\.id) == [second, third])
            #expect(try await ledger.anomalies.rules(ofPipeline: nil).map(\.id) == [first, second, third])
        }
    }

    @Test("a new pipeline gets the default rules, once", arguments: TestDatabase.Kind.allCases)
    func defaultRules(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            let old = try await ledger.sync("old")
            let pipelines = PipelineService(ledger.ledger, defaultAnomalyRules: [.totalRows, .durationSeconds])
            let reply = Reply<PipelineService.Synced>(key: nil) { Answer(status: 200, body: "\($0.pipeline.id)") }
            var ids: [Int64] = []
            for name in ["old", "new", "new"] {
                let sync = PipelineSync(
                    name: name,
                    pipelineTypeName: "t",
                    nextWatermark: .keep,
                    metadata: .keep,
                    freshness: ThresholdUpdate(),
                    timeliness: ThresholdUpdate()
                )
                ids.append(try #require(Int64(try await pipelines.sync(sync, reply).body)))
            }
            #expect(ids[0] == old)
            let rules = try await ledger.anomalies.rules(ofPipeline: nil)
            #expect(rules.map(\.pipelineID) == [ids[1], ids[1]])
            #expect(rules.map(\.metric) == [.totalRows, .durationSeconds])
            #expect(rules.allSatisfy { $0.settings == AnomalyRule.Settings() })
        }
    }
}
