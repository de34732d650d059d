// SPDX-License-Identifier: Apache-2.0

import Testing
import Watcher

struct ManualExecutionTests {
    @Test("a start gives the execution's id, and its end is reported when the caller says so")
    func startsAndEnds() async throws {
        try await ScriptedServer.run { server in
            let time = ManualTime()
            let watcher = try server.watcher(time: time)
            let id = try await watcher.startPipelineExecution(
                pipelineID: 7,
                parentExecutionID: 5,
                watermark: 41,
                nextWatermark: "b"
            )
            #expect(id == 101)
            time.advance(by: .seconds(2))
            let results = ScoredResults(completedSuccessfully: true, inserts: 4, dataQualityScore: 0.5)
            try await watcher.endPipelineExecution(executionID: id, results)
            #expect(
                server.received.map(\.body) == [
                    [
                        "pipeline_id": 7, "start_date": "2025-01-10T12:00:00Z", "watermark": "41",
                        "next_watermark": "b", "parent_id": 5,
                    ],
                    [
                        "id": 101, "end_date": "2025-01-10T12:00:02Z", "completed_successfully": true, "inserts": 4,
                    ],
                ]
            )
            #expect(server.received.map(\.idempotencyKey) == ["key-1", "key-2"])
        }
    }

    @Test("dates of one's own are sent")
    func takesDates() async throws {
        try await ScriptedServer.run { server in
            let watcher = try server.watcher()
            let (start, end) = (WireTimestamp("2013-01-01"), WireTimestamp("2013-01-02T00:00:00.5Z"))
            let id = try await watcher.startPipelineExecution(pipelineID: 7, startDate: start)
            try await watcher.endPipelineExecution(
                executionID: id,
                ETLResults(completedSuccessfully: false),
                endDate: end
            )
            #expect(server.received[0].body?["start_date"] == "2013-01-01T00:00:00Z")
            #expect(server.received[1].body?["end_date"] == "2013-01-02T00:00:00.500000Z")
        }
    }

    @Test("a start and an end that failed are sent again under their keys")
    func retries() async throws {
        try await ScriptedServer.run({ $0.number == 1 ? .answer(503) : nil }) { server in
            let watcher = try server.watcher()
            let id = try await watcher.startPipelineExecution(pipelineID: 7)
            try await watcher.endPipelineExecution(executionID: id, ETLResults(completedSuccessfully: true))
            #expect(server.received.map(\.idempotencyKey) == ["key-1", "key-1", "key-2", "key-2"])
        }
    }

    @Test("an enclosing tracked execution is no parent unless it is said to be")
    func takesNoParentByItself() async throws {
        try await ScriptedServer.run { server in
            let watcher = try server.watcher()
            _ = try await watcher.trackPipelineExecution(pipelineID: 1, active: true) {
                _ = try await watcher.startPipelineExecution(pipelineID: 2)
                return ETLResults(completedSuccessfully: true)
            }
            #expect(server.received(at: Endpoints.startExecution).last?.body?["parent_id"] == nil)
        }
    }

    @Test("what the server would refuse is named and not sent")
    func validates() async throws {
        try await ScriptedServer.run { server in
            let watcher = try server.watcher()
            let faults: [(String, () async throws -> Void)] = [
                (
                    "next_watermark",
                    {
                        let long = Watermark(String(repeating: "x", count: 4097))
                        _ = try await watcher.startPipelineExecution(pipelineID: 7, nextWatermark: long)
                    }
                ),
                (
                    "soft_deletes",
                    {
                        let results = ETLResults(completedSuccessfully: true, softDeletes: -1)
                        try await watcher.endPipelineExecution(executionID: 1, results)
                    }
                ),
                (
                    "execution_metadata",
                    {
                        let results = ETLResults(completedSuccessfully: true, executionMetadata: ["a": "\0"])
                        try await watcher.endPipelineExecution(executionID: 1, results)
                    }
                ),
            ]
            for (field, call) in faults {
                let error = await thrownError(call) as? WatcherError
                #expect(error?.code == .validation)
                #expect(error?.message.contains(field) == true)
            }
            #expect(server.received.isEmpty)
        }
    }

    @Test("an end is reported although its task has been cancelled")
    func reportsAfterCancellation() async throws {
        try await ScriptedServer.run { server in
            let watcher = try server.watcher()
            let id = try await watcher.startPipelineExecution(pipelineID: 7)
            try await withThrowingTaskGroup { group in
                group.addTask {
                    withUnsafeCurrentTask { $0?.cancel() }
                    try await watcher.endPipelineExecution(
                        executionID: id,
                        ETLResults(completedSuccessfully: false)
                    )
                }
                try await group.waitForAll()
            }
            #expect(server.received(at: Endpoints.endExecution).count == 1)
        }
    }

    @Test("a child is tracked under the parent that it is given, in all forms, and not under the enclosing one")
    func tracksChildren() async throws {
        try await ScriptedServer.run { server in
            let watcher = try server.watcher()
            let synced = SyncedPipelineConfig(
                pipeline: SyncedPipeline(id: 9, active: true, declaration: .init(name: "a", pipelineTypeName: "b")),
                watermark: "a",
                nextWatermark: "b"
            )
            let good = ETLResults(completedSuccessfully: true)
            _ = try await watcher.trackPipelineExecution(pipelineID: 1, active: true) {
                let outputs = [
                    try await watcher.trackChildPipelineExecution(
                        pipelineID: 9,
                        active: true,
                        parentExecutionID: 55,
                        watermark: "a",
                        nextWatermark: "b"
                    ) { context in
                        #expect(context.watermark == "a")
                        return good
                    },
                    try await watcher.trackChildPipelineExecution(
                        pipelineID: 9,
                        active: true,
                        parentExecutionID: 55
                    ) { good },
                    try await watcher.trackChildPipelineExecution(synced, parentExecutionID: 55) { context in
                        ETLResults(completedSuccessfully: context.nextWatermark == "b")
                    },
                    try await watcher.trackChildPipelineExecution(synced, parentExecutionID: 55) { good },
                ]
                #expect(outputs.map { $0?.results } == [good, good, good, good])
                return good
            }
            let skipped = try await watcher.trackChildPipelineExecution(
                pipelineID: 9,
                active: false,
                parentExecutionID: 55
            ) { good }
            #expect(skipped == nil)
            let starts = server.received(at: Endpoints.startExecution).dropFirst().map(\.body)
            #expect(starts.map { $0?["parent_id"] } == [55, 55, 55, 55])
            #expect(starts.map { $0?["next_watermark"] } == ["b", nil, "b", "b"])
        }
    }
}
