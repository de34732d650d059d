// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation
import Logging
import WatcherDatabase
import WatcherPostgres
import WatcherSQLite

/// Where a ledger is.
enum DatabaseLocation: Equatable, CustomStringConvertible {
    case sqlite(path: String)
    case memory
    /// A URL that libpq understands.
    case postgres(url: String)

    /// The environment variable that says where the ledger is when no option does.
    static let environmentVariable = "WATCHER_DATABASE_URL"

    /// What a location may look like.
    static let forms = "sqlite:PATH, sqlite::memory: or postgres://USER@HOST/DATABASE"

    /// Reads a location.
    ///
    /// Not by `ExpressibleByArgument`, whose own message would repeat a text that may hold a password.
    ///
    /// - Throws: `ValidationError`
    init(_ text: String) throws {
        switch text {
        case ":memory:", "sqlite::memory:": self = .memory
        case let text where text.hasPrefix("sqlite://"):
            throw ValidationError(
                "'\(text)' is no place for a ledger: write sqlite:PATH, without slashes before the path"
            )
        case let text where text.hasPrefix("sqlite:") && text != "sqlite:":
            self = .sqlite(path: String(text.dropFirst("sqlite:".count)))
        case let text where text.hasPrefix("postgres://") || text.hasPrefix("postgresql://"):
            self = .postgres(url: text)
        default:
            throw ValidationError(
                "'\(PostgresSettings.withoutPassword(text))' is no place for a ledger: use \(Self.forms)"
            )
        }
    }

    /// What of a text may be shown: never a password.
    @Sendable static func shown(_ text: String) -> String {
        (try? Self(text))?.description ?? PostgresSettings.withoutPassword(text)
    }

    /// Opens the database.
    ///
    /// - Throws: ``CommandFailure``
    func open(logger: Logger) throws -> any WatcherDatabase.Database {
        do {
            switch self {
            case .sqlite(let path): return try SQLiteDatabase(SQLiteDatabase.Configuration(path: path))
            case .memory: return try SQLiteDatabase(SQLiteDatabase.Configuration(path: nil))
            case .postgres(let url): return try PostgresDatabase(.init(url: url), logger: logger)
            }
        } catch let error as DatabaseError {
            throw CommandFailure("the database cannot be used: \(error.message)")
        }
    }

    /// Opens the database, lends it, and closes it when `body` has returned or thrown.
    ///
    /// - Throws: ``CommandFailure``, or what `body` threw.
    func lend<Value>(
        logger: Logger,
        _ body: (any WatcherDatabase.Database) async throws -> Value
    ) async throws -> Value {
        let database = try self.open(logger: logger)
        do {
            let value = try await body(database)
            try await database.close()
            return value
        } catch {
            // The first error says more than one of closing could.
            try? await database.close()
            throw error
        }
    }

    /// The kind of database.
    var kind: String {
        switch self {
        case .sqlite, .memory: "sqlite"
        case .postgres: "postgres"
        }
    }

    /// The location as it was given, without a password.
    var description: String {
        switch self {
        case .sqlite(let path): "sqlite:\(path)"
        case .memory: ":memory:"
        case .postgres(let url): PostgresSettings.withoutPassword(url)
        }
    }
}
