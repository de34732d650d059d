// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import WatcherCore
import WatcherServices

/// `watcher cleanup`: deletes what is old.
struct CleanupCommand: AsyncParsableCommand {
    /// Nothing younger is deleted, as over HTTP.
    private static let shortestAge: Duration = .seconds(90 * 86_400)

    static let configuration = CommandConfiguration(
        commandName: "cleanup",
        abstract: "Delete old executions, findings and alerts.",
        discussion: """
            Works on the ledger itself, while servers run. Executions go by whole trees: one that is younger or still \
            runs keeps all those above and below it. Deletes in small transactions; when it is ended, what was deleted \
            is gone, the ledger is whole, and the next run goes on.
            """
    )

    @OptionGroup var ledger: LedgerOptions

    @Option(help: ArgumentHelp("Delete what is older, in whole days and at least 90d.", valueName: "age"))
    var olderThan: Age

    @Option(help: ArgumentHelp("How many rows one transaction deletes at most.", valueName: "rows"))
    var batchSize = RetentionService.standardBatch

    func validate() throws {
        guard self.olderThan.duration >= Self.shortestAge else {
            throw ValidationError("--older-than must be 90d or more.")
        }
        guard self.batchSize >= 1 else { throw ValidationError("--batch-size must be 1 or more.") }
    }

    func run() async throws {
        let days = Int64(self.olderThan.duration / .seconds(86_400))
        let counts = try await self.ledger.withLedger { ledger, _ in
            try await RetentionService(ledger).cleanUp(retentionDays: days, batchSize: self.batchSize) { counts in
                StandardError.shared.write("deleted \(counts.total) rows\n")
            }
        }
        print(
            """
            Deleted what is older than \(days) days:
              \(counts.executions) executions
              \(counts.timelinessLogs) findings of the timeliness check
              \(counts.freshnessLogs) findings of the freshness check
              \(counts.anomalyResults) anomaly detection results
              \(counts.alerts) alerts
            """
        )
    }
}
