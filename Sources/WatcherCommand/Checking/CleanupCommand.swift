// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import WatcherCore
import WatcherServices

/// `watcher cleanup`: deletes what is old.
struct CleanupCommand: AsyncParsableCommand {
    /// Nothing younger is deleted, as over HTTP.
    private static let shortestAge = Self.day * 90
    private static let day: Duration = .seconds(86_400)

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
        guard self.olderThan.duration == Self.day * Int(self.days) else {
            throw ValidationError("--older-than must be whole days, such as \(self.days)d or \(self.days + 1)d.")
        }
        guard self.batchSize >= 1 else { throw ValidationError("--batch-size must be 1 or more.") }
    }

    /// The whole days of the age.
    private var days: Int64 { self.olderThan.duration.components.seconds / 86_400 }

    func run() async throws {
        let days = self.days
        let counts = try await self.ledger.withLedger { ledger, _ in
            var shown: Int64 = 0
            return try await RetentionService(ledger).cleanUp(retentionDays: days, batchSize: self.batchSize) {
                counts in
                guard counts.total > shown else { return }
                shown = Int64(counts.total)
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
