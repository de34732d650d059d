// SPDX-License-Identifier: Apache-2.0

/// How many rows of each kind were deleted.
package struct RetentionCounts: Sendable, Equatable {
    /// Executions.
    package var executions = 0
    /// Findings of the timeliness check.
    package var timelinessLogs = 0
    /// Results of the anomaly detection.
    package var anomalyResults = 0
    /// Findings of the freshness check.
    package var freshnessLogs = 0
    /// Alerts.
    package var alerts = 0

    /// Makes counts of nothing.
    package init() {}

    /// All of them.
    package var total: Int {
        self.executions + self.timelinessLogs + self.anomalyResults + self.freshnessLogs + self.alerts
    }

    /// Adds the counts of each kind.
    package static func += (left: inout Self, right: Self) {
        left.executions += right.executions
        left.timelinessLogs += right.timelinessLogs
        left.anomalyResults += right.anomalyResults
        left.freshnessLogs += right.freshnessLogs
        left.alerts += right.alerts
    }
}
