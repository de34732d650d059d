// SPDX-License-Identifier: Apache-2.0
import Foundation
import Logging
import WatcherCore
package import WatcherDatabase
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
        try await Self.withFolder { folder in
            let path = kind == .sqliteFile ? folder + "/test.sqlite" : nil
            let database = try SQLiteDatabase(SQLiteDatabase.Configuration(path: path))
            do {
                try await Migrator(migrations).migrate(database, now: 0, logger: Logger(label: "test"))
                let value = try await body(database)
                try await database.close()
                return value
            } catch {
                try await database.close()
                throw error
            }
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
