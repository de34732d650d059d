// SPDX-License-Identifier: Apache-2.0

import InMemoryLogging
import Logging
import Testing
import Watcher

struct UndeliveredTests {
    private static func refusingEnds(_ status: Int, _ message: String = "no") -> ScriptedServer.Script {
        { request in
            request.path == Endpoints.endExecution.path
                ? .answer(status, ["detail": JSONValue(message), "message": JSONValue(message), "code": "refused"])
                : nil
        }
    }

    @Test("results are not lost when the end cannot be delivered")
    func carriesResults() async throws {
        try await ScriptedServer.run(Self.refusingEnds(503)) { server in
            let watcher = try server.watcher()
            let error = await #expect(throws: UndeliveredExecutionError<ScoredResults>.self) {
                try await watcher.trackPipelineExecution(pipelineID: 7, active: true) {
                    ScoredResults(completedSuccessfully: true, inserts: 3, dataQualityScore: 0.5)
                }
            }
            #expect(error?.executionID == 101)
            #expect(
                error?.results == ScoredResults(completedSuccessfully: true, inserts: 3, dataQualityScore: 0.5)
            )
            #expect(error?.standardResults == ETLResults(completedSuccessfully: true, inserts: 3))
            #expect(error?.cause.code == .delivery)
            #expect(error?.cause.status == 503)
            #expect((error?.cause.cause as? WatcherError)?.code == .api)
            #expect(error?.description.contains("Execution 101") == true)
            #expect(server.received(at: Endpoints.endExecution).count == 5)
        }
    }

    @Test("a refused end is not sent again, and says why it was refused")
    func explainsARefusal() async throws {
        try await ScriptedServer.run(Self.refusingEnds(409, "ended already")) { server in
            let watcher = try server.watcher()
            let error = await #expect(throws: UndeliveredExecutionError<ETLResults>.self) {
                try await watcher.trackPipelineExecution(pipelineID: 7, active: true) {
                    ETLResults(completedSuccessfully: true)
                }
            }
            #expect(error?.cause.serverCode == "refused")
            #expect(error?.cause.message.contains("ended already") == true)
            #expect(server.received(at: Endpoints.endExecution).count == 1)
        }
    }

    @Test(
        "an execution whose results the server refuses for what they say is ended as failed",
        arguments: [400, 413, 422]
    )
    func endsRefusedResults(status: Int) async throws {
        let script: ScriptedServer.Script = { request in
            request.path == Endpoints.endExecution.path && request.body?["completed_successfully"] == true
                ? .answer(status, ["detail": "too large", "message": "too large", "code": "body_too_large"]) : nil
        }
        try await ScriptedServer.run(script) { server in
            let watcher = try server.watcher()
            let error = await #expect(throws: UndeliveredExecutionError<ETLResults>.self) {
                try await watcher.trackPipelineExecution(pipelineID: 7, active: true) {
                    ETLResults(completedSuccessfully: true, inserts: 4)
                }
            }
            #expect(error?.results.inserts == 4)
            let ends = server.received(at: Endpoints.endExecution)
            #expect(ends.count == 2)
            #expect(ends.last?.body?["completed_successfully"] == false)
            #expect(ends.last?.body?["execution_metadata"]?["error"]?.string?.contains("too large") == true)
        }
    }

    @Test("results that are not Sendable are carried as well")
    func carriesLocalResults() async throws {
        try await ScriptedServer.run(Self.refusingEnds(404)) { server in
            let watcher = try server.watcher()
            let made = LocalResults()
            made.totalRows = 8
            do {
                _ = try await watcher.trackPipelineExecution(pipelineID: 7, active: true) { made }
                Issue.record("an end that was refused counted as delivered")
            } catch let error as UndeliveredExecutionError<LocalResults> {
                #expect(error.uncheckedResults === made)
                #expect(error.standardResults.totalRows == 8)
            }
        }
    }

    @Test("an error of the work is thrown on as the same object when it cannot be reported, and the log says so")
    func neverReplacesTheOriginalError() async throws {
        try await ScriptedServer.run(Self.refusingEnds(500)) { server in
            let logs = InMemoryLogHandler()
            let watcher = try server.watcher(logs: logs)
            let original = IdentifiedError("disk full")
            let thrown = await thrownError {
                _ = try await watcher.trackPipelineExecution(pipelineID: 7, active: true) { () -> ETLResults in
                    throw original
                }
            }
            #expect(thrown as? IdentifiedError === original)
            let errors = logs.entries.filter { $0.level == .error }
            #expect(errors.count == 1)
            #expect(errors.first?.metadata["watcher.execution.id"] == "101")
            #expect(errors.first?.metadata["watcher.error"]?.description.contains("500") == true)
        }
    }
}
