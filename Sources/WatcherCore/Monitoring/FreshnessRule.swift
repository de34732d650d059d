// SPDX-License-Identifier: Apache-2.0

/// When the data of a pipeline is too old.
package enum FreshnessRule {
    /// What a look at a pipeline says.
    package enum Outcome: Sendable, Equatable {
        /// The pipeline shall not run, so nobody waits for its data.
        case inactive
        /// Somebody has muted the check, for the pipeline or for its type.
        case muted
        /// Nobody has said how old the data may become.
        case noThreshold
        /// The data is as new as it should be.
        case fresh
        /// The data should have changed before a moment that has passed.
        case stale(Staleness)
    }

    /// How data is too old.
    package struct Staleness: Sendable, Equatable {
        /// When the data last changed; when the pipeline was created if it never did.
        package let lastChange: Timestamp
        /// Whether it ever did.
        package let hasLoaded: Bool
        /// How old it may become.
        package let limit: TimeLimit
        /// When it should have changed at the latest.
        package let deadline: Timestamp
    }

    /// Judges the data of a pipeline.
    ///
    /// At the deadline the data is fresh still; it is stale from the next microsecond on.
    ///
    /// - Parameters:
    ///   - pipeline: the pipeline.
    ///   - now: the time.
    /// - Returns: the judgement.
    package static func judge(_ pipeline: MonitoredPipeline, now: Timestamp) -> Outcome {
        guard pipeline.isActive else { return .inactive }
        guard !pipeline.freshness.isMuted else { return .muted }
        guard let limit = pipeline.freshness.limit else { return .noThreshold }
        let times = pipeline.lastTarget
        let lastLoad = [times.insert, times.update, times.softDelete].compactMap { $0 }.max()
        let lastChange = lastLoad ?? pipeline.createdAt
        let deadline = limit.deadline(from: lastChange)
        guard deadline < now else { return .fresh }
        return .stale(
            Staleness(lastChange: lastChange, hasLoaded: lastLoad != nil, limit: limit, deadline: deadline)
        )
    }
}
