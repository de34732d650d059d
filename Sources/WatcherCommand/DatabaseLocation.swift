// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation
import Logging
import WatcherDatabase
import WatcherPostgres
import WatcherSQLite
import WatcherStore

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

    /// Opens the database to work with it.
    ///
    /// - Throws: ``CommandFailure``
    func open(logger: Logger) async throws -> any WatcherDatabase.Database {
        do {
            switch self {
            case .sqlite(let path):
                // Opening it sets the journal mode, which must not happen to another program's file.
                try await self.refuseForeignFile()
                return try SQLiteDatabase(SQLiteDatabase.Configuration(path: path))
            case .memory: return try SQLiteDatabase(SQLiteDatabase.Configuration(path: nil))
            case .postgres(let url): return try PostgresDatabase(.init(url: url), logger: logger)
            }
        } catch let error as DatabaseError {
            throw CommandFailure(error)
        }
    }

    private func refuseForeignFile() async throws {
        guard self.missingFile == nil else { return }
        do {
            try await self.look { database in
                _ = try await database.read { try Migrator(Schema.migrations).takenSteps($0) }
            }
        } catch let error as DatabaseError where error.code != .foreign {
            // Opening it to work with it says what is wrong, or mends it.
        }
    }

    /// Opens the database, lends it, and closes it when `body` has returned or thrown.
    ///
    /// - Throws: ``CommandFailure``, or what `body` threw.
    func lend<Value>(
        logger: Logger,
        _ body: (any WatcherDatabase.Database) async throws -> Value
    ) async throws -> Value {
        try await Self.lend(try await self.open(logger: logger), body)
    }

    /// Opens a database that is there to look at it, lends it, and closes it when `body` has returned or thrown; nothing
    /// is changed.
    ///
    /// - Throws: ``DatabaseError``, or what `body` threw.
    func look<Value>(_ body: (any WatcherDatabase.Database) async throws -> Value) async throws -> Value {
        let database: any WatcherDatabase.Database
        switch self {
        case .sqlite(let path): database = try SQLiteDatabase(lookingAt: path)
        case .memory: database = try SQLiteDatabase(SQLiteDatabase.Configuration(path: nil))
        case .postgres(let url):
            var configuration = try PostgresDatabase.Configuration(url: url)
            configuration.settings.isReadOnly = true
            database = try PostgresDatabase(configuration, logger: LogFormat.text.logger(level: .critical))
        }
        return try await Self.lend(database, body)
    }

    private static func lend<Value>(
        _ database: any WatcherDatabase.Database,
        _ body: (any WatcherDatabase.Database) async throws -> Value
    ) async throws -> Value {
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
