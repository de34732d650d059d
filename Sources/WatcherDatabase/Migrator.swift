// SPDX-License-Identifier: Apache-2.0
package import Logging

/// One step of the schema; steps are only ever added, never changed.
package struct Migration: Sendable {
    /// Its number, counted from 1 without gaps.
    package let id: Int64
    /// What it does, in a few words.
    package let name: String
    /// The statements for a dialect.
    package let statements: @Sendable (SQLDialect) -> [SchemaText]

    /// Makes a step.
    package init(id: Int64, name: String, statements: @escaping @Sendable (SQLDialect) -> [SchemaText]) {
        self.id = id
        self.name = name
        self.statements = statements
    }

    /// A hash of the statements, by which a changed step is noticed: FNV-1a, 64 bits.
    func checksum(_ dialect: SQLDialect) -> Int64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for statement in self.statements(dialect) {
            for byte in statement.text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        }
        return Int64(bitPattern: hash)
    }

    /// The tables that it makes.
    func tables(_ dialect: SQLDialect) -> [String] {
        self.statements(dialect).compactMap { statement in
            let words = statement.text.split(whereSeparator: \.isWhitespace)
            return words.starts(with: ["CREATE", "TABLE"]) && words.count > 2 ? String(words[2]) : nil
        }
    }
}

/// A step of the schema that a database has taken.
package struct TakenStep: Sendable, Equatable {
    /// Its number.
    package let id: Int64
    /// A hash of the statements that were run.
    package let checksum: Int64
    /// When it was taken, in microseconds since 1970.
    package let appliedAt: Int64
}

/// Brings a database's schema up to date: forward only, each step recorded in the transaction that takes it.
package struct Migrator: Sendable {
    private let migrations: [Migration]

    /// Takes the steps in their order.
    package init(_ migrations: [Migration]) {
        self.migrations = migrations
    }

    /// Takes every step that the database has not taken.
    ///
    /// - Parameters:
    ///   - database: the database; another program may migrate it at the same time.
    ///   - now: microseconds since 1970, recorded with each step.
    ///   - logger: told about each step.
    /// - Returns: the steps that this call has taken; another program may have taken others.
    /// - Throws: ``DatabaseError`` with code `schema` when the database has taken steps that this program does not
    ///   know, or knows differently.
    @discardableResult
    package func migrate(_ database: any Database, now: Int64, logger: Logger) async throws -> [Migration] {
        // Mostly there is nothing to do, and then a role that may change no schema is enough.
        guard try await !database.read({ try self.pendingSteps($0) }).isEmpty else { return [] }
        var steps: [Migration] = []
        for migration in self.migrations {
            let applied = try await database.write { transaction in
                try transaction.lockSchema()
                try transaction.run(
                    SQLStatement(
                        schema: """
                            CREATE TABLE IF NOT EXISTS schema_migration (
                                id \(transaction.dialect.int64) PRIMARY KEY,
                                name \(transaction.dialect.string) NOT NULL,
                                checksum \(transaction.dialect.int64) NOT NULL,
                                applied_at \(transaction.dialect.int64) NOT NULL
                            ) \(transaction.dialect.tableEnd)
                            """
                    )
                )
                // Another program may have taken this step while this one waited for the lock.
                guard try self.pendingSteps(transaction).contains(where: { $0.id == migration.id }) else {
                    return false
                }
                for statement in migration.statements(transaction.dialect) {
                    try transaction.run(SQLStatement(schema: statement))
                }
                try transaction.run(
                    """
                    INSERT INTO schema_migration (id, name, checksum, applied_at)
                    VALUES (\(migration.id), \(migration.name), \(migration.checksum(transaction.dialect)), \(now))
                    """
                )
                return true
            }
            if applied {
                logger.info("schema step taken", metadata: ["step": "\(migration.id)", "name": "\(migration.name)"])
                steps.append(migration)
            }
        }
        return steps
    }

    /// Reads which steps a database has taken, and changes nothing.
    ///
    /// - Parameter transaction: a transaction on the database.
    /// - Returns: the steps in their order; none when it was never migrated.
    /// - Throws: ``DatabaseError`` with code `schema` when it has taken steps that this program does not know, or knows
    ///   differently; with code `foreign` when the database is another program's.
    package func takenSteps(_ transaction: Transaction) throws -> [TakenStep] {
        guard try transaction.hasTable("schema_migration") else {
            try self.requireRoom(transaction)
            return []
        }
        let taken: [TakenStep]
        do {
            taken = try transaction.all("SELECT id, checksum, applied_at FROM schema_migration ORDER BY id") { row in
                TakenStep(id: try row.next(), checksum: try row.next(), appliedAt: try row.next())
            }
        } catch let error as DatabaseError where [.statement, .type, .decoding].contains(error.code) {
            // Migrations are often recorded in a table of this name, with other columns.
            throw Self.foreign("schema_migration")
        }
        for step in taken { try self.check(step, transaction.dialect) }
        return taken
    }

    /// Refuses a database that was never migrated and has tables of the names that a step would make.
    private func requireRoom(_ transaction: Transaction) throws {
        let tables = self.migrations.flatMap { $0.tables(transaction.dialect) }
        if let table = try tables.first(where: transaction.hasTableInTheWay) { throw Self.foreign(table) }
    }

    private static func foreign(_ table: String) -> DatabaseError {
        DatabaseError(.foreign, "it is another program's database: watcher did not make its table \(table)")
    }

    /// Reads which steps a database has not taken, and changes nothing.
    ///
    /// - Parameter transaction: a transaction on the database.
    /// - Returns: the steps in their order.
    /// - Throws: ``DatabaseError``, as ``takenSteps(_:)``.
    package func pendingSteps(_ transaction: Transaction) throws -> [Migration] {
        let taken = Set(try self.takenSteps(transaction).map(\.id))
        return self.migrations.filter { !taken.contains($0.id) }
    }

    /// Whether a database has taken every step; it may have taken further ones.
    ///
    /// - Throws: ``DatabaseError``
    package func hasMigrated(_ transaction: Transaction) throws -> Bool {
        guard try transaction.hasTable("schema_migration") else { return false }
        let last = self.migrations.last?.id ?? 0
        let taken = try transaction.one("SELECT count(*) FROM schema_migration WHERE id <= \(last)") {
            try $0.next(Int64.self)
        }
        return taken == Int64(self.migrations.count)
    }

    private func check(_ step: TakenStep, _ dialect: SQLDialect) throws {
        guard let migration = self.migrations.first(where: { $0.id == step.id }) else {
            throw DatabaseError(
                .schema,
                """
                the database has schema step \(step.id), and this program knows steps up to \
                \(self.migrations.last?.id ?? 0): use the version of the program that wrote it, or a newer one
                """
            )
        }
        guard migration.checksum(dialect) == step.checksum else {
            throw DatabaseError(
                .schema,
                "schema step \(step.id) (\(migration.name)) was taken in another form than this program has it"
            )
        }
    }
}
