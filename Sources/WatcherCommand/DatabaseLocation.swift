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

    /// The location that an option gives, or else the environment, or else a file in the working directory.
    ///
    /// - Throws: `ValidationError` when that is no location.
    init(option: String?) throws {
        let environment = ProcessInfo.processInfo.environment[Self.environmentVariable]
        if let text = option ?? environment, option != nil || text != "" {
            try self.init(text)
        } else {
            self = .sqlite(path: "watcher.sqlite")
        }
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
