// SPDX-License-Identifier: Apache-2.0
package import WatcherCore
package import WatcherDatabase

/// The table of jobs, as those see it who add jobs and do them.
///
/// `attempt` grows whenever a job is taken, and never else: a worker whose number is not the row's has lost the job.
package struct JobStore {
    let transaction: Transaction

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

    // MARK: Taking

    /// Whether there is a job to take.
    ///
    /// - Parameters:
    ///   - kind: leaves out jobs of this kind.
    ///   - now: the time.
    ///   - horizon: a moment after which no job can be due, so that one which seems to be is due now.
    /// - Returns: whether one is due.
    /// - Throws: ``DatabaseError``
    package func hasDue(leavingOut kind: JobKind?, now: Timestamp, horizon: Timestamp) throws -> Bool {
        try self.transaction.one(
            """
            SELECT 1 FROM job WHERE state IN (\(list: [JobState.waiting, .running]))
                AND (due_at <= \(now) OR due_at > \(horizon))\(Self.isOther(than: kind)) LIMIT 1
            """
        ) { _ in true } ?? false
    }

    /// Takes jobs that are due: first those whose worker has let its time pass, then those that wait longest.
    ///
    /// - Parameters:
    ///   - limit: how many at most.
    ///   - kind: leaves out jobs of this kind.
    ///   - worker: the name of the worker, for people who look.
    ///   - now: the time.
    ///   - horizon: a moment after which no job can be due, so that one which seems to be is due now.
    ///   - end: until when they are this worker's.
    /// - Returns: the jobs.
    /// - Throws: ``DatabaseError``
    package func take(
        _ limit: Int64,
        leavingOut kind: JobKind? = nil,
        worker: String,
        now: Timestamp,
        horizon: Timestamp,
        until end: Timestamp
    ) throws -> [TakenJob] {
        var taken: [TakenJob] = []
        for state in [JobState.running, .waiting] where taken.count < limit {
            // The subquery has a name, so that it is not run again for each row: its limit would not hold then.
            taken += try self.transaction.all(
                """
                WITH due AS (
                    SELECT id FROM job
                    WHERE state = \(state) AND (due_at <= \(now) OR due_at > \(horizon))\(Self.isOther(than: kind))
                    ORDER BY due_at, id LIMIT \(limit - Int64(taken.count))\(self.transaction.dialect.skipLocked)
                )
                UPDATE job SET state = \(JobState.running), attempt = attempt + 1, tries = tries + 1, due_at = \(end),
                    worker = \(worker)
                WHERE id IN (SELECT id FROM due) RETURNING id, kind, subject, attempt, tries
                """
            ) { row in
                TakenJob(
                    id: try row.next(),
                    kind: try row.next(),
                    subject: try row.next(),
                    attempt: try row.next(),
                    tries: try row.next()
                )
            }
        }
        return taken
    }

    private static func isOther(than kind: JobKind?) -> SQLStatement {
        kind.map { " AND kind <> \($0)" } ?? ""
    }

    // MARK: What becomes of a job that was taken

    /// Takes a job that is done off the table, in the transaction of its effect.
    ///
    /// - Throws: ``DatabaseError`` with code `lost`, now or before the commit, when the job is no longer this worker's:
    ///   the effect is undone with it.
    package func finish(_ job: Job) throws {
        try self.transaction.runLater(
            "DELETE FROM job WHERE \(Self.isHeld(job.id, job.attempt))",
            .oneRow(orElse: DatabaseError(.lost, "the job \(job.id) is no longer this worker's"))
        )
    }

    /// Keeps a job for longer.
    ///
    /// - Returns: `false` when it is no longer this worker's.
    /// - Throws: ``DatabaseError``
    package func extend(_ job: Job, until end: Timestamp) throws -> Bool {
        try self.transaction.run(
            "UPDATE job SET due_at = \(end) WHERE \(Self.isHeld(job.id, job.attempt))"
        ) == 1
    }

    /// Gives a job back which has not been done, by no fault of its own: this try does not count.
    ///
    /// - Returns: `false` when it is no longer this worker's.
    /// - Throws: ``DatabaseError``
    package func giveBack(_ job: Job, now: Timestamp) throws -> Bool {
        try self.transaction.run(
            """
            UPDATE job SET state = \(JobState.waiting), tries = tries - 1, due_at = \(now), worker = NULL
            WHERE \(Self.isHeld(job.id, job.attempt))
            """
        ) == 1
    }

    /// Notes that a job has failed.
    ///
    /// - Parameters:
    ///   - id: which one.
    ///   - attempt: the number under which it was taken.
    ///   - error: why, of which the first 2,000 characters are kept.
    ///   - retryAt: when it is tried again; `nil` parks it.
    ///   - now: the time.
    /// - Returns: `false` when it is no longer this worker's.
    /// - Throws: ``DatabaseError``
    package func fail(id: Int64, attempt: Int64, error: String, retryAt: Timestamp?, now: Timestamp) throws -> Bool {
        let state = retryAt == nil ? JobState.parked : .waiting
        // No database's text holds NUL characters.
        let text = String(error.replacing("\0", with: "").prefix(2000))
        return try self.transaction.run(
            """
            UPDATE job SET state = \(state), due_at = \(retryAt ?? now), worker = NULL, last_error = \(text)
            WHERE \(Self.isHeld(id, attempt))
            """
        ) == 1
    }

    /// Whether a row is a job that still belongs to the worker which took it under this number.
    private static func isHeld(_ id: Int64, _ attempt: Int64) -> SQLStatement {
        "id = \(id) AND attempt = \(attempt) AND state = \(JobState.running)"
    }
}

/// A job that a worker has taken, as it is stored.
package struct TakenJob: Sendable, Equatable {
    /// Its id.
    package let id: Int64
    /// Its kind, which another version may have stored.
    package let kind: String
    /// What it is about.
    package let subject: Int64?
    /// How often it has been taken.
    package let attempt: Int64
    /// Which try this is.
    package let tries: Int64

    /// What is to be done; `nil` when this version does not know it.
    package var work: JobWork? { JobKind(rawValue: self.kind).flatMap { JobWork($0, subject: self.subject) } }
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
