// SPDX-License-Identifier: Apache-2.0

import Testing
import Watcher

struct ValidationTests {
    /// Tracks work with these results and returns the error and the end that was sent.
    private func track(_ results: ETLResults) async throws -> (error: WatcherError?, end: JSONValue?) {
        try await ScriptedServer.run { server in
            let watcher = try server.watcher()
            let error = await #expect(throws: UndeliveredExecutionError<ETLResults>.self) {
                try await watcher.trackPipelineExecution(pipelineID: 7, active: true) { results }
            }
            #expect(error?.results == results)
            #expect(server.received(at: Endpoints.endExecution).count == 1)
            return (error?.cause, server.received(at: Endpoints.endExecution).first?.body)
        }
    }

    @Test(
        "a negative counter is recorded as a failure that names field and value",
        arguments: [
            ("inserts", ETLResults(completedSuccessfully: true, inserts: -1)),
            ("updates", ETLResults(completedSuccessfully: true, updates: -1)),
            ("softDeletes", ETLResults(completedSuccessfully: true, softDeletes: -1)),
            ("totalRows", ETLResults(completedSuccessfully: true, totalRows: -1)),
        ]
    )
    func refusesNegativeCounters(field: String, results: ETLResults) async throws {
        let (error, end) = try await self.track(results)
        #expect(error?.code == .validation)
        #expect(error?.message.contains("\(field) is -1") == true)
        #expect(end?["completed_successfully"] == false)
        #expect(end?["execution_metadata"]?["error"]?.string?.contains("\(field) is -1") == true)
        #expect(end?["inserts"] == nil)
    }

    @Test("all faults are named at once")
    func namesAllFaults() async throws {
        let (error, _) = try await self.track(
            ETLResults(completedSuccessfully: true, inserts: -3, totalRows: Int.min, executionMetadata: ["a": "\0"])
        )
        #expect(error?.message.contains("inserts is -3") == true)
        #expect(error?.message.contains("totalRows is \(Int.min)") == true)
        #expect(error?.message.contains("executionMetadata holds a NUL") == true)
    }

    @Test("zero and the largest counters are sent")
    func sendsExtremes() async throws {
        try await ScriptedServer.run { server in
            _ = try await server.watcher().trackPipelineExecution(pipelineID: 7, active: true) {
                ETLResults(completedSuccessfully: true, inserts: 0, totalRows: .max)
            }
            let end = try #require(server.received(at: Endpoints.endExecution).first?.body)
            #expect(end["inserts"] == 0)
            #expect(end["total_rows"] == JSONValue(Int.max))
        }
    }
}
