// SPDX-License-Identifier: Apache-2.0
package import WatcherCore
package import WatcherDatabase

/// What grows old: executions with the rows that refer to them, findings and alerts.
package struct RetentionStore {
    /// How many executions one statement looks below.
    private static let chunk = 512

    private let transaction: Transaction

    /// Works in a transaction.
    package init(_ transaction: Transaction) {
        self.transaction = transaction
    }

    // MARK: Trees of executions

    /// Executions without a parent that are not running and started before a moment, the oldest first.
    ///
    /// - Parameters:
    ///   - status: their status.
    ///   - order: the last one of the page before; `nil` for the first page.
    ///   - moment: the moment.
    ///   - limit: how many at most.
    /// - Returns: the executions.
    /// - Throws: ``DatabaseError``
    package func roots(
        _ status: ExecutionStatus,
        after order: StartOrder?,
        before moment: Timestamp,
        limit: Int64
    ) throws -> [StartOrder] {
        let order = order ?? StartOrder(startDate: .earliest, executionID: .min)
        return try self.transaction.all(
            """
            SELECT start_date, id FROM pipeline_execution
            WHERE status = \(status) AND start_date < \(moment) AND parent_id IS NULL
            AND (start_date, id) > (\(order.startDate), \(order.executionID))
            ORDER BY start_date, id LIMIT \(limit)
            """
        ) { StartOrder(startDate: try $0.next(), executionID: try $0.next()) }
    }

    /// The executions of the trees that are old as a whole, children before their parents.
    ///
    /// Each level of the trees is read by the children's own index. One recursive statement would be shorter, but how
    /// PostgreSQL runs it is a guess: for a chain of 10 000 executions it read the whole table 10 000 times.
    ///
    /// - Parameters:
    ///   - roots: the roots of the trees, which have ended and are old themselves.
    ///   - moment: a tree with an execution that is running, or that started at this moment or after it, is left out.
    /// - Returns: their ids, in descending order.
    /// - Throws: ``DatabaseError``
    package func oldTrees(of roots: [Int64], before moment: Timestamp) throws -> [Int64] {
        var members = roots.map { (id: $0, root: $0) }
        var kept: Set<Int64> = []
        var level = Dictionary(uniqueKeysWithValues: roots.map { ($0, $0) })
        while !level.isEmpty {
            var next: [Int64: Int64] = [:]
            let parents = Array(level.keys)
            for start in stride(from: 0, to: parents.count, by: Self.chunk) {
                let chunk = Array(parents[start..<min(start + Self.chunk, parents.count)])
                let children = try self.transaction.all(
                    """
                    SELECT id, parent_id, status, start_date FROM pipeline_execution
                    WHERE parent_id IN (\(list: chunk.padded))
                    """
                ) { row -> (id: Int64, parent: Int64, isOld: Bool) in
                    let (id, parent): (Int64, Int64) = (try row.next(), try row.next())
                    let status: ExecutionStatus = try row.next()
                    return (id, parent, RetentionRule.isOld(status, startDate: try row.next(), moment))
                }
                for child in children {
                    guard let root = level[child.parent] else { continue }
                    if !child.isOld { kept.insert(root) }
                    members.append((child.id, root))
                    next[child.id] = root
                }
            }
            // What keeps a tree need not be found twice.
            level = next.filter { !kept.contains($0.value) }
        }
        return members.filter { !kept.contains($0.root) }.map(\.id).sorted(by: >)
    }

    /// Deletes executions, with the rows that refer to them.
    ///
    /// What was read earlier may have changed: an execution that is running or young stays, and so does every one that
    /// has a child which is not deleted with it. One that another server holds, such as to start a child of it, is left
    /// alone.
    ///
    /// - Parameters:
    ///   - ids: the executions.
    ///   - moment: those that started at it or after it stay.
    /// - Returns: what was deleted.
    /// - Throws: ``DatabaseError``
    package func deleteExecutions(_ ids: [Int64], before moment: Timestamp) throws -> RetentionCounts {
        let found: [Int64] = try self.transaction.all(
            """
            SELECT id FROM pipeline_execution
            WHERE id IN (\(list: ids.padded)) AND start_date < \(moment) AND status <> \(ExecutionStatus.running)
            ORDER BY id DESC\(self.transaction.dialect.skipLocked)
            """
        ) { try $0.next() }
        let edges = try self.transaction.all(
            "SELECT id, parent_id FROM pipeline_execution WHERE parent_id IN (\(list: found.padded))"
        ) { RetentionRule.Edge(child: try $0.next(), parent: try $0.next()) }
        let removable = RetentionRule.removable(found, edges)
        guard !removable.isEmpty else { return RetentionCounts() }
        var counts = try self.deleteReferences(to: removable)
        counts.executions = try self.transaction.run(
            "DELETE FROM pipeline_execution WHERE id IN (\(list: removable.padded))"
        )
        return counts
    }

    /// Deletes the rows that refer to executions: the one place that knows which tables have such rows.
    private func deleteReferences(to ids: [Int64]) throws -> RetentionCounts {
        var counts = RetentionCounts()
        counts.timelinessLogs = try self.transaction.run(
            "DELETE FROM timeliness_pipeline_execution_log WHERE pipeline_execution_id IN (\(list: ids.padded))"
        )
        counts.anomalyResults = try self.transaction.run(
            "DELETE FROM anomaly_detection_result WHERE pipeline_execution_id IN (\(list: ids))"
        )
        return counts
    }

    // MARK: What goes by its own date

    /// A table of which old rows are deleted by themselves.
    package enum Log: Sendable, CaseIterable {
        /// Findings of the freshness check, but for those of data that has not changed since: without them the same
        /// data would be found again.
        case freshness
        /// Findings of the timeliness check, but for those of executions that are running still, for the same reason.
        case timeliness
        /// Results of the anomaly detection.
        case anomalies
        /// Alerts that have been sent.
        case alerts
    }

    /// Deletes rows of a log from before a moment.
    ///
    /// - Parameters:
    ///   - log: the log.
    ///   - moment: the moment.
    ///   - limit: how many at most, so that the writer is not held for long.
    /// - Returns: what was deleted; fewer than `limit` when there are no more.
    /// - Throws: ``DatabaseError``
    package func deleteRows(of log: Log, before moment: Timestamp, limit: Int64) throws -> RetentionCounts {
        var counts = RetentionCounts()
        let lock = self.transaction.dialect.skipLocked
        switch log {
        case .freshness:
            counts.freshnessLogs = try self.transaction.run(
                """
                DELETE FROM freshness_pipeline_log WHERE id IN (
                    SELECT l.id FROM freshness_pipeline_log l WHERE l.found_at < \(moment) AND NOT EXISTS (
                        SELECT 1 FROM pipeline p WHERE p.id = l.pipeline_id
                        AND (l.last_dml_timestamp
                                IN (p.last_target_insert, p.last_target_update, p.last_target_soft_delete)
                            OR (l.last_dml_timestamp = p.created_at AND coalesce(
                                p.last_target_insert, p.last_target_update, p.last_target_soft_delete) IS NULL))
                        AND coalesce(p.last_target_insert, l.last_dml_timestamp) <= l.last_dml_timestamp
                        AND coalesce(p.last_target_update, l.last_dml_timestamp) <= l.last_dml_timestamp
                        AND coalesce(p.last_target_soft_delete, l.last_dml_timestamp) <= l.last_dml_timestamp)
                    ORDER BY l.found_at LIMIT \(limit)\(lock))
                """
            )
        case .timeliness:
            counts.timelinessLogs = try self.transaction.run(
                """
                DELETE FROM timeliness_pipeline_execution_log WHERE id IN (
                    SELECT l.id FROM timeliness_pipeline_execution_log l
                    WHERE l.found_at < \(moment) AND NOT EXISTS (
                        SELECT 1 FROM pipeline_execution e
                        WHERE e.id = l.pipeline_execution_id AND e.status = \(ExecutionStatus.running))
                    ORDER BY l.found_at LIMIT \(limit)\(lock))
                """
            )
        case .anomalies:
            counts.anomalyResults = try self.transaction.run(
                """
                DELETE FROM anomaly_detection_result WHERE id IN (
                    SELECT id FROM anomaly_detection_result WHERE detected_at < \(moment)
                    ORDER BY detected_at LIMIT \(limit)\(lock))
                """
            )
        case .alerts:
            counts.alerts = try self.transaction.run(
                """
                DELETE FROM alert WHERE id IN (
                    SELECT a.id FROM alert a
                    WHERE a.raised_at < \(moment) AND a.sent_at IS NOT NULL AND a.id NOT IN (
                        SELECT j.subject FROM job j WHERE j.kind = \(JobKind.alert) AND j.subject IS NOT NULL)
                    ORDER BY a.raised_at LIMIT \(limit)\(lock))
                """
            )
        }
        return counts
    }
}

extension [Int64] {
    /// The same numbers, the last one repeated until their count is a power of two: drivers keep each statement that they
    /// have prepared, and so there are few of them.
    fileprivate var padded: Self {
        guard let last = self.last else { return self }
        var size = 1
        while size < self.count { size *= 2 }
        return self + repeatElement(last, count: size - self.count)
    }
}
