// SPDX-License-Identifier: Apache-2.0

import InMemoryLogging
import Logging
import Testing
import Watcher

struct TrackingTests {
    @Test("work that returns is recorded with its results, and they come back with the execution's id")
    func recordsResults() async throws {
        try await ScriptedServer.run { server in
            let time = ManualTime()
            let output = try await server.watcher(time: time).trackPipelineExecution(
                pipelineID: 7,
                active: true,
                watermark: 41,
                nextWatermark: "b"
            ) { context in
                #expect(context.executionID == 101)
                #expect(context.pipelineID == 7)
                #expect(context.watermark == "41")
                #expect(context.nextWatermark == "b")
                time.advance(by: .milliseconds(1500))
                return ETLResults(
                    completedSuccessfully: true,
                    inserts: 100,
                    updates: 3,
                    softDeletes: 0,
                    totalRows: 103,
                    executionMetadata: ["partition": "2013-01-01", "files": [1, 2.5, nil]]
                )
            }
            #expect(output?.executionID == 101)
            #expect(output?.results.inserts == 100)
            #expect(server.received.map(\.path) == ["/start_pipeline_execution", "/end_pipeline_execution"])
            #expect(
                server.received[0].body == [
                    "pipeline_id": 7, "start_date": "2025-01-10T12:00:00Z", "watermark": "41", "next_watermark": "b",
                ]
            )
            #expect(
                server.received[1].body == [
                    "id": 101, "end_date": "2025-01-10T12:00:01.500000Z", "completed_successfully": true,
                    "inserts": 100, "updates": 3, "soft_deletes": 0, "total_rows": 103,
                    "execution_metadata": ["partition": "2013-01-01", "files": [1, 2.5, nil]],
                ]
            )
        }
    }

    @Test("what is not given is not sent")
    func leavesOutWhatIsNotGiven() async throws {
        try await ScriptedServer.run { server in
            let output = try await server.watcher().trackPipelineExecution(pipelineID: 7, active: true) {
                ETLResults(completedSuccessfully: true)
            }
            #expect(output?.results == ETLResults(completedSuccessfully: true))
            #expect(server.received[0].body == ["pipeline_id": 7, "start_date": "2025-01-10T12:00:00Z"])
            #expect(
                server.received[1].body == [
                    "id": 101, "end_date": "2025-01-10T12:00:00Z", "completed_successfully": true,
                ]
            )
        }
    }

    @Test("a failure that the work has handled itself is recorded as one, and its results come back")
    func recordsAHandledFailure() async throws {
        try await ScriptedServer.run { server in
            let output = try await server.watcher().trackPipelineExecution(pipelineID: 7, active: true) { _ in
                ETLResults(completedSuccessfully: false, executionMetadata: ["error": "Data quality issues"])
            }
            #expect(output?.results.completedSuccessfully == false)
            let end = try #require(server.received(at: Endpoints.endExecution).first?.body)
            #expect(end["completed_successfully"] == false)
            #expect(end["execution_metadata"] == ["error": "Data quality issues"])
        }
    }

    @Test("an error of the work is recorded with type and description, and thrown on as the same object")
    func recordsAndRethrowsErrors() async throws {
        try await ScriptedServer.run { server in
            let watcher = try server.watcher()
            let original = IdentifiedError("the file is gone\0")
            let thrown = await thrownError {
                _ = try await watcher.trackPipelineExecution(pipelineID: 7, active: true) { _ -> ETLResults in
                    throw original
                }
            }
            #expect(thrown as? IdentifiedError === original)
            let end = try #require(server.received(at: Endpoints.endExecution).first?.body)
            #expect(end["completed_successfully"] == false)
            #expect(
                end["execution_metadata"] == ["error_type": "IdentifiedError", "error": "the file is gone\u{FFFD}"]
            )
        }
    }

    @Test("the description of an error is cut at 4 KiB with a mark")
    func boundsDescriptions() async throws {
        try await ScriptedServer.run { server in
            let watcher = try server.watcher()
            let original = IdentifiedError(String(repeating: "é", count: 50_000))
            _ = await thrownError {
                _ = try await watcher.trackPipelineExecution(pipelineID: 7, active: true) { () -> ETLResults in
                    throw original
                }
            }
            let end = try #require(server.received(at: Endpoints.endExecution).first?.body)
            let text = try #require(end["execution_metadata"]?["error"]?.string)
            #expect(text.utf8.count <= 4096)
            #expect(text.utf8.count > 4090)
            #expect(text.hasPrefix("ééé"))
            #expect(text.hasSuffix("é… [cut: 100000 bytes in all]"))
        }
    }

    @Test("descriptions up to the limit are kept whole", arguments: [0, 1, 4095, 4096])
    func keepsShortDescriptions(length: Int) {
        let text = String(repeating: "x", count: length)
        #expect(Watcher.ReportPolicy().reportable(text) == text)
    }

    @Test("an inactive pipeline runs nothing, sends nothing, logs a warning and gives nil")
    func skipsAnInactivePipeline() async throws {
        try await ScriptedServer.run { server in
            let logs = InMemoryLogHandler()
            let output = try await server.watcher(logs: logs).trackPipelineExecution(pipelineID: 7, active: false) {
                _ -> ETLResults in
                Issue.record("the work of an inactive pipeline ran")
                return ETLResults(completedSuccessfully: true)
            }
            #expect(output == nil)
            #expect(server.received.isEmpty)
            #expect(logs.entries.map(\.level) == [.warning])
            #expect(logs.entries.first?.metadata["watcher.pipeline.id"] == "7")
        }
    }

    @Test("when the start is refused, nothing runs and the refusal is thrown")
    func runsNothingWithoutAStart() async throws {
        let refusal: ScriptedServer.Script = { _ in
            .answer(404, ["detail": "gone", "message": "Pipeline 7 not found", "code": "not_found"])
        }
        try await ScriptedServer.run(refusal) { server in
            let error = await #expect(throws: WatcherError.self) {
                try await server.watcher().trackPipelineExecution(pipelineID: 7, active: true) { _ -> ETLResults in
                    Issue.record("the work ran without an execution")
                    return ETLResults(completedSuccessfully: true)
                }
            }
            #expect(error?.status == 404)
            #expect(error?.serverCode == "not_found")
            #expect(error?.message.contains("Pipeline 7 not found") == true)
            #expect(server.received.count == 1)
        }
    }

    @Test("a synced configuration is all that the shorter form needs")
    func takesASyncedConfiguration() async throws {
        try await ScriptedServer.run { server in
            let watcher = try server.watcher()
            let declaration = Pipeline(name: "flights", pipelineTypeName: "incremental")
            let active = SyncedPipelineConfig(
                pipeline: SyncedPipeline(id: 9, active: true, declaration: declaration),
                watermark: "a",
                nextWatermark: "b"
            )
            let lent = try await watcher.trackPipelineExecution(active, parentExecutionID: 3) { context in
                ETLResults(completedSuccessfully: context.watermark == "a" && context.pipelineID == 9)
            }
            #expect(lent?.results.completedSuccessfully == true)
            let plain = try await watcher.trackPipelineExecution(active) { ETLResults(completedSuccessfully: true) }
            #expect(plain?.executionID == 102)
            let starts = server.received(at: Endpoints.startExecution).map(\.body)
            #expect(starts.map { $0?["pipeline_id"] } == [9, 9])
            #expect(starts.map { $0?["watermark"] } == ["a", "a"])
            #expect(starts.map { $0?["next_watermark"] } == ["b", "b"])
            #expect(starts.map { $0?["parent_id"] } == [3, nil])

            let inactive = SyncedPipelineConfig(
                pipeline: SyncedPipeline(id: 9, active: false, declaration: declaration)
            )
            let skipped = try await watcher.trackPipelineExecution(inactive) { ETLResults(completedSuccessfully: true) }
            #expect(skipped == nil)
        }
    }

    @Test("a wall clock that is set back during the work does not put the end before the start")
    func measuresWithAMonotonicClock() async throws {
        try await ScriptedServer.run { server in
            let time = ManualTime()
            _ = try await server.watcher(time: time).trackPipelineExecution(pipelineID: 7, active: true) {
                time.advance(by: .seconds(90))
                time.stepWallClock(by: .seconds(-3600))
                return ETLResults(completedSuccessfully: true)
            }
            let end = try #require(server.received(at: Endpoints.endExecution).first?.body)
            #expect(end["end_date"] == "2025-01-10T12:01:30Z")
        }
    }

    @Test("many tasks may track with one client at once, each its own execution")
    func worksFromManyTasks() async throws {
        try await ScriptedServer.run { server in
            let watcher = try server.watcher()
            let outputs = try await withThrowingTaskGroup(of: (Int, Int64?).self) { group in
                for number in 1...200 {
                    group.addTask {
                        let output = try await watcher.trackPipelineExecution(pipelineID: 7, active: true) { context in
                            await Task.yield()
                            return ETLResults(
                                completedSuccessfully: true,
                                inserts: number,
                                executionMetadata: ["execution": JSONValue(context.executionID)]
                            )
                        }
                        return (number, output?.executionID)
                    }
                }
                return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
            #expect(Set(outputs.values) == Set(101...300))
            let ends = server.received(at: Endpoints.endExecution).compactMap(\.body)
            #expect(ends.count == 200)
            for end in ends {
                let id = try #require(end["id"]?.integer)
                let number = try #require(end["inserts"]?.integer)
                #expect(end["execution_metadata"]?["execution"]?.integer == id)
                #expect(outputs[Int(number)] == id)
            }
            #expect(Set(server.received.compactMap(\.idempotencyKey)).count == 400)
        }
    }
}
