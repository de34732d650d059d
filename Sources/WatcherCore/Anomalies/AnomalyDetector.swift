// SPDX-License-Identifier: Apache-2.0

/// What is odd about an execution.
package struct AnomalyFinding: Sendable, Equatable {
    /// The rule that found it.
    package let ruleID: Int64
    /// The metric.
    package let metric: AnomalyMetric
    /// Its value.
    package let value: Double
    /// The mean of the values it was compared with.
    package let mean: Double
    /// Their standard deviation.
    package let standardDeviation: Double
    /// The smallest usual value, at least 0.
    package let lowerBound: Double
    /// The largest usual value.
    package let upperBound: Double
    /// How many standard deviations the value lies above the mean; `nil` when there is no variance.
    package let zScore: Double?
    /// How many values it was compared with.
    package let baselineExecutions: Int64
}

/// Judges one figure of an execution by the same figures of earlier executions.
package enum AnomalyDetector {
    /// Which earlier executions a figure is compared with.
    package enum Hours: Sendable, CaseIterable {
        /// Those that began in the same hour of the day in UTC.
        case same
        /// Those of all hours.
        case all
    }

    /// Below so many executions nothing is judged: the smallest `minimum_executions` that a rule may ask for.
    package static let smallestBaseline = 5

    /// Judges a figure.
    ///
    /// - While the same hour has fewer executions than the rule's `minimum_executions`, those of all hours are used,
    ///   whatever their number: a pipeline that runs once a day never has 30 of them in 30 days and one hour, and is to be
    ///   judged all the same. Only below ``smallestBaseline`` nothing can be said.
    /// - A value beyond mean ± z · standard deviation is odd; the lower bound is never below 0.
    /// - Without any variance, every value would be; then one that departs by more than 10 % from the mean is.
    ///
    /// - Parameters:
    ///   - value: the figure.
    ///   - rule: its rule.
    ///   - baseline: the same figure of earlier executions; asked for all hours only when those are needed.
    /// - Returns: what is odd; `nil` when nothing is, or nothing can be said.
    /// - Throws: what `baseline` threw.
    package static func judge(
        _ value: Double,
        by rule: AnomalyRule,
        against baseline: (Hours) throws -> [Double]
    ) rethrows -> AnomalyFinding? {
        var statistics = RunningStatistics(try baseline(.same))
        if statistics.count < rule.settings.minimumExecutions { statistics = RunningStatistics(try baseline(.all)) }
        guard statistics.count >= Self.smallestBaseline else { return nil }
        let (mean, deviation) = (statistics.mean, statistics.standardDeviation)
        let margin = statistics.isConstant ? abs(mean) / 10 : rule.settings.zThreshold * deviation
        let (lower, upper) = (max(0, mean - margin), mean + margin)
        guard value < lower || value > upper else { return nil }
        return AnomalyFinding(
            ruleID: rule.id,
            metric: rule.metric,
            value: value,
            mean: mean,
            standardDeviation: deviation,
            lowerBound: lower,
            upperBound: upper,
            zScore: statistics.isConstant ? nil : (value - mean) / deviation,
            baselineExecutions: Int64(statistics.count)
        )
    }
}
