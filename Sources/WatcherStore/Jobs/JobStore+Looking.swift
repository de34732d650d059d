// SPDX-License-Identifier: Apache-2.0
package import WatcherCore
import WatcherDatabase

/// A job with all its columns.
package struct StoredJob: Sendable, Equatable {
    /// Its id.
    package let id: Int64
    /// Its kind, which another version may have stored.
    package let kind: String
    /// What it is about; what the number counts depends on the kind.
    package let subject: Int64?
    /// Where it stands.
    package let state: JobState
    /// How often it has been tried.
    package let tries: Int64
    /// When it is tried again, or until when its worker has it, or when it was parked.
    package let dueAt: Timestamp
    /// Who has it.
    package let worker: String?
    /// Why its last try failed.
    package let lastError: String?
    /// When it came.
    package let createdAt: Timestamp
}

/// What people see of the table, and change there.
extension JobStore {
    /// Lists jobs, the newest first.
    ///
    /// - Parameters:
    ///   - state: only those that stand there.
    ///   - kind: only those of this kind.
    ///   - limit: how many at most.
    /// - Returns: the jobs.
    /// - Throws: ``DatabaseError``
    package func list(state: JobState?, kind: JobKind?, limit: Int64) throws -> [StoredJob] {
        let inState: SQLStatement = state.map { "WHERE state = \($0)" } ?? "WHERE TRUE"
        let ofKind: SQLStatement = kind.map { " AND kind = \($0)" } ?? ""
        return try self.transaction.all(
            """
            SELECT id, kind, subject, state, tries, due_at, worker, last_error, created_at FROM job
            \(inState)\(ofKind) ORDER BY id DESC LIMIT \(limit)
            """
        ) { row in
            StoredJob(
                id: try row.next(),
                kind: try row.next(),
                subject: try row.next(),
                state: try row.next(),
                tries: try row.next(),
                dueAt: try row.next(),
                worker: try row.next(),
                lastError: try row.next(),
                createdAt: try row.next()
            )
        }
    }

    /// Where jobs stand, which nobody else may change until the transaction ends.
    ///
    /// - Returns: the state of each that is there.
    /// - Throws: ``DatabaseError``
    package func states(of ids: [Int64]) throws -> [Int64: JobState] {
        let rows = try self.transaction.all(
            "SELECT id, state FROM job WHERE id IN (\(list: ids)) ORDER BY id\(self.transaction.dialect.forUpdate())"
        ) { row in (id: try row.next(Int64.self), state: try row.next(JobState.self)) }
        return Dictionary(uniqueKeysWithValues: rows.map { ($0.id, $0.state) })
    }

    /// Has jobs tried at once, as if they were new; those that run are left alone.
    ///
    /// - Parameters:
    ///   - ids: which ones; `nil` for all that are parked.
    ///   - now: the time.
    /// - Returns: how many.
    /// - Throws: ``DatabaseError``
    package func retry(_ ids: [Int64]?, now: Timestamp) throws -> Int {
        let which: SQLStatement =
            ids.map { "id IN (\(list: $0)) AND state <> \(JobState.running)" } ?? "state = \(JobState.parked)"
        return try self.transaction.run(
            "UPDATE job SET state = \(JobState.waiting), tries = \(Int64(0)), due_at = \(now) WHERE \(which)"
        )
    }

    /// Counts the jobs that wait or run, kind by kind.
    ///
    /// - Parameters:
    ///   - except: a job that does not count.
    ///   - now: the time.
    /// - Returns: the counts, by kind.
    /// - Throws: ``DatabaseError``
    package func counts(except: Int64?, now: Timestamp) throws -> [QueueReport.Count] {
        try self.transaction.all(
            """
            SELECT kind, count(*),
                CAST(sum(CASE WHEN state = \(JobState.waiting) AND due_at > \(now) THEN 1 ELSE 0 END) AS BIGINT)
            FROM job WHERE state IN (\(list: [JobState.waiting, .running])) AND id <> \(except ?? 0)
            GROUP BY kind ORDER BY kind
            """
        ) { QueueReport.Count(kind: try $0.next(), pending: try $0.next(), later: try $0.next()) }
    }
}
