// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherMacros

@Suite("The macro on every kind of function")
struct TrackedFunctionTests {
    @Test("a local function uses its parameters, and variables around it")
    func localFunction() async throws {
        try await GuideServer.with { server in
            let (watcher, synced) = (server.watcher, try await server.synced())
            var calls = 0
            @TrackPipelineExecution(watcher, synced, parentExecutionID: nil, inheritsParent: false)
            func load<Rows: Collection>(_ rows: Rows, into total: inout Int) async throws -> ExecutionResult<
                ETLResults
            >? {
                calls += 1
                total += rows.count
                return ETLResults(completedSuccessfully: true, totalRows: rows.count)
            }
            var total = 1
            let first = try await load([1, 2, 3], into: &total)
            let second = try await load("ab", into: &total)
            #expect(total == 6)
            #expect(calls == 2)
            #expect(try await server.executions().map(\.id) == [second?.executionID, first?.executionID])
            #expect(try await server.executions().map(\.totalRows) == [2, 3])
        }
    }

    @Test("methods of structures, classes and actors keep their isolation")
    func methods() async throws {
        try await GuideServer.with { server in
            let synced = try await server.synced()
            var structure = CountingStructure(watcher: server.watcher, synced: synced)
            let actor = CountingActor(watcher: server.watcher, synced: synced)
            let object = await CountingObject(watcher: server.watcher, synced: synced)
            let outputs = [try await structure.load(), try await actor.load(), try await object.load()]
            #expect(outputs.map { $0?.results.inserts } == [1, 1, 1])
            #expect(structure.count == 1)
            #expect(await actor.count == 1)
            #expect(await object.count == 1)
            #expect(try await server.executions().count == 3)
        }
    }

    @Test("a static method takes static properties, and the task's values")
    func staticMethod() async throws {
        try await GuideServer.with { server in
            let synced = try await server.synced()
            try await Surrounding.$server.withValue((server.watcher, synced)) {
                let output = try await Surrounding.load(rows: 7)
                #expect(output?.results.totalRows == 7)
                #expect(try await server.executions().map(\.watermark) == ["from here"])
            }
        }
    }

    @Test("errors of the body are thrown on unchanged, and logged")
    func errorsAreThrownOn() async throws {
        try await GuideServer.with { server in
            let (watcher, synced) = (server.watcher, try await server.synced())
            @TrackPipelineExecution(watcher, synced)
            func load() async throws -> ExecutionResult<ETLResults>? {
                throw SourceUnavailable()
            }
            await #expect(throws: SourceUnavailable()) { try await load() }
            #expect(try await server.executions().map(\.status) == [.failed])
        }
    }
}

private struct CountingStructure {
    let watcher: Watcher
    let synced: SyncedPipelineConfig
    var count = 0

    @TrackPipelineExecution(\Self.watcher, \Self.synced)
    mutating func load() async throws -> ExecutionResult<ETLResults>? {
        self.count += 1
        return ETLResults(completedSuccessfully: true, inserts: self.count)
    }
}

private actor CountingActor {
    let watcher: Watcher
    let synced: SyncedPipelineConfig
    var count = 0

    init(watcher: Watcher, synced: SyncedPipelineConfig) {
        self.watcher = watcher
        self.synced = synced
    }

    @TrackPipelineExecution(\CountingActor.watcher, \CountingActor.synced)
    func load() async throws -> ExecutionResult<ETLResults>? {
        self.count += 1
        return ETLResults(completedSuccessfully: true, inserts: self.count)
    }
}

@MainActor
private final class CountingObject {
    let watcher: Watcher
    let synced: SyncedPipelineConfig
    var count = 0

    init(watcher: Watcher, synced: SyncedPipelineConfig) {
        self.watcher = watcher
        self.synced = synced
    }

    @TrackPipelineExecution(\CountingObject.watcher, \CountingObject.synced)
    func load() async throws -> ExecutionResult<ETLResults>? {
        self.count += 1
        return ETLResults(completedSuccessfully: true, inserts: self.count)
    }
}

private enum Surrounding {
    @TaskLocal static var server: (watcher: Watcher, synced: SyncedPipelineConfig)?

    static func watcher() throws -> Watcher {
        try #require(Self.server).watcher
    }

    @TrackPipelineExecution(
        try Self.watcher(),
        pipelineID: Self.server?.synced.pipeline.id ?? 0,
        active: true,
        watermark: "from here"
    )
    static func load(rows: Int) async throws -> Optional<ExecutionResult<ETLResults>> {
        ETLResults(completedSuccessfully: watcherContext.executionID > 0, totalRows: rows)
    }
}
