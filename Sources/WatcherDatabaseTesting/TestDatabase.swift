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

        /// The kinds that more than one program can have open: the two stores of the product.
        package static let shareable: [Self] = [.sqliteFile, .postgres]
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
        try await Self.withEmptyPlace(kind) { open in
            try await Self.lend(try open(), migrations) { try await body($0) }
        }
    }

    /// Lends one database opened twice, as two servers have it; each has its own writer and its own readers.
    ///
    /// A file of SQLite is for one server, but commands open it beside that.
    ///
    /// - Parameters:
    ///   - kind: one of ``Kind/shareable``.
    ///   - body: uses them.
    /// - Returns: what `body` returned.
    /// - Throws: what `body` threw, or ``DatabaseError``.
    package static func withTwoServers<Value>(
        _ kind: Kind,
        _ body: (_ first: any Database, _ second: any Database) async throws -> Value
    ) async throws -> Value {
        guard Kind.shareable.contains(kind) else {
            throw DatabaseError(.cannotOpen, "what is in memory cannot be opened twice")
        }
        return try await Self.withEmptyPlace(kind) { open in
            try await Self.lend(try open(), Schema.migrations) { first in
                try await Self.lend(try open(), Schema.migrations) { try await body(first, $0) }
            }
        }
    }

    /// Lends what opens a database that is empty at first; in memory, another one each time.
    private static func withEmptyPlace<Value>(
        _ kind: Kind,
        _ body: (_ open: () throws -> any Database) async throws -> Value
    ) async throws -> Value {
        switch kind {
        case .sqliteFile:
            try await Self.withFolder { folder in
                try await body { try SQLiteDatabase(.init(path: folder + "/test.sqlite")) }
            }
        case .sqliteMemory:
            try await body { try SQLiteDatabase(.init(path: nil)) }
        case .postgres:
            try await TestPostgres.withDatabase { url in
                var configuration = try PostgresDatabase.Configuration(url: url)
                // Many tests run at once, and share the server's connections.
                configuration.readers = 2
                return try await body { try PostgresDatabase(configuration, logger: Self.logger) }
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
