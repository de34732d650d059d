// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation
import Logging
import WatcherDatabase
import WatcherPostgres
import WatcherSQLite

/// Where a ledger is.
enum DatabaseLocation: ExpressibleByArgument, Equatable, CustomStringConvertible {
    case sqlite(path: String)
    case memory
    /// A URL that libpq understands.
    case postgres(url: String)

    /// The environment variable that says where the ledger is when no option does.
    static let environmentVariable = "WATCHER_DATABASE_URL"

    /// What a location may look like.
    static let forms = "sqlite:PATH, sqlite::memory: or postgres://USER@HOST/DATABASE"

    init?(argument: String) {
        switch argument {
        case ":memory:", "sqlite::memory:": self = .memory
        case let text where text.hasPrefix("sqlite:") && text != "sqlite:":
            self = .sqlite(path: String(text.dropFirst("sqlite:".count)))
        case let text where text.hasPrefix("postgres://") || text.hasPrefix("postgresql://"):
            self = .postgres(url: text)
        default: return nil
        }
    }

    /// The location that an option gives, or else the environment, or else a file in the working directory.
    ///
    /// - Throws: `ValidationError` when the environment holds something else.
    static func chosen(_ option: DatabaseLocation?) throws -> DatabaseLocation {
        if let option { return option }
        guard let text = ProcessInfo.processInfo.environment[Self.environmentVariable], !text.isEmpty else {
            return .sqlite(path: "watcher.sqlite")
        }
        guard let location = DatabaseLocation(argument: text) else {
            // Not repeated: it may be a password in the wrong place.
            throw ValidationError("\(Self.environmentVariable) is none of \(Self.forms)")
        }
        return location
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

    var description: String {
        switch self {
        case .sqlite(let path): "sqlite:\(path)"
        case .memory: ":memory:"
        case .postgres: "postgres://…"
        }
    }

    var defaultValueDescription: String { self.description }
}
