// SPDX-License-Identifier: Apache-2.0

import Testing
import Watcher

struct OperationsTests {
    @Test("a pipeline's next watermark is said and taken back, and a pipeline is paused and resumed")
    func patchesPipelines() async throws {
        try await ScriptedServer.run({ _ in .answer(200, ["id": 7]) }) { server in
            let watcher = try server.watcher()
            try await watcher.updatePipelineNextWatermark(pipelineID: 7, nextWatermark: 42)
            try await watcher.updatePipelineNextWatermark(pipelineID: 7, nextWatermark: nil)
            try await watcher.pausePipeline(pipelineID: 7)
            try await watcher.resumePipeline(pipelineID: 7)
            #expect(
                server.received.map(\.body) == [
                    ["id": 7, "next_watermark": "42"], ["id": 7, "next_watermark": nil],
                    ["id": 7, "active": false], ["id": 7, "active": true],
                ]
            )
            #expect(Set(server.received.map { "\($0.method) \($0.path)" }) == ["PATCH /pipeline"])
            #expect(server.received.allSatisfy { $0.idempotencyKey == nil })
            let error = await #expect(throws: WatcherError.self) {
                let long = Watermark(String(repeating: "x", count: 4097))
                try await watcher.updatePipelineNextWatermark(pipelineID: 7, nextWatermark: long)
            }
            #expect(error?.code == .validation)
            #expect(error?.message.contains("next_watermark") == true)
            #expect(server.received.count == 4)
        }
    }

    @Test("checks are asked for, with a lookback of an hour unless told otherwise")
    func triggersChecks() async throws {
        try await ScriptedServer.run({ _ in .answer(200, ["status": "queued"]) }) { server in
            let watcher = try server.watcher()
            try await watcher.triggerFreshnessCheck()
            try await watcher.triggerTimelinessCheck()
            try await watcher.triggerTimelinessCheck(lookbackMinutes: 5)
            #expect(server.received.map(\.path) == ["/freshness", "/timeliness", "/timeliness"])
            #expect(server.received.map(\.body) == [[:], ["lookback_minutes": 60], ["lookback_minutes": 5]])
            #expect(server.received.allSatisfy { $0.idempotencyKey != nil })
        }
    }

    @Test("a lookback below 5 minutes is refused and not sent", arguments: [4, 0, -1, Int.min])
    func boundsLookbacks(minutes: Int) async throws {
        try await ScriptedServer.run { server in
            let error = await #expect(throws: WatcherError.self) {
                try await server.watcher().triggerTimelinessCheck(lookbackMinutes: minutes)
            }
            #expect(error?.code == .validation)
            #expect(error?.message.contains("lookback_minutes") == true)
            #expect(error?.message.contains("5") == true)
            #expect(server.received.isEmpty)
        }
    }

    @Test("the check of the queue gives its counts, the jobs by kind")
    func reportsTheQueue() async throws {
        let answer: JSONValue = [
            "status": "success", "total_pending": 3, "regular_queue_pending": 2, "scheduled_queue_pending": 1,
            "beat_scheduled_tasks": 4, "task_breakdown": ["Freshness check": 2, "Alert delivery": 1],
            "task_breakdown_raw": ["freshness": 2, "alert": 1],
        ]
        try await ScriptedServer.run({ _ in .answer(200, answer) }) { server in
            let report = try await server.watcher().triggerQueueCheck()
            #expect(report.totalPending == 3)
            #expect(report.regularQueuePending == 2)
            #expect(report.scheduledQueuePending == 1)
            #expect(report.beatScheduledTasks == 4)
            #expect(report.tasks.map(\.kind) == ["alert", "freshness"])
            #expect(report.tasks.map(\.count) == [1, 2])
            #expect(server.received.map(\.path) == ["/queue/monitor"])
        }
    }

    @Test("flags are taken off an execution, at least one")
    func unflags() async throws {
        try await ScriptedServer.run({ _ in .answer(204) }) { server in
            let watcher = try server.watcher()
            try await watcher.unflagAnomaly(pipelineID: 7, executionID: 101, metrics: [.totalRows, .durationSeconds])
            #expect(
                server.received.map(\.body) == [
                    [
                        "pipeline_id": 7, "pipeline_execution_id": 101,
                        "metric_field": ["total_rows", "duration_seconds"],
                    ]
                ]
            )
            let error = await #expect(throws: WatcherError.self) {
                try await watcher.unflagAnomaly(pipelineID: 7, executionID: 101, metrics: [])
            }
            #expect(error?.code == .validation)
            #expect(server.received.count == 1)
        }
    }
}
