// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation
import Logging
import WatcherDatabase
import WatcherServices
import WatcherStore

/// Which ledger a command works on.
struct LedgerOptions: ParsableArguments {
    @Option(name: Settings.database.entry.optionSpecification, help: Settings.database.entry.optionHelp)
    var database: String?

    @Option(
        help: ArgumentHelp(
            "A file with settings, as YAML or JSON (default: what \(SettingsReader.fileVariable) names, or none).",
            valueName: "file"
        )
    )
    var config: String?

    /// The options that are settings, by their keys.
    var flags: [String: String] {
        [Settings.database.entry.key: self.database].compactMapValues { $0 }
    }

    /// Where the ledger is, by option, environment, file or default.
    ///
    /// - Throws: ``CommandFailure``; what is wrong with other settings does not matter.
    func location() throws -> DatabaseLocation {
        try SettingsReader(flags: self.flags, file: self.config).read().value(of: Settings.database)
    }

    /// Opens a ledger that is there, lends it, and closes it when `body` has returned or thrown.
    ///
    /// - Parameter body: gets the use cases' ledger, and the database below it.
    /// - Returns: what `body` returned.
    /// - Throws: ``CommandFailure`` when there is no ledger, or it has not the schema of this program; what `body` threw.
    func withLedger<Value>(_ body: (Ledger, any Database) async throws -> Value) async throws -> Value {
        let location = try self.location()
        guard location != .memory else {
            throw CommandFailure("a ledger in memory is in its server only: name one that others can open")
        }
        if let path = location.missingFile {
            throw CommandFailure(
                "there is no ledger at \(path): name another with --database, or run 'watcher migrate'"
            )
        }
        return try await location.lend(logger: LogFormat.text.logger(level: .warning)) { database in
            do {
                let pending = try await database.read { transaction in
                    try CopyProgressStore(transaction).requireNone()
                    return try Migrator(Schema.migrations).pendingSteps(transaction)
                }
                guard pending.isEmpty else {
                    let steps = pending.count == 1 ? "1 step" : "\(pending.count) steps"
                    throw CommandFailure("the schema of \(location) is \(steps) behind: run 'watcher migrate' first")
                }
                return try await body(Ledger(database: database, now: SystemTime.now), database)
            } catch let error as DatabaseError {
                throw CommandFailure(error)
            } catch let error as ServiceError {
                throw CommandFailure("\(error)")
            }
        }
    }
}

extension DatabaseLocation {
    /// The path of a SQLite file that is not there; `nil` when it is, and for what is no file.
    var missingFile: String? {
        guard case .sqlite(let path) = self, !FileManager.default.fileExists(atPath: path) else { return nil }
        return path
    }
}

/// An age on the command line, such as `90d`.
struct Age: ExpressibleByArgument, Sendable, Equatable {
    /// How long ago.
    let duration: Duration

    /// Reads `90d`, `12h`, `30m` or `10s`; none is shorter than a second.
    init?(argument: String) {
        guard let duration = SettingText.duration(argument), duration >= .seconds(1) else { return nil }
        self.duration = duration
    }

    /// How long ago, in microseconds.
    var microseconds: Int64 { Int64(self.duration / .microseconds(1)) }
}
