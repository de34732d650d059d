// SPDX-License-Identifier: Apache-2.0
import Testing
import Watcher
import WatcherWire

@Suite("The guide's examples do what the guide says")
struct GuideTests {
    /// An example of one execution, in one of its forms.
    struct Example: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let run: @Sendable (Watcher, SyncedPipelineConfig) async throws -> ExecutionResult<ETLResults>?
    }

    /// An example whose work reads rows, in one of its forms.
    struct ReadingExample: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let run:
            @Sendable (Watcher, SyncedPipelineConfig, () async throws -> Int) async throws
                -> ExecutionResult<ETLResults>?
    }

    @Test("a client is made for an address")
    func clientIsMade() throws {
        #expect(try GuideExamples.client().description.contains("api.watcher.example.com"))
    }

    @Test("a sync makes the pipeline, and sends its lineage once")
    func syncMakesThePipeline() async throws {
        try await GuideServer.with { server in
            let first = try await GuideExamples.sync(server.watcher)
            #expect(first.pipeline.active)
            #expect(first.pipeline.name == "flights")
            let second = try await GuideExamples.sync(server.watcher)
            #expect(second.pipeline.id == first.pipeline.id)
            let addresses = try await TestClient.with(server.process.url) { try await $0.get(Endpoints.addresses.path) }
            #expect(addresses.json?.array?.count == 2)
        }
    }

    @Test(
        "a tracked execution is on the server, and comes back with its id",
        arguments: [
            Example(testDescription: "closure", run: GuideExamples.log),
            Example(testDescription: "closure, synced", run: GuideExamples.logSynced),
            Example(testDescription: "macro", run: GuideMacroExamples.log),
        ]
    )
    func executionIsLogged(example: Example) async throws {
        try await GuideServer.with { server in
            let output = try #require(try await example.run(server.watcher, server.synced()))
            #expect(output.results == ETLResults(completedSuccessfully: true, inserts: 100, totalRows: 100))
            let logged = try await server.watcher.execution(id: output.executionID)
            #expect(logged.status == .succeeded)
            #expect(logged.inserts == 100)
            #expect(logged.totalRows == 100)
            #expect(logged.parentID == nil)
        }
    }

    @Test(
        "a handled problem is a failed execution, and no error",
        arguments: [
            ReadingExample(testDescription: "closure", run: GuideExamples.handled),
            ReadingExample(testDescription: "macro", run: GuideMacroExamples.handled),
        ]
    )
    func problemIsHandled(example: ReadingExample) async throws {
        try await GuideServer.with { server in
            let synced = try await server.synced()
            let empty = try await example.run(server.watcher, synced) { 0 }
            #expect(empty?.results.completedSuccessfully == false)
            #expect(try await server.newestMetadata() == ["error": "Data quality issues"])
            let broken = try await example.run(server.watcher, synced) { throw SourceUnavailable() }
            #expect(broken?.results.completedSuccessfully == false)
            #expect(try await server.newestMetadata() == ["exception": "SourceUnavailable()"])
            let good = try await example.run(server.watcher, synced) { 7 }
            #expect(good?.results.inserts == 7)
            #expect(try await server.executions().map(\.status) == [.succeeded, .failed, .failed])
        }
    }

    @Test("an error of the work is logged as a failure, and thrown on unchanged")
    func errorIsThrownOn() async throws {
        try await GuideServer.with { server in
            let synced = try await server.synced()
            await #expect(throws: SourceUnavailable()) {
                try await GuideExamples.thrown(server.watcher, synced) { throw SourceUnavailable() }
            }
            let logged = try await server.executions()
            #expect(logged.map(\.status) == [.failed])
            let type = try await server.newestMetadata()?["error_type"]?.string
            #expect(type?.hasSuffix("SourceUnavailable") == true)
            let output = try await GuideExamples.thrown(server.watcher, synced) { 7 }
            #expect(output?.results.totalRows == 7)
        }
    }

    @Test("results are not lost when the server dies during the work")
    func resultsAreNotLost() async throws {
        try await GuideServer.with { server in
            let synced = try await server.synced()
            let results = ETLResults(completedSuccessfully: true, inserts: 7)
            #expect(try await GuideExamples.undelivered(server.watcher, synced) { results } == results)
            let lost = try await GuideExamples.undelivered(server.watcher, synced) {
                try server.process.kill9()
                return results
            }
            #expect(lost == results)
        }
    }

    @Test("all standard fields arrive")
    func allFieldsArrive() async throws {
        try await GuideServer.with { server in
            let results = GuideExamples.fields()
            let output = try await server.watcher.trackPipelineExecution(server.synced()) { results }
            let logged = try await server.watcher.execution(id: try #require(output).executionID)
            #expect([logged.inserts, logged.updates, logged.softDeletes, logged.totalRows] == [90, 8, 2, 100])
            #expect(try await server.newestMetadata() == results.executionMetadata.map(JSONValue.object))
        }
    }

    @Test("results of an own type come back whole, and only the standard fields are sent")
    func customResultsComeBackWhole() async throws {
        try await GuideServer.with { server in
            let synced = try await server.synced()
            for (id, score) in [
                try await GuideExamples.custom(server.watcher, synced),
                try await GuideMacroExamples.custom(server.watcher, synced),
            ] {
                #expect(score == 0.95)
                let logged = try await server.watcher.execution(id: try #require(id))
                #expect(logged.inserts == 100)
                #expect(logged.executionMetadata == nil)
            }
        }
    }

    @Test("what comes back holds the id and the results")
    func resultHoldsTheID() async throws {
        try await GuideServer.with { server in
            let id = try await GuideExamples.result(server.watcher, server.synced())
            #expect(try await server.executions().map(\.id) == [id])
        }
    }

    @Test(
        "the context lends the watermarks, and the execution keeps them",
        arguments: [
            Example(testDescription: "closure", run: GuideExamples.context),
            Example(testDescription: "macro", run: GuideMacroExamples.context),
        ]
    )
    func contextLendsTheWatermarks(example: Example) async throws {
        try await GuideServer.with { server in
            let synced = try await server.watcher.syncPipelineConfig(GuideWatermarkExamples.config())
            let output = try #require(try await example.run(server.watcher, synced))
            let logged = try await server.watcher.execution(id: output.executionID)
            #expect(logged.watermark == "2013-01-01")
            #expect(logged.nextWatermark == "2013-01-31")
        }
    }

    @Test("an inactive pipeline is skipped, and nothing is logged")
    func inactivePipelineIsSkipped() async throws {
        try await GuideServer.with { server in
            let active = try await server.synced()
            #expect(try await GuideExamples.active(server.watcher, active) == nil)
            #expect(try await GuideMacroExamples.active(server.watcher, active) != nil)
            try await server.deactivate(active)
            let inactive = try await server.synced()
            #expect(!inactive.pipeline.active)
            let answer = try await GuideExamples.active(server.watcher, inactive)
            #expect(answer == "The pipeline is inactive: nothing ran, nothing was logged.")
            #expect(try await GuideMacroExamples.active(server.watcher, inactive) == nil)
            #expect(try await server.executions().count == 2)
        }
    }

    @Test("a tracked method takes watcher and pipeline from its own properties")
    func methodIsTracked() async throws {
        try await GuideServer.with { server in
            let loader = GuideMacroExamples.FlightsLoader(watcher: server.watcher, synced: try await server.synced())
            let output = try await loader.load(["a.csv", "b.csv"])
            #expect(output?.results.totalRows == 2)
            #expect(try await server.executions().map(\.totalRows) == [2])
        }
    }
}
