// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation
import Logging
import WatcherCore
import WatcherDatabase
import WatcherServices
import WatcherStore

/// `watcher token`: who may use a server.
struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Create, list and revoke the tokens that let clients in.",
        discussion: """
            Works on the ledger itself, whether or not servers run on it; they notice within about 2 seconds. From the \
            first token on, every request needs one.
            """,
        subcommands: [TokenCreateCommand.self, TokenListCommand.self, TokenRevokeCommand.self]
    )
}

/// Which ledger's tokens.
struct TokenLedger: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The ledger (default: \(DatabaseLocation.environmentVariable), else sqlite:watcher.sqlite).",
            valueName: "database"
        )
    )
    var database: String?

    func validate() throws {
        guard try DatabaseLocation(option: self.database) != .memory else {
            throw ValidationError("A token in memory would be lost at once: name the ledger that the server uses.")
        }
    }

    /// Lends the use cases of tokens; what goes wrong becomes a sentence.
    ///
    /// - Parameters:
    ///   - isNew: whether the ledger is made, or brought up to date, when it is not what this program works with.
    ///   - body: uses them.
    /// - Returns: what `body` returned.
    /// - Throws: ``CommandFailure``
    func withTokens<Value>(isNew: Bool = false, _ body: (TokenService) async throws -> Value) async throws -> Value {
        let location = try DatabaseLocation(option: self.database)
        if !isNew, case .sqlite(let path) = location, !FileManager.default.fileExists(atPath: path) {
            throw CommandFailure("the database cannot be used: there is no file \(path)")
        }
        let logger = Logger(label: "watcher") { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = .warning
            return handler
        }
        let now: @Sendable () -> Timestamp = { Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1e6)) }
        let database = try location.open(logger: logger)
        let outcome: Result<Value, any Error>
        do {
            try await database.read { try CopyProgressStore($0).requireNone() }
            if isNew {
                try await Migrator(Schema.migrations).migrate(database, now: now().microseconds, logger: logger)
            } else if try await database.read({ try $0.hasTable("token") }) == false {
                throw CommandFailure("the ledger knows no tokens yet: 'watcher token create' makes the first one")
            }
            outcome = .success(try await body(TokenService(Ledger(database: database, now: now))))
        } catch let error as DatabaseError {
            outcome = .failure(CommandFailure("the database cannot be used: \(error.message)"))
        } catch let error as ServiceError {
            outcome = .failure(CommandFailure(error.code == .failed ? error.description : error.message))
        } catch {
            outcome = .failure(error)
        }
        try await database.close()
        return try outcome.get()
    }
}
