// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Logging
import WatcherCore
import WatcherDatabase
import WatcherStore

/// `watcher migrate`: brings the schema of a ledger up to date.
struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Bring the schema of a ledger up to date.",
        discussion: """
            Makes the ledger when there is none. 'watcher serve' does the same when it starts, if its role may change the \
            schema. Each step is one transaction, so this can be ended and run again at any time, and several may run at \
            once. There is no way back to an older schema but a backup.
            """
    )

    @OptionGroup var ledger: LedgerOptions

    @Flag(help: "Only say which steps would be taken.")
    var dryRun = false

    func run() async throws {
        let location = try self.ledger.location()
        guard location != .memory else {
            throw ValidationError("A ledger in memory ends with this command: name one that stays.")
        }
        if self.dryRun {
            print(Self.text(try await Self.pending(location), verb: "would take"))
            return
        }
        let logger = LogFormat.text.logger(level: .warning)
        print(Self.text(try await location.lend(logger: logger) { try await $0.migrate(logger: logger) }, verb: "took"))
    }

    /// Only looks: opening it to work with it would make the file, or change it.
    private static func pending(_ location: DatabaseLocation) async throws -> [Migration] {
        guard location.missingFile == nil else { return Schema.migrations }
        do {
            return try await location.look { database in
                try await database.read { transaction in
                    try CopyProgressStore(transaction).requireNone()
                    return try Migrator(Schema.migrations).pendingSteps(transaction)
                }
            }
        } catch let error as DatabaseError {
            throw CommandFailure(error)
        }
    }

    private static func text(_ steps: [Migration], verb: String) -> String {
        guard !steps.isEmpty else { return "The schema is up to date." }
        return steps.map { "\(verb) step \($0.id): \($0.name)" }.joined(separator: "\n")
    }
}

extension Database {
    /// Brings the schema of a ledger up to date, and makes the ledger when there is none.
    ///
    /// - Returns: the steps that were taken.
    /// - Throws: ``CommandFailure`` when the database holds something else.
    @discardableResult
    func migrate(logger: Logger) async throws -> [Migration] {
        do {
            try await self.read { try CopyProgressStore($0).requireNone() }
            return try await Migrator(Schema.migrations).migrate(
                self,
                now: SystemTime.now().microseconds,
                logger: logger
            )
        } catch let error as DatabaseError {
            throw CommandFailure(error)
        }
    }
}
