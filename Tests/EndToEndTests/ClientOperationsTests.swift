// SPDX-License-Identifier: Apache-2.0
import Testing
import Watcher
import WatcherWire

@Suite("The library's calls beside tracking, on a real server")
struct ClientOperationsTests {
    @Test("an execution is begun and ended by hand, and its watermark is the one that was said while it ran")
    func manualExecution() async throws {
        try await GuideServer.with { server in
            let synced = try await server.synced()
            let parent = try await server.watcher.startPipelineExecution(pipelineID: synced.pipeline.id)
            let id = try await server.watcher.startPipelineExecution(
                pipelineID: synced.pipeline.id,
                parentExecutionID: parent,
                nextWatermark: "declared"
            )
            try await server.watcher.updatePipelineNextWatermark(
                pipelineID: synced.pipeline.id,
                nextWatermark: "found"
            )
            let results = ETLResults(completedSuccessfully: true, inserts: 3)
            try await server.watcher.endPipelineExecution(executionID: id, results)
            let logged = try await server.watcher.execution(id: parent, depth: 2)
            #expect(logged.status == .running)
            #expect(logged.childExecutions.map(\.id) == [id])
            #expect(logged.childExecutions.first?.status == .succeeded)
            #expect(try await server.synced().watermark == "found")
            let error = await #expect(throws: WatcherError.self) {
                let failure = ETLResults(completedSuccessfully: false)
                try await server.watcher.endPipelineExecution(executionID: id, failure)
            }
            #expect(error?.serverCode == "already_ended")
        }
    }

    @Test("a paused pipeline is skipped until it is resumed")
    func pauseAndResume() async throws {
        try await GuideServer.with { server in
            let id = try await server.synced().pipeline.id
            try await server.watcher.pausePipeline(pipelineID: id)
            #expect(try await server.synced().pipeline.active == false)
            try await server.watcher.resumePipeline(pipelineID: id)
            #expect(try await server.synced().pipeline.active == true)
            let error = await #expect(throws: WatcherError.self) {
                try await server.watcher.pausePipeline(pipelineID: 4711)
            }
            #expect(error?.status == 404)
        }
    }

    @Test("checks are taken, the queue is counted, and what is not flagged cannot be unflagged")
    func monitoring() async throws {
        try await GuideServer.with { server in
            try await server.watcher.triggerFreshnessCheck()
            try await server.watcher.triggerTimelinessCheck(lookbackMinutes: 5)
            let report = try await server.watcher.triggerQueueCheck()
            #expect(report.totalPending == report.tasks.reduce(0) { $0 + $1.count })
            #expect(report.beatScheduledTasks == 3)
            let synced = try await server.synced()
            let id = try await server.watcher.startPipelineExecution(pipelineID: synced.pipeline.id)
            let error = await #expect(throws: WatcherError.self) {
                try await server.watcher.unflagAnomaly(
                    pipelineID: synced.pipeline.id,
                    executionID: id,
                    metrics: [.inserts]
                )
            }
            #expect(error?.status == 404)
        }
    }
}
