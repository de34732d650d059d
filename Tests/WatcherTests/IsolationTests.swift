// SPDX-License-Identifier: Apache-2.0

import Testing
import Watcher

/// Results of one's own, with more than the standard fields.
struct ScoredResults: ETLResultsProtocol, Sendable, Equatable {
    var completedSuccessfully: Bool
    var inserts: Int?
    var dataQualityScore: Double
}

/// Results that cannot leave their isolation.
final class LocalResults: ETLResultsProtocol {
    var completedSuccessfully = true
    var totalRows: Int?
    var log: [String] = []
}

/// A pipeline that keeps state of its own.
actor StatefulPipeline {
    private let watcher: Watcher
    private let kept = LocalResults()

    init(_ watcher: Watcher) {
        self.watcher = watcher
    }

    func run() async throws -> (same: Bool, log: [String]) {
        let output = try await self.watcher.trackPipelineExecution(pipelineID: 7, active: true) { context in
            // Ends the process when the work runs anywhere but on this actor.
            self.preconditionIsolated()
            self.kept.log.append("execution \(context.executionID)")
            await Task.yield()
            self.preconditionIsolated()
            self.kept.totalRows = 5
            return self.kept
        }
        self.preconditionIsolated()
        return (output?.results === self.kept, self.kept.log)
    }
}

struct IsolationTests {
    @Test("own results come back whole, and only the standard fields are sent")
    func returnsOwnResults() async throws {
        try await ScriptedServer.run { server in
            let output = try await server.watcher().trackPipelineExecution(pipelineID: 7, active: true) { _ in
                ScoredResults(completedSuccessfully: true, inserts: 100, dataQualityScore: 0.95)
            }
            #expect(output?.results.dataQualityScore == 0.95)
            #expect(
                server.received(at: Endpoints.endExecution).map(\.body) == [
                    [
                        "id": 101, "end_date": "2025-01-10T12:00:00Z", "completed_successfully": true,
                        "inserts": 100,
                    ]
                ]
            )
        }
    }

    @Test("the work runs in the caller's actor, on its state, and may return what is not Sendable")
    func runsInTheCallersActor() async throws {
        try await ScriptedServer.run { server in
            let outcome = try await StatefulPipeline(server.watcher()).run()
            #expect(outcome.same)
            #expect(outcome.log == ["execution 101"])
            #expect(server.received(at: Endpoints.endExecution).first?.body?["total_rows"] == 5)
        }
    }

    @Test("the work of the main actor stays there")
    @MainActor
    func runsOnTheMainActor() async throws {
        var rows = 0
        try await ScriptedServer.run { server in
            let watcher = try server.watcher()
            _ = try await watcher.trackPipelineExecution(pipelineID: 7, active: true) {
                MainActor.preconditionIsolated()
                rows += 1
                await Task.yield()
                MainActor.preconditionIsolated()
                return ETLResults(completedSuccessfully: true, totalRows: rows)
            }
        }
        #expect(rows == 1)
    }
}
