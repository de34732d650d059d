// SPDX-License-Identifier: Apache-2.0
import Logging
package import WatcherDatabase
import WatcherPostgres
import WatcherSQLite
import WatcherStore

extension TestDatabase {
    /// Lends two databases that are one, as two servers have it; in memory there are no such.
    ///
    /// - Parameters:
    ///   - kind: which kind.
    ///   - body: uses them.
    /// - Returns: what `body` returned.
    /// - Throws: what `body` threw, or ``DatabaseError``.
    package static func withShared<Value>(
        _ kind: Kind,
        _ body: (_ first: any Database, _ second: any Database) async throws -> Value
    ) async throws -> Value {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        switch kind {
        case .sqliteFile:
            return try await Self.withFolder { folder in
                let path = folder + "/shared.sqlite"
                return try await Self.lend(body) { try SQLiteDatabase(.init(path: path)) }
            }
        case .postgres:
            return try await TestPostgres.withDatabase { url in
                var configuration = try PostgresDatabase.Configuration(url: url)
                configuration.readers = 2
                return try await Self.lend(body) { try PostgresDatabase(configuration, logger: logger) }
            }
        case .sqliteMemory:
            throw DatabaseError(.cannotOpen, "what is in memory cannot be shared")
        }
    }

    private static func lend<Value>(
        _ body: (any Database, any Database) async throws -> Value,
        _ open: () throws -> any Database
    ) async throws -> Value {
        let databases = [try open(), try open()]
        let outcome: Result<Value, any Error>
        do {
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            try await Migrator(Schema.migrations).migrate(databases[0], now: 0, logger: logger)
            outcome = .success(try await body(databases[0], databases[1]))
        } catch {
            outcome = .failure(error)
        }
        for database in databases { try await database.close() }
        return try outcome.get()
    }
}
