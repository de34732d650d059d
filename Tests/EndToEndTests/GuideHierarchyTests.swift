// SPDX-License-Identifier: Apache-2.0
import Testing
import Watcher
import WatcherWire

@Suite("The guide's examples of executions inside executions do what the guide says")
struct GuideHierarchyTests {
    /// An example of a parent and its child, in one of its forms.
    struct Example: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let run: @Sendable (Watcher, PipelineConfig, PipelineConfig) async throws -> ExecutionResult<ETLResults>?
    }

    @Test(
        "a child that names its parent is found below it",
        arguments: [
            Example(testDescription: "closure", run: GuideHierarchyExamples.explicit),
            Example(testDescription: "macro", run: GuideMacroExamples.hierarchy),
        ]
    )
    func childNamesItsParent(example: Example) async throws {
        try await GuideServer.with { server in
            let (year, day) = (GuideServer.config("year"), GuideServer.config("day"))
            let output = try #require(try await example.run(server.watcher, year, day))
            let logged = try await server.watcher.execution(id: output.executionID)
            #expect(logged.pipelineName == "year")
            #expect(logged.inserts == 100)
            #expect(logged.childExecutions.map(\.pipelineName) == ["day"])
            #expect(logged.childExecutions.map(\.totalRows) == [100])
        }
    }

    @Test("executions in child tasks belong to the execution around them")
    func childTasksInheritTheParent() async throws {
        try await GuideServer.with { server in
            let parent = try await server.synced("year")
            let children = [try await server.synced("day 1"), try await server.synced("day 2")]
            let output = try await GuideHierarchyExamples.inherited(server.watcher, parent, children)
            let logged = try await server.watcher.execution(id: try #require(output).executionID)
            #expect(Set(logged.childExecutions.map(\.pipelineName)) == ["day 1", "day 2"])
            #expect(logged.parentID == nil)
        }
    }

    @Test("an execution can stand apart from the one around it")
    func executionStandsApart() async throws {
        try await GuideServer.with { server in
            let parent = try await server.synced("year")
            let other = try await server.synced("other")
            let output = try await GuideHierarchyExamples.apart(server.watcher, parent, other)
            let logged = try await server.watcher.execution(id: try #require(output).executionID)
            #expect(logged.childExecutions.isEmpty)
            #expect(try await server.executions().map(\.parentID) == [nil, nil])
        }
    }

    @Test("code further down finds the execution it runs in")
    func currentIsFound() async throws {
        try await GuideServer.with { server in
            let output = try await GuideHierarchyExamples.current(server.watcher, server.synced())
            #expect(output?.results.inserts == 100)
            #expect(try await server.executions().map(\.inserts) == [100])
        }
    }
}
