// SPDX-License-Identifier: Apache-2.0
package import WatcherCore
package import WatcherDatabase

/// What an operator asks about the state of a ledger; nothing is changed.
package struct DiagnosisStore {
    private let transaction: Transaction

    /// Works in a transaction.
    package init(_ transaction: Transaction) {
        self.transaction = transaction
    }

    /// A job that somebody must look at.
    package struct ParkedJob: Sendable, Equatable {
        /// Its id.
        package let id: Int64
        /// What it was to do.
        package let kind: String
        /// Why its last try failed.
        package let lastError: String?
    }

    /// Jobs that were to be done by a moment, and are still there.
    package struct OverdueJobs: Sendable, Equatable {
        /// How many.
        package let count: Int64
        /// When the first of them was due; `nil` without any.
        package let oldest: Timestamp?
    }

    /// How many jobs are parked.
    package func parkedJobCount() throws -> Int64 {
        try self.transaction.one("SELECT count(*) FROM job WHERE state = \(JobState.parked)") { try $0.next() } ?? 0
    }

    /// Jobs that are parked, oldest first.
    ///
    /// - Parameter limit: how many at most.
    /// - Returns: the jobs.
    /// - Throws: ``DatabaseError``
    package func parkedJobs(limit: Int64) throws -> [ParkedJob] {
        try self.transaction.all(
            "SELECT id, kind, last_error FROM job WHERE state = \(JobState.parked) ORDER BY id LIMIT \(limit)"
        ) { ParkedJob(id: try $0.next(), kind: try $0.next(), lastError: try $0.next()) }
    }

    /// Jobs that wait, or that a worker took and did not finish, and that were due before a moment.
    package func overdueJobs(before moment: Timestamp) throws -> OverdueJobs {
        try self.transaction.one(
            """
            SELECT count(*), min(due_at) FROM job
            WHERE state IN (\(JobState.waiting), \(JobState.running)) AND due_at < \(moment)
            """
        ) { OverdueJobs(count: try $0.next(), oldest: try $0.next()) } ?? OverdueJobs(count: 0, oldest: nil)
    }

    /// When each schedule fired last, by the names of the schedules.
    package func schedules() throws -> [(name: String, firedAt: Timestamp)] {
        try self.transaction.all("SELECT name, fired_at FROM schedule ORDER BY name") {
            (name: try $0.next(), firedAt: try $0.next())
        }
    }

    /// How many idempotency keys are older than a moment, counted up to a limit.
    package func keys(before moment: Timestamp, limit: Int64) throws -> Int64 {
        try self.transaction.one(
            """
            SELECT count(*) FROM (SELECT 1 FROM idempotency_key WHERE created_at < \(moment) LIMIT \(limit)) AS old
            """
        ) { try $0.next() } ?? 0
    }
}
