// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherCore
import WatcherDatabaseTesting
import WatcherServices

/// The watermark rules through the whole ledger.
struct WatermarkFlowTests {
    @Test("overlapping executions each move the watermark to their own mark", arguments: TestDatabase.Kind.allCases)
    func overlap(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            let id = try await ledger.sync(next: "10")
            let a = try await ledger.start(id)
            try await ledger.sync(next: "20")
            let b = try await ledger.start(id)
            try await ledger.end(a)
            #expect(try await ledger.watermark(id) == "10")
            try await ledger.end(b, success: false)
            #expect(try await ledger.watermark(id) == "10")
            let rerun = try await ledger.start(id)
            try await ledger.end(rerun)
            #expect(try await ledger.watermark(id) == "20")
        }
    }

    @Test("the earlier execution, ending last, does not move it back", arguments: TestDatabase.Kind.allCases)
    func overlapEndingInReverse(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            let id = try await ledger.sync(next: "10")
            let a = try await ledger.start(id)
            try await ledger.sync(next: "20")
            let b = try await ledger.start(id)
            try await ledger.end(b)
            #expect(try await ledger.watermark(id) == "20")
            try await ledger.end(a)
            #expect(try await ledger.watermark(id) == "20")
        }
    }

    @Test("a mark that is known only during the run counts", arguments: TestDatabase.Kind.allCases)
    func patchDuringRun(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            let id = try await ledger.sync()
            let first = try await ledger.start(id)
            try await ledger.patch(id) { $0.nextWatermark = .set("seen 99") }
            try await ledger.end(first)
            #expect(try await ledger.watermark(id) == "seen 99")
            // The patch came before this one started; its own mark counts.
            let second = try await ledger.start(id, next: "own")
            try await ledger.end(second)
            #expect(try await ledger.watermark(id) == "own")
        }
    }

    @Test("a sync ends what a patch said about the executions that run", arguments: TestDatabase.Kind.allCases)
    func syncAfterPatch(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            let id = try await ledger.sync(next: "10")
            let a = try await ledger.start(id)
            try await ledger.patch(id) { $0.nextWatermark = .set("15") }
            try await ledger.sync(next: "20")
            let b = try await ledger.start(id)
            try await ledger.end(a)
            #expect(try await ledger.watermark(id) == "10")
            try await ledger.end(b, success: false)
            #expect(try await ledger.watermark(id) == "10")
        }
    }

    @Test("a start in the future does not hold up the starts after it", arguments: TestDatabase.Kind.allCases)
    func futureStart(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            let id = try await ledger.sync()
            let future = ledger.clock.now.advanced(byMicroseconds: 3_600_000_000)
            let start = ExecutionStart(
                pipelineID: id,
                startDate: future,
                watermark: nil,
                nextWatermark: "10",
                parentID: nil
            )
            let reply = Reply<Int64>(key: nil) { Answer(status: 201, body: "\($0)") }
            let first = try #require(Int64(try await ledger.executions.start(start, reply).body))
            let report = ExecutionReport(endDate: future, completedSuccessfully: true)
            _ = try await ledger.executions.end(id: first, with: report, Reply<Void>(key: nil) { Answer(status: 204) })
            #expect(try await ledger.watermark(id) == "10")
            try await ledger.end(try await ledger.start(id, next: "20"))
            #expect(try await ledger.watermark(id) == "20")
        }
    }

    @Test("a failure changes nothing of the pipeline", arguments: TestDatabase.Kind.allCases)
    func failureChangesNothing(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            let id = try await ledger.sync(next: "10")
            let before = try await ledger.pipelines.find(id: id)
            let execution = try await ledger.start(id)
            try await ledger.end(execution, success: false, inserts: 5)
            #expect(try await ledger.pipelines.find(id: id) == before)
        }
    }

    @Test("a success moves the target times and settles the lineage", arguments: TestDatabase.Kind.allCases)
    func successMovesPipeline(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            let id = try await ledger.sync()
            let execution = try await ledger.start(id)
            try await ledger.end(execution, inserts: 5)
            let pipeline = try await ledger.pipelines.find(id: id)
            #expect(pipeline.lastTarget == TargetTimes(insert: ledger.clock.now))
            #expect(!pipeline.loadLineage)
            #expect(pipeline.updatedAt == nil)
        }
    }
}
