// SPDX-License-Identifier: Apache-2.0
import Logging
import Synchronization
import Testing
import WatcherCore
import WatcherDatabase
import WatcherDatabaseTesting
import WatcherServices
import WatcherStore

@Suite("A ledger is copied")
struct LedgerCopyTests {
    /// Ends a copy in the middle.
    private struct Stop: Error {}

    /// Lends a filled ledger of one kind, and an empty database of another.
    private func with(
        _ from: TestDatabase.Kind,
        _ to: TestDatabase.Kind,
        _ body: (TestLedger, any Database) async throws -> Void
    ) async throws {
        try await TestLedger.with(from) { source in
            try await source.fill()
            try await TestDatabase.with(to, migrations: []) { target in try await body(source, target) }
        }
    }

    @discardableResult
    private func copy(
        _ source: any Database,
        _ target: any Database,
        batch: Int = 3,
        _ report: (LedgerCopy.Progress) throws -> Void = { _ in }
    ) async throws -> [LedgerCopy.Table] {
        try await LedgerCopy(from: source, to: target, batch: batch)
            .run(now: Timestamp(microseconds: 1), logger: Logger(label: "test"), report)
    }

    /// Copies everything, and ends before the verification.
    private func copyUnverified(_ source: any Database, _ target: any Database) async throws {
        await #expect(throws: Stop.self) {
            try await self.copy(source, target) { if $0.work == .verifying { throw Stop() } }
        }
    }

    private func expectRefusal(
        _ code: CopyError.Code,
        _ words: String...,
        sourceLocation: SourceLocation = #_sourceLocation,
        _ work: () async throws -> Void
    ) async {
        let error = await #expect(throws: CopyError.self, sourceLocation: sourceLocation) { try await work() }
        #expect(error?.code == code, sourceLocation: sourceLocation)
        for word in words {
            #expect(error?.message.contains(word) == true, "\(error?.message ?? "")", sourceLocation: sourceLocation)
        }
    }

    private func rows(_ database: any Database) async throws -> [[[SQLValue]]] {
        try await database.read { transaction in
            try CopiedTable.all.map { try TableCopyStore(transaction).rows(of: $0, after: nil, limit: 10_000) }
        }
    }

    private func isUnderway(_ database: any Database) async throws -> Bool {
        try await database.read { try CopyProgressStore($0).isUnderway() }
    }

    // MARK: Whole copies

    @Test(
        "every row arrives as it was, and new rows get new ids",
        arguments: TestDatabase.Kind.allCases,
        TestDatabase.Kind.allCases
    )
    func copiesEverything(from: TestDatabase.Kind, to: TestDatabase.Kind) async throws {
        try await self.with(from, to) { source, target in
            let tables = try await self.copy(source.database, target)
            let original = try await self.rows(source.database)
            let copied = try await self.rows(target)
            #expect(copied == original)
            #expect(tables.map(\.name) == CopiedTable.all.map(\.name))
            #expect(tables.map(\.rows) == original.map { Int64($0.count) })
            #expect(tables.allSatisfy { $0.rows > 2 })
            #expect(try await !self.isUnderway(target))

            let copy = TestLedger(on: target, clock: source.clock)
            let executions = try await copy.executions.list(.init(), pipelineName: nil, limit: 100)
            #expect(try await source.executions.list(.init(), pipelineName: nil, limit: 100) == executions)
            let pipelines = try await copy.pipelines.all()
            #expect(try await source.pipelines.all() == pipelines)
            try await self.expectFreshIDs(copy)
        }
    }

    /// Adds a row to every table that gives ids.
    private func expectFreshIDs(_ ledger: TestLedger) async throws {
        let largest = try await ledger.database.read { transaction in
            try transaction.one(
                """
                SELECT (SELECT max(id) FROM pipeline_type), (SELECT max(id) FROM pipeline),
                    (SELECT max(id) FROM address_type), (SELECT max(id) FROM address),
                    (SELECT max(id) FROM pipeline_execution)
                """
            ) { row in try (0..<5).map { _ in try row.next(Int64.self) } }
        }
        let row = Reply<SyncedRow>(key: nil) { Answer(status: 201, body: "\($0.id)") }
        let thresholds = PipelineTypeUpdate(freshness: ThresholdUpdate(), timeliness: ThresholdUpdate())
        let type = try await PipelineTypeService(ledger.ledger).sync(name: "new", thresholds, row)
        let addresses = AddressService(ledger.ledger)
        let addressType = try await addresses.syncType(name: "new", groupName: "g", row)
        let sync = AddressSync(name: "new", addressTypeName: "new", addressTypeGroupName: "g", parts: .init())
        let pipeline = try await ledger.sync("new")
        let address = try await addresses.sync(sync, row)
        let execution = try await ledger.start(pipeline)
        let fresh = [type.body, "\(pipeline)", addressType.body, address.body, "\(execution)"]
        #expect(fresh == largest?.map { "\($0 + 1)" })
    }

    @Test("an empty ledger has an empty copy", arguments: TestDatabase.Kind.allCases, TestDatabase.Kind.allCases)
    func copiesNothing(from: TestDatabase.Kind, to: TestDatabase.Kind) async throws {
        try await TestLedger.with(from) { source in
            try await TestLedger.with(to) { target in
                let tables = try await self.copy(source.database, target.database)
                #expect(tables.allSatisfy { $0.rows == 0 })
                #expect(try await target.sync() == 1)
            }
        }
    }

    // MARK: Interruptions

    @Test(
        "a copy that ends after any batch goes on from there",
        arguments: TestDatabase.Kind.allCases,
        TestDatabase.Kind.allCases
    )
    func goesOn(from: TestDatabase.Kind, to: TestDatabase.Kind) async throws {
        try await self.with(from, to) { source, target in
            var copied: [String: Int64] = [:]
            var runs = 0
            while runs < 100 {
                runs += 1
                do {
                    try await self.copy(source.database, target, batch: 2) { progress in
                        guard progress.rows > copied[progress.table, default: 0] else { return }
                        copied[progress.table] = progress.rows
                        throw Stop()
                    }
                    break
                } catch is Stop {
                    #expect(try await self.isUnderway(target))
                }
            }
            let original = try await self.rows(source.database)
            // A run for each batch, and one that only verifies.
            #expect(runs == original.reduce(1) { $0 + ($1.count + 1) / 2 })
            let found = try await self.rows(target)
            #expect(found == original)
            #expect(try await !self.isUnderway(target))
        }
    }

    @Test(
        "what was added behind while a copy stood still is copied when it goes on",
        arguments: TestDatabase.Kind.allCases
    )
    func copiesLateRows(kind: TestDatabase.Kind) async throws {
        try await self.with(kind, kind) { source, target in
            try await self.copyUnverified(source.database, target)
            _ = try await source.start(try await source.sync("late"))
            try await self.copy(source.database, target)
            let (original, found) = (try await self.rows(source.database), try await self.rows(target))
            #expect(found == original)
        }
    }

    // MARK: Verification

    @Test(
        "a row of the target that is not as it was is found, and the copy stays unfinished",
        arguments: TestDatabase.Kind.allCases,
        [
            ("UPDATE pipeline SET watermark = 'x' WHERE id = 3", "pipeline", "row '3' is not the same"),
            ("UPDATE pipeline SET active = FALSE WHERE id = 2", "pipeline", "row '2' is not the same"),
            ("UPDATE pipeline_execution SET throughput = 0 WHERE id = 5", "pipeline_execution", "row '5' is not"),
            ("UPDATE address SET schema_name = '' WHERE id = 2", "address", "row '2' is not the same"),
            (
                "DELETE FROM pipeline_execution WHERE id = 8", "pipeline_execution",
                "row '8' where the target has the row '9'"
            ),
            (
                "DELETE FROM anomaly_detection_result WHERE id = (SELECT max(id) FROM anomaly_detection_result)",
                "anomaly_detection_result", "where the target has no row"
            ),
            ("DELETE FROM address_lineage WHERE pipeline_id = 1 AND source_address_id = 1", "lineage", "'1,1,1' where"),
            (
                "INSERT INTO address_type (id, name, group_name, created_at) VALUES (70, 'new', 'g', 0)",
                "address_type", "no row where the target has the row '70'"
            ),
        ] as [(SQLStatement, String, String)]
    )
    func findsDifferences(kind: TestDatabase.Kind, change: (SQLStatement, String, String)) async throws {
        try await self.with(.sqliteMemory, kind) { source, target in
            try await self.copyUnverified(source.database, target)
            _ = try await target.write { try $0.run(change.0) }
            for _ in 0..<2 {
                await self.expectRefusal(.different, change.1, change.2) {
                    try await self.copy(source.database, target)
                }
            }
            #expect(try await self.isUnderway(target))
        }
    }

    @Test(
        "a row that is written to the source behind the copy's back is reported",
        arguments: TestDatabase.Kind.allCases
    )
    func findsLateRows(kind: TestDatabase.Kind) async throws {
        try await self.with(kind, .sqliteMemory) { source, target in
            let meddling = MeddledDatabase(base: source.database) { _ = try await source.start(1) }
            await self.expectRefusal(.different, "pipeline_execution", "' where the target has no row") {
                // Executions have been copied when the last table's turn comes.
                try await self.copy(meddling, target) { if $0.table == "idempotency_key" { meddling.meddleOnce() } }
            }
        }
    }

    // MARK: Refusals

    @Test("a target with rows is refused and stays as it is", arguments: TestDatabase.Kind.allCases)
    func refusesTakenTargets(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(.sqliteMemory) { source in
            try await source.sync("other")
            try await TestLedger.with(kind) { target in
                try await target.sync()
                let before = try await self.rows(target.database)
                await self.expectRefusal(.targetTaken, "rows already") {
                    try await self.copy(source.database, target.database)
                }
                #expect(try await self.rows(target.database) == before)
                #expect(try await !self.isUnderway(target.database))
            }
        }
    }

    @Test("a finished copy is not copied into again", arguments: TestDatabase.Kind.allCases)
    func refusesSecondCopies(kind: TestDatabase.Kind) async throws {
        try await self.with(.sqliteMemory, kind) { source, target in
            try await self.copy(source.database, target)
            await self.expectRefusal(.targetTaken, "rows already") { try await self.copy(source.database, target) }
            #expect(try await !self.isUnderway(target))
        }
    }

    @Test(
        "an unfinished copy is neither a source, nor goes on from another source",
        arguments: TestDatabase.Kind.allCases
    )
    func refusesUnfinishedCopies(kind: TestDatabase.Kind) async throws {
        try await self.with(.sqliteMemory, kind) { source, target in
            try await self.copyUnverified(source.database, target)
            let error = await #expect(throws: DatabaseError.self) {
                try await target.read { try CopyProgressStore($0).requireNone() }
            }
            #expect(error?.code == .schema)
            try await TestDatabase.with(.sqliteMemory, migrations: []) { other in
                await self.expectRefusal(.unusable, "source", "unfinished copy") { try await self.copy(target, other) }
                try await Migrator(Schema.migrations).migrate(other, now: 7, logger: Logger(label: "test"))
                await self.expectRefusal(.targetTaken, "another source") { try await self.copy(other, target) }
            }
            try await self.copy(source.database, target)
        }
    }

    @Test("a source that is no ledger of this version is refused", arguments: TestDatabase.Kind.allCases)
    func refusesOtherSchemas(kind: TestDatabase.Kind) async throws {
        let newer = Migration(id: Int64(Schema.migrations.count + 1), name: "newer") { _ in [] }
        let cases: [([Migration], String)] = [
            ([], "no ledger"), (Array(Schema.migrations.dropLast()), "older"),
            (Schema.migrations + [newer], "schema step"),
        ]
        for (migrations, words) in cases {
            try await TestDatabase.with(kind, migrations: migrations) { source in
                try await TestDatabase.with(.sqliteMemory, migrations: []) { target in
                    await self.expectRefusal(.unusable, "source", words) { try await self.copy(source, target) }
                }
            }
        }
    }

    @Test("a database is not copied into itself", arguments: TestDatabase.Kind.allCases)
    func refusesItself(kind: TestDatabase.Kind) async throws {
        try await TestDatabase.with(kind) { database in
            await self.expectRefusal(.sameDatabase, "same database") { try await self.copy(database, database) }
            let underway = try await self.isUnderway(database)
            #expect(!underway)
        }
    }
}

