// SPDX-License-Identifier: Apache-2.0
import Foundation
import Logging
import WatcherCore
package import WatcherDatabase
import WatcherPostgres
import WatcherSQLite
import WatcherStore

/// Databases for tests: one of its own for each, gone afterwards.
package enum TestDatabase {
    /// The kinds of databases that every storage test runs on.
    package enum Kind: String, Sendable, CaseIterable {
        /// A SQLite file.
        case sqliteFile
        /// SQLite in memory.
        case sqliteMemory
        /// A schema of the tests' PostgreSQL.
        case postgres
    }

    /// Lends a database, and removes it when `body` has returned or thrown.
    ///
    /// - Parameters:
    ///   - kind: which kind.
    ///   - migrations: the schema it has; that of the product unless told otherwise.
    ///   - body: uses it.
    /// - Returns: what `body` returned.
    /// - Throws: what `body` threw, or ``DatabaseError``.
    package static func with<Value>(
        _ kind: Kind,
        migrations: [Migration] = Schema.migrations,
        _ body: (any Database) async throws -> Value
    ) async throws -> Value {
        switch kind {
        case .sqliteFile:
            try await Self.withFolder { folder in
                try await Self.lend(SQLiteDatabase(.init(path: folder + "/test.sqlite")), migrations, body)
            }
        case .sqliteMemory:
            try await Self.lend(SQLiteDatabase(.init(path: nil)), migrations, body)
        case .postgres:
            try await TestPostgres.withDatabase { url in
                var configuration = try PostgresDatabase.Configuration(url: url)
                // Many tests run at once, and share the server's connections.
                configuration.readers = 2
                return try await Self.lend(PostgresDatabase(configuration, logger: Self.logger), migrations, body)
            }
        }
    }

    /// Lends one database as two servers have it; SQLite has one server, so there both are the same.
    ///
    /// - Parameters:
    ///   - kind: which kind.
    ///   - body: uses them.
    /// - Returns: what `body` returned.
    /// - Throws: what `body` threw, or ``DatabaseError``.
    package static func withTwoServers<Value>(
        _ kind: Kind = .postgres,
        _ body: (any Database, any Database) async throws -> Value
    ) async throws -> Value {
        guard kind == .postgres else { return try await Self.with(kind) { try await body($0, $0) } }
        return try await TestPostgres.withDatabase { url in
            var configuration = try PostgresDatabase.Configuration(url: url)
            configuration.readers = 2
            let first = try PostgresDatabase(configuration, logger: Self.logger)
            return try await Self.lend(first, Schema.migrations) { first in
                let second = try PostgresDatabase(configuration, logger: Self.logger)
                return try await Self.lend(second, Schema.migrations) { try await body(first, $0) }
            }
        }
    }

    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Migrates a database, lends it, and closes it.
    private static func lend<Value>(
        _ database: any Database,
        _ migrations: [Migration],
        _ body: (any Database) async throws -> Value
    ) async throws -> Value {
        do {
            try await Migrator(migrations).migrate(database, now: 0, logger: Self.logger)
            let value = try await body(database)
            try await database.close()
            return value
        } catch {
            try await database.close()
            throw error
        }
    }

    /// Lends an empty folder, and removes it when `body` has returned or thrown.
    package static func withFolder<Value>(_ body: (String) async throws -> Value) async throws -> Value {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("watcher-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer {
            // Left behind in the temporary folder at worst.
            try? FileManager.default.removeItem(at: folder)
        }
        return try await body(folder.path)
    }
}
