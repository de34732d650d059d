// SPDX-License-Identifier: Apache-2.0
package import WatcherCore
package import WatcherDatabase

/// The table of what anomaly detection has found.
package struct AnomalyResultStore {
    private let transaction: Transaction

    /// Works in a transaction.
    package init(_ transaction: Transaction) {
        self.transaction = transaction
    }

    /// Stores a finding, unless this metric of the execution has been found before, its flag taken off since or not.
    ///
    /// - Returns: whether it is new.
    /// - Throws: ``DatabaseError``
    package func insert(_ finding: AnomalyFinding, of execution: Execution, now: Timestamp) throws -> Bool {
        let id = try self.transaction.insert(
            """
            INSERT INTO anomaly_detection_result (pipeline_execution_id, rule_id, pipeline_id, metric_field, value,
                mean, standard_deviation, lower_bound, upper_bound, z_score, baseline_executions, detected_at)
            VALUES (\(execution.id), \(finding.ruleID), \(execution.pipelineID), \(finding.metric), \(finding.value),
                \(finding.mean), \(finding.standardDeviation), \(finding.lowerBound), \(finding.upperBound),
                \(finding.zScore), \(finding.baselineExecutions), \(now))
            ON CONFLICT (pipeline_execution_id, metric_field) DO NOTHING
            """
        )
        return id != nil
    }

    /// Notes that findings of an execution no longer count.
    package func unflag(_ metrics: Set<AnomalyMetric>, of executionID: Int64, now: Timestamp) throws {
        try self.transaction.runLater(
            """
            UPDATE anomaly_detection_result SET unflagged_at = \(now)
            WHERE pipeline_execution_id = \(executionID)
                AND metric_field IN (\(list: metrics.sorted { $0.rawValue < $1.rawValue }))
            """
        )
    }
}