/// A database to which something else writes before one of its reads.
private struct MeddledDatabase: Database {
    let base: any Database
    let meddle: @Sendable () async throws -> Void
    private let turn = Turn()

    /// Whether it has been, is, or is not yet time to meddle.
    private final class Turn: Sendable {
        let state = Mutex((asked: false, done: false))
    }

    init(base: any Database, meddle: @escaping @Sendable () async throws -> Void) {
        self.base = base
        self.meddle = meddle
    }

    /// Meddles before the next read, unless it has done so.
    func meddleOnce() {
        self.turn.state.withLock { $0.asked = true }
    }

    var dialect: SQLDialect { self.base.dialect }
    var writerStatistics: WriterStatistics { self.base.writerStatistics }
    var readerStatistics: ReaderStatistics { self.base.readerStatistics }

    func read<Value: Sendable>(_ work: @escaping @Sendable (Transaction) throws -> Value) async throws -> Value {
        let isTime = self.turn.state.withLock { state in
            defer { state.done = state.asked }
            return state.asked && !state.done
        }
        if isTime { try await self.meddle() }
        return try await self.base.read(work)
    }

    func write<Value: Sendable>(_ work: @escaping @Sendable (Transaction) throws -> Value) async throws -> Value {
        try await self.base.write(work)
    }

    func close() async throws {
        try await self.base.close()
    }
}
