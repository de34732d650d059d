// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation
import Logging
import Synchronization
import UnixSignals
import WatcherCore
import WatcherDatabase
import WatcherServices
import WatcherWire

/// `watcher copy`: moves a ledger into another database.
struct CopyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "copy",
        abstract: "Copy a whole ledger into an empty database, and verify the copy.",
        discussion: """
            Every row keeps its id. Stop the server first: what it writes meanwhile is not copied, which the comparison \
            of both ends at the end reports. A copy that is ended by Ctrl-C, or in any other way, goes on where it was \
            when the same command is run again; until it has ended, 'watcher serve' refuses the target. A database is \
            sqlite:PATH or postgres://USER@HOST/DATABASE; a password stands better in PGPASSWORD or ~/.pgpass than in \
            an option.

            Example: watcher copy --from sqlite:watcher.sqlite --to postgres://me@db/watcher
            """
    )

    @Option(help: ArgumentHelp("The ledger to copy, which is only read.", valueName: "database"))
    var from: String

    @Option(help: ArgumentHelp("Where to copy it: a new or empty database.", valueName: "database"))
    var to: String

    @Option(help: ArgumentHelp("How many rows to commit together, 1 to 10000.", valueName: "rows"))
    var batch = 500

    @Flag(help: "Print the result as JSON instead of text.")
    var json = false

    func validate() throws {
        let (source, target) = (try DatabaseLocation(self.from), try DatabaseLocation(self.to))
        guard source != target else { throw ValidationError("--from and --to are the same database.") }
        guard target != .memory else {
            throw ValidationError("A copy in memory would be lost at the end: name a database that stays.")
        }
        guard LedgerCopy.batches.contains(self.batch) else {
            throw ValidationError("--batch must be from 1 to \(LedgerCopy.batches.upperBound).")
        }
    }

    func run() async throws {
        let (from, to) = (try DatabaseLocation(self.from), try DatabaseLocation(self.to))
        if case .sqlite(let path) = from, !FileManager.default.fileExists(atPath: path) {
            throw CommandFailure("the source cannot be used: there is no file \(path)")
        }
        let tables = try await from.lend(logger: Self.logger) { source in
            try await to.lend(logger: Self.logger) { target in
                try await Self.perform(LedgerCopy(from: source, to: target, batch: self.batch))
            }
        }
        print(self.json ? Self.json(tables) : Self.text(tables))
    }

    /// Copies until all is done, or a signal comes.
    private static func perform(_ work: LedgerCopy) async throws -> [LedgerCopy.Table] {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        let stop = StopRequest()
        do {
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for await _ in signals { stop.isMade.store(true, ordering: .relaxed) }
                }
                var line = CopyProgressLine(width: Terminal.errorWidth)
                defer {
                    line.clear()
                    group.cancelAll()
                }
                return try await work.run(now: SystemTime.now(), logger: Self.logger) { progress in
                    line.show(progress)
                    // Between two batches: all that was read has been written.
                    if stop.isMade.load(ordering: .relaxed) { throw Stopped() }
                }
            }
        } catch is Stopped {
            throw CommandFailure("the copy was stopped; run the same command again, and it goes on from here")
        } catch let error as CopyError {
            throw CommandFailure(error.message)
        }
    }

    /// Says on standard error what is wrong; what goes well, the progress shows.
    private static var logger: Logger { LogFormat.text.logger(level: .warning) }

    private static func json(_ tables: [LedgerCopy.Table]) -> String {
        let values = tables.map { table -> JSONValue in
            ["name": JSONValue(table.name), "rows": JSONValue(table.rows), "checksum": JSONValue(table.checksum)]
        }
        let rows: Int64 = tables.reduce(0) { $0 + $1.rows }
        let result: JSONValue = ["rows": JSONValue(rows), "tables": .array(values)]
        return result.description
    }

    private static func text(_ tables: [LedgerCopy.Table]) -> String {
        let table = TextTable(
            columns: [
                .init(title: "TABLE", importance: 3),
                .init(title: "ROWS", alignment: .right, importance: 2),
                .init(title: "CHECKSUM", importance: 1),
            ],
            rows: tables.map { [$0.name, ExecutionText.grouped($0.rows), $0.checksum] }
        )
        return table.lines(width: nil).joined(separator: "\n") + "\nThe copy is complete, and equal to its source."
    }
}

/// Somebody wants the copy to end.
private final class StopRequest: Sendable {
    let isMade = Atomic(false)
}

/// The copy ends because somebody wants it to.
private struct Stopped: Error {}
