// SPDX-License-Identifier: Apache-2.0
package import WatcherCore
package import WatcherDatabase

/// The tables of leases and of their clock.
///
/// SQLite takes the left table of a `CROSS JOIN` first. Left to itself it began with all executions: 94 ms, under the
/// one writer, for a million of them and no lease at all.
package struct LeaseStore {
    private let transaction: Transaction

    /// Works in a transaction.
    package init(_ transaction: Transaction) {
        self.transaction = transaction
    }

    /// The columns of a lease `l`; see ``RowReader/lease()``.
    static let columns: SQLStatement = "l.heartbeat_at, l.expires_at, l.progress, l.message"

    /// Renews the lease of an execution, or gives it its first one; nothing happens unless the execution runs.
    ///
    /// What the heartbeat does not mention stays as it is. The execution's row is neither locked nor changed, so that its
    /// end never waits for a heartbeat.
    ///
    /// - Parameters:
    ///   - executionID: the execution.
    ///   - heartbeat: what it says of itself.
    ///   - now: when that was received.
    /// - Throws: ``DatabaseError``
    package func renew(_ executionID: Int64, _ heartbeat: Heartbeat, now: Timestamp) throws {
        let progress: SQLStatement =
            heartbeat.progress.isMentioned ? "excluded.progress" : "execution_lease.progress"
        let message: SQLStatement = heartbeat.message.isMentioned ? "excluded.message" : "execution_lease.message"
        try self.transaction.runLater(
            """
            INSERT INTO execution_lease (execution_id, heartbeat_at, expires_at, progress, message)
            SELECT id, \(now), \(now.advanced(byMicroseconds: heartbeat.leaseSeconds * 1_000_000)),
                \(heartbeat.progress.applied(to: nil)), \(heartbeat.message.applied(to: nil))
            FROM pipeline_execution WHERE id = \(executionID) AND status = \(ExecutionStatus.running)
            ON CONFLICT (execution_id) DO UPDATE SET heartbeat_at = excluded.heartbeat_at,
                expires_at = excluded.expires_at, progress = \(progress), message = \(message)
            """
        )
    }

    // MARK: The clock

    /// The name of the clock's row.
    private static let clock = "leases"

    /// Reads when a server last marked that it listens, and keeps all others from doing so until the transaction ends.
    ///
    /// - Returns: `nil` when there is no mark yet.
    /// - Throws: ``DatabaseError``
    package func lastMark() throws -> Timestamp? {
        try self.transaction.one(
            "SELECT listening_at FROM lease_clock WHERE name = \(Self.clock)\(self.transaction.dialect.forUpdate())"
        ) { try $0.next() }
    }

    /// Marks that a server listens now.
    package func mark(_ now: Timestamp) throws {
        try self.transaction.run(
            """
            INSERT INTO lease_clock (name, listening_at) VALUES (\(Self.clock), \(now))
            ON CONFLICT (name) DO UPDATE SET listening_at = excluded.listening_at
            """
        )
    }

    /// Corrects all leases; see ``LeaseClock/Correction``.
    ///
    /// - Parameters:
    ///   - correction: how.
    ///   - now: the time.
    /// - Throws: ``DatabaseError``
    package func correct(_ correction: LeaseClock.Correction, now: Timestamp) throws {
        switch correction {
        case .none: return
        case .extend(let microseconds):
            try self.transaction.run(
                """
                UPDATE execution_lease SET expires_at = expires_at +
                    CASE WHEN heartbeat_at < \(now.advanced(byMicroseconds: -microseconds)) THEN \(microseconds)
                    ELSE \(now) - heartbeat_at END
                WHERE heartbeat_at < \(now)
                """
            )
        case .setBack(let microseconds):
            try self.transaction.run(
                """
                UPDATE execution_lease
                SET expires_at = expires_at - \(microseconds), heartbeat_at = heartbeat_at - \(microseconds)
                WHERE heartbeat_at > \(now)
                """
            )
        }
    }

    // MARK: The end of leases

    /// Deletes leases of executions that no longer run.
    ///
    /// - Parameter limit: how many at most.
    /// - Returns: how many were deleted.
    /// - Throws: ``DatabaseError``
    package func deleteEnded(limit: Int64) throws -> Int {
        try self.transaction.run(
            """
            DELETE FROM execution_lease WHERE execution_id IN (
                SELECT l.execution_id FROM execution_lease l CROSS JOIN pipeline_execution e
                WHERE e.id = l.execution_id AND e.status <> \(ExecutionStatus.running) LIMIT \(limit)\(self.transaction.dialect.skipLocked))
            """
        )
    }

    /// A running execution with the lease that it has missed.
    package struct Missed {
        /// The execution.
        package let execution: Execution
        /// The name of its pipeline.
        package let pipelineName: String
        /// The lease.
        package let lease: ExecutionLease
    }

    /// Reads leases of running executions that have expired, which nobody else changes until the transaction ends.
    ///
    /// Those that are just being renewed or ended are left out.
    ///
    /// - Parameters:
    ///   - now: the time; a lease still holds at the moment up to which it was given.
    ///   - limit: how many at most.
    /// - Returns: the first to expire first.
    /// - Throws: ``DatabaseError``
    package func missed(now: Timestamp, limit: Int64) throws -> [Missed] {
        try self.transaction.all(
            """
            SELECT \(ExecutionStore.columns), (SELECT name FROM pipeline WHERE id = e.pipeline_id), \(Self.columns)
            FROM execution_lease l CROSS JOIN pipeline_execution e
            WHERE e.id = l.execution_id AND l.expires_at < \(now) AND e.status = \(ExecutionStatus.running)
            ORDER BY l.expires_at, l.execution_id LIMIT \(limit)\(self.transaction.dialect.skipLocked)
            """
        ) { row in
            let execution = try ExecutionStore.decode(&row)
            let pipelineName: String = try row.next()
            guard let lease = try row.lease() else { throw DatabaseError(.decoding, "a lease has no time") }
            return Missed(execution: execution, pipelineName: pipelineName, lease: lease)
        }
    }

    /// Deletes the lease of an execution.
    package func delete(_ executionID: Int64) throws {
        try self.transaction.runLater("DELETE FROM execution_lease WHERE execution_id = \(executionID)")
    }
}

extension RowReader {
    /// Reads the columns of a lease, which is there when its heartbeat is.
    mutating func lease() throws -> ExecutionLease? {
        let heartbeatAt: Timestamp? = try self.next()
        let expiresAt: Timestamp? = try self.next()
        let progress: Double? = try self.next()
        let message: String? = try self.next()
        guard let heartbeatAt, let expiresAt else { return nil }
        return ExecutionLease(heartbeatAt: heartbeatAt, expiresAt: expiresAt, progress: progress, message: message)
    }
}
