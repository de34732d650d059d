// SPDX-License-Identifier: Apache-2.0
import Synchronization
import Testing
import WatcherCore
import WatcherDatabase
import WatcherDatabaseTesting
import WatcherServices

/// The services on a database of their own, with a clock that the test moves.
struct TestLedger {
    let database: any Database
    let clock: TestClock
    let ledger: Ledger

    init(on database: any Database, clock: TestClock = TestClock()) {
        self.database = database
        self.clock = clock
        self.ledger = Ledger(database: database, now: { clock.now })
    }

    static func with(_ kind: TestDatabase.Kind, _ body: (TestLedger) async throws -> Void) async throws {
        try await TestDatabase.with(kind) { try await body(TestLedger(on: $0)) }
    }

    var pipelines: PipelineService { PipelineService(self.ledger) }
    var executions: ExecutionService { ExecutionService(self.ledger) }

    /// Syncs a pipeline, and gives its id.
    @discardableResult
    func sync(_ name: String = "p", next: String? = nil) async throws -> Int64 {
        try await self.sync(name, nextWatermark: next.map(Update.set) ?? .keep)
    }

    /// Syncs a pipeline, and gives its id.
    func sync(_ name: String, nextWatermark: Update<String>) async throws -> Int64 {
        let sync = PipelineSync(
            name: name,
            pipelineTypeName: "t",
            nextWatermark: nextWatermark,
            metadata: .keep,
            freshness: ThresholdUpdate(),
            timeliness: ThresholdUpdate()
        )
        let reply = Reply<PipelineService.Synced>(key: nil) { Answer(status: 200, body: "\($0.pipeline.id)") }
        return try #require(Int64(try await self.pipelines.sync(sync, reply).body))
    }

    /// Starts an execution a second after the last event, and gives its id.
    ///
    /// - Parameters:
    ///   - pipelineID: its pipeline.
    ///   - next: how far it says it will read.
    ///   - secondsFromNow: when it says it began; it does not say unless told otherwise.
    ///   - parent: the execution it is a part of.
    /// - Returns: its id.
    /// - Throws: ``ServiceError``
    func start(
        _ pipelineID: Int64,
        next: String? = nil,
        secondsFromNow: Int64? = nil,
        parent: Int64? = nil
    ) async throws -> Int64 {
        self.clock.advance(seconds: 1)
        let start = ExecutionStart(
            pipelineID: pipelineID,
            startDate: secondsFromNow.map { self.clock.now.advanced(byMicroseconds: $0 * 1_000_000) },
            watermark: nil,
            nextWatermark: next,
            parentID: parent
        )
        let reply = Reply<Int64>(key: nil) { Answer(status: 201, body: "\($0)") }
        return try #require(Int64(try await self.executions.start(start, reply).body))
    }

    /// Ends an execution a second after the last event.
    func end(_ id: Int64, success: Bool = true, inserts: Int64? = nil) async throws {
        self.clock.advance(seconds: 1)
        let report = ExecutionReport(
            endDate: self.clock.now,
            completedSuccessfully: success,
            inserts: inserts
        )
        try await self.end(id, with: report)
    }

    func end(_ id: Int64, with report: ExecutionReport) async throws {
        _ = try await self.executions.end(id: id, with: report, Reply<Void>(key: nil) { Answer(status: 204) })
    }

    /// Sends a heartbeat.
    func heartbeat(_ id: Int64, _ heartbeat: Heartbeat = Heartbeat()) async throws {
        let reply = Reply<Void>(key: nil) { Answer(status: 204) }
        _ = try await self.executions.heartbeat(id: id, heartbeat, reply)
    }

    /// Reads an execution.
    func execution(_ id: Int64) async throws -> NamedExecution {
        try await self.executions.tree(id: id, depth: 1).root
    }

    func patch(_ id: Int64, _ change: (inout PipelinePatch) -> Void) async throws {
        var patch = PipelinePatch()
        change(&patch)
        _ = try await self.pipelines.patch(.id(id), patch, typeName: nil)
    }

    func watermark(_ id: Int64) async throws -> String? {
        try await self.pipelines.find(id: id).watermarks.current
    }

    /// The alerts that are raised, each with its job: the message and the details.
    func alerts() async throws -> [String] {
        try await self.database.read { transaction in
            try transaction.all(
                """
                SELECT a.message, a.details FROM alert a JOIN job j ON j.kind = 'alert' AND j.subject = a.id ORDER BY a.id
                """
            ) { row in try row.next(String.self) + " " + (try row.next(String.self)) }
        }
    }
}

/// A clock that stands until it is moved.
final class TestClock: Sendable {
    private let microseconds = Mutex<Int64>(1_700_000_000_000_000)

    var now: Timestamp { Timestamp(microseconds: self.microseconds.withLock { $0 }) }

    func advance(seconds: Int64) {
        self.advance(microseconds: seconds * 1_000_000)
    }

    func advance(microseconds: Int64) {
        self.microseconds.withLock { $0 += microseconds }
    }
}
