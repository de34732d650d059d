// SPDX-License-Identifier: Apache-2.0
package import WatcherCore
import WatcherDatabase
import WatcherStore

/// Counts the jobs that are not done, and tells people when there are many.
package struct QueueMonitorService: Sendable {
    private let ledger: Ledger

    /// Makes a service.
    package init(_ ledger: Ledger) {
        self.ledger = ledger
    }

    /// Counts, and raises an alert when it has become worse than people were told before.
    package func check(_ reply: Reply<QueueReport>) async throws -> Answer {
        try await self.ledger.write(reply) { try Self.check($0, now: $1) }
    }

    private static func check(_ transaction: Transaction, except job: Int64? = nil, now: Timestamp) throws
        -> QueueReport
    {
        let report = QueueReport(
            counts: try JobStore(transaction).counts(except: job, now: now),
            schedules: try ScheduleStore(transaction).count()
        )
        let alarms = QueueAlarmStore(transaction)
        if let alert = report.alert, try alarms.rise(to: report.severity) {
            try AlertStore(transaction).raise(alert, now: now)
        } else {
            try alarms.settle(at: report.severity)
        }
        return report
    }
}

extension QueueMonitorService: JobHandler {
    /// Does the same as a job, which does not count itself.
    package func run(_ job: Job) async throws {
        try await self.ledger.write { transaction, now in
            _ = try Self.check(transaction, except: job.id, now: now)
            try JobStore(transaction).finish(job)
        }
    }
}
