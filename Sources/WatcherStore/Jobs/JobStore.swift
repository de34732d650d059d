// SPDX-License-Identifier: Apache-2.0
package import WatcherCore
package import WatcherDatabase

/// The table of jobs.
package struct JobStore {
    private let transaction: Transaction

    /// Works in a transaction.
    package init(_ transaction: Transaction) {
        self.transaction = transaction
    }

    /// Adds a job, which is there when the transaction commits.
    ///
    /// - Parameters:
    ///   - work: what is to be done.
    ///   - now: the time; the job is due at once.
    /// - Throws: ``DatabaseError``
    package func enqueue(_ work: JobWork, now: Timestamp) throws {
        try self.transaction.runLater(
            """
            INSERT INTO job (kind, subject, state, attempt, due_at, created_at)
            VALUES (\(work.kind), \(work.subject), \(JobState.waiting), \(Int64(0)), \(now), \(now))
            """
        )
    }

    /// Takes a job that is done off the table, in the transaction of its effect.
    ///
    /// - Throws: ``DatabaseError`` with code `conflict`, now or before the commit, when another worker has taken it since:
    ///   the effect is undone with it.
    package func finish(_ job: Job) throws {
        try self.transaction.runLater(
            "DELETE FROM job WHERE id = \(job.id) AND attempt = \(job.attempt) AND state = \(JobState.running)",
            .oneRow(orElse: DatabaseError(.conflict, "the job \(job.id) has been taken by another worker"))
        )
    }
}

/// Where a job stands.
package enum JobState: String, Sendable, CaseIterable, SQLConvertible {
    /// It is to be done when it is due.
    case waiting
    /// A worker has taken it, until it is due again.
    case running
    /// Its last try failed; it waits for somebody to look at it.
    case parked
}

extension JobKind: SQLConvertible {}
