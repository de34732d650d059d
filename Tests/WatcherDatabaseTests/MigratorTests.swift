// SPDX-License-Identifier: Apache-2.0
import Logging
import Testing
import WatcherDatabase
import WatcherDatabaseTesting

struct MigratorTests {
    private static let first = Migration(id: 1, name: "first") { sql in
        ["CREATE TABLE one (id \(sql.identity)) \(sql.tableEnd)"]
    }
    private static let second = Migration(id: 2, name: "second") { sql in
        ["CREATE TABLE two (id \(sql.identity)) \(sql.tableEnd)"]
    }

    private func migrate(_ database: any Database, _ migrations: [Migration]) async throws {
        try await Migrator(migrations).migrate(database, now: 7, logger: Logger(label: "test"))
    }

    @Test("each step is taken once and recorded", arguments: TestDatabase.Kind.allCases)
    func stepsAreTakenOnce(kind: TestDatabase.Kind) async throws {
        try await TestDatabase.with(kind, migrations: [Self.first]) { database in
            try await self.migrate(database, [Self.first, Self.second])
            try await self.migrate(database, [Self.first, Self.second])
            let steps = try await database.read { transaction in
                try transaction.all("SELECT id, applied_at FROM schema_migration ORDER BY id") {
                    [try $0.next(Int64.self), try $0.next(Int64.self)]
                }
            }
            #expect(steps == [[1, 0], [2, 7]])
        }
    }

    @Test(
        "a database with tables of another program is refused, and nothing is made",
        arguments: TestDatabase.Kind.allCases
    )
    func foreignTablesAreRefused(kind: TestDatabase.Kind) async throws {
        let foreign: [SQLStatement] = [
            "CREATE TABLE two (word TEXT)", "CREATE TABLE schema_migration (version TEXT)",
            "CREATE TABLE schema_migration (id TEXT, checksum TEXT, applied_at TEXT)",
        ]
        for statement in foreign {
            try await TestDatabase.with(kind, migrations: []) { database in
                try await database.write { transaction in
                    try transaction.run(statement)
                    guard statement.text.contains("checksum") else { return }
                    try transaction.run(
                        "INSERT INTO schema_migration (id, checksum, applied_at) VALUES ('a', 'b', 'c')"
                    )
                }
                let error = await #expect(throws: DatabaseError.self) {
                    try await self.migrate(database, [Self.first, Self.second])
                }
                #expect(error?.code == .foreign, "\(error?.description ?? "")")
                #expect(try await database.read { try $0.hasTable("one") } == false)
            }
        }
        try await TestDatabase.with(kind, migrations: []) { database in
            try await database.write { _ = try $0.run("CREATE TABLE others (word TEXT)") }
            try await self.migrate(database, [Self.first])
        }
    }

    @Test("a newer schema is refused", arguments: TestDatabase.Kind.allCases)
    func newerSchemaIsRefused(kind: TestDatabase.Kind) async throws {
        try await TestDatabase.with(kind, migrations: [Self.first, Self.second]) { database in
            let error = await #expect(throws: DatabaseError.self) { try await self.migrate(database, [Self.first]) }
            #expect(error?.code == .schema)
            #expect(error?.message.contains("step 2") == true)
        }
    }

    @Test("a step that was changed after it was taken is refused", arguments: TestDatabase.Kind.allCases)
    func changedStepIsRefused(kind: TestDatabase.Kind) async throws {
        let changed = Migration(id: 1, name: "first") { sql in
            ["CREATE TABLE one (id \(sql.identity), more \(sql.int64)) \(sql.tableEnd)"]
        }
        try await TestDatabase.with(kind, migrations: [Self.first]) { database in
            let error = await #expect(throws: DatabaseError.self) { try await self.migrate(database, [changed]) }
            #expect(error?.code == .schema)
        }
    }

    @Test("a step that fails is not recorded, and what it did is undone", arguments: TestDatabase.Kind.allCases)
    func failingStepIsUndone(kind: TestDatabase.Kind) async throws {
        let failing = Migration(id: 2, name: "failing") { sql in
            ["CREATE TABLE two (id \(sql.identity)) \(sql.tableEnd)", "CREATE TABLE one (id \(sql.identity))"]
        }
        try await TestDatabase.with(kind, migrations: [Self.first]) { database in
            await #expect(throws: DatabaseError.self) { try await self.migrate(database, [Self.first, failing]) }
            try await self.migrate(database, [Self.first, Self.second])
        }
    }

    @Test("which steps were taken is told without a change", arguments: TestDatabase.Kind.allCases)
    func takenStepsAreTold(kind: TestDatabase.Kind) async throws {
        try await TestDatabase.with(kind, migrations: [Self.first]) { database in
            let both = Migrator([Self.first, Self.second])
            #expect(try await database.read { try both.takenSteps($0) }.map(\.id) == [1])
            try await both.migrate(database, now: 7, logger: Logger(label: "test"))
            #expect(try await database.read { try both.takenSteps($0) }.map(\.appliedAt) == [0, 7])
            let older = Migrator([Self.first])
            let error = await #expect(throws: DatabaseError.self) {
                try await database.read { try older.takenSteps($0) }
            }
            #expect(error?.code == .schema)
        }
    }

    @Test("which steps are missing is told, and which of them a call takes", arguments: TestDatabase.Kind.allCases)
    func missingStepsAreTold(kind: TestDatabase.Kind) async throws {
        try await TestDatabase.with(kind, migrations: [Self.first]) { database in
            let both = Migrator([Self.first, Self.second])
            let logger = Logger(label: "test")
            let before = try await database.read { try both.pendingSteps($0) }
            let taken = try await both.migrate(database, now: 7, logger: logger)
            let takenAgain = try await both.migrate(database, now: 7, logger: logger)
            let after = try await database.read { try both.pendingSteps($0) }
            #expect([before, taken, takenAgain, after].map { $0.map(\.id) } == [[2], [2], [], []])
        }
    }

    @Test("a table is found by its name", arguments: TestDatabase.Kind.allCases)
    func tablesAreFound(kind: TestDatabase.Kind) async throws {
        try await TestDatabase.with(kind, migrations: [Self.first]) { database in
            let found = try await database.read { transaction in
                try ["one", "two", "schema_migration"].map { try transaction.hasTable($0) }
            }
            #expect(found == [true, false, true])
        }
    }
}
