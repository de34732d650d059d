// SPDX-License-Identifier: Apache-2.0

/// Which executions one is compared with: the successful ones of its pipeline that started before it, within the lookback
/// of the rule.
///
/// Everything is counted from the start of the judged execution and not from now, so an execution that is judged late,
/// after an outage, is compared with the same ones.
package struct AnomalyBaseline: Sendable, Equatable {
    /// The pipeline.
    package let pipelineID: Int64
    /// The metric.
    package let metric: AnomalyMetric
    /// Starts before this moment lie beyond the lookback.
    package let since: Timestamp
    /// The judged execution; those that started after it are left out, as it is itself.
    package let before: StartOrder
    /// Whether only those of the same hour of the day in UTC count.
    package let hours: AnomalyDetector.Hours

    /// Makes the baseline of an execution under a rule.
    package init(of execution: Execution, under rule: AnomalyRule, _ hours: AnomalyDetector.Hours) {
        self.pipelineID = execution.pipelineID
        self.metric = rule.metric
        self.since = execution.startDate.advanced(byMicroseconds: -rule.settings.lookbackDays * Self.day)
        self.before = StartOrder(startDate: execution.startDate, executionID: execution.id)
        self.hours = hours
    }

    /// When the hour of the judged execution began.
    package var hourStart: Timestamp {
        let hours = self.before.startDate.microseconds.flooredDivision(by: Self.hour)
        return Timestamp(microseconds: hours * Self.hour)
    }

    /// Microseconds of an hour.
    package static let hour: Int64 = 3_600_000_000
    /// Microseconds of a day.
    package static let day: Int64 = 24 * hour
}
