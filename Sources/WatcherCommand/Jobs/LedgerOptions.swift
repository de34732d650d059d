// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation
import Logging
import WatcherCore
import WatcherDatabase
import WatcherServices
import WatcherStore

/// Which ledger a command works on, without a server.
struct LedgerOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Where the ledger is, as for 'watcher serve' (default: \(DatabaseLocation.environmentVariable), else \
            sqlite:watcher.sqlite).
            """
        )
    )
    var database: String?

    func validate() throws {
        guard try DatabaseLocation(option: self.database) != .memory else {
            throw ValidationError("A ledger in memory is in its server only: name one that others can open.")
        }
    }

    /// Lends the ledger, whose schema must be this version's, and closes it.
    ///
    /// - Parameters:
    ///   - now: the clock.
    ///   - body: uses the ledger.
    /// - Returns: what `body` returned.
    /// - Throws: ``CommandFailure``
    func withLedger<Value>(
        now: @escaping @Sendable () -> Timestamp,
        _ body: (Ledger) async throws -> Value
    ) async throws -> Value {
        let location = try DatabaseLocation(option: self.database)
        if case .sqlite(let path) = location, !FileManager.default.fileExists(atPath: path) {
            throw CommandFailure("the ledger cannot be used: there is no file \(path)")
        }
        let database = try location.open(logger: Self.logger)
        let outcome: Result<Value, any Error>
        do {
            try await Self.requireThisVersion(database)
            outcome = .success(try await body(Ledger(database: database, now: now)))
        } catch let error as DatabaseError {
            outcome = .failure(CommandFailure("the ledger cannot be used: \(error.message)"))
        } catch let error as ServiceError {
            outcome = .failure(CommandFailure(error.message))
        } catch {
            outcome = .failure(error)
        }
        do {
            try await database.close()
        } catch let error as DatabaseError {
            // The first error says more than this one could.
            _ = try outcome.get()
            throw CommandFailure("the ledger cannot be closed: \(error.message)")
        }
        return try outcome.get()
    }

    private static func requireThisVersion(_ database: any Database) async throws {
        let steps = try await database.read { transaction in
            try CopyProgressStore(transaction).requireNone()
            return try Migrator(Schema.migrations).takenSteps(transaction)
        }
        guard !steps.isEmpty else { throw DatabaseError(.schema, "the database holds no ledger") }
        guard steps.count == Schema.migrations.count else {
            throw DatabaseError(
                .schema,
                "its schema is older than this program: start this version's 'watcher serve' on it once"
            )
        }
    }

    /// Says on standard error what is wrong.
    private static var logger: Logger {
        Logger(label: "watcher") { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = .error
            return handler
        }
    }
}
