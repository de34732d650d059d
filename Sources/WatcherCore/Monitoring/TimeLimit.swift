// SPDX-License-Identifier: Apache-2.0

/// A number of calendar units.
package struct TimeLimit: Sendable, Hashable {
    /// How many units, above 0.
    package let number: Int64
    /// The unit.
    package let datepart: Datepart

    /// Makes a limit.
    package init(_ number: Int64, _ datepart: Datepart) {
        self.number = number
        self.datepart = datepart
    }

    /// When the limit ends that begins at a moment; that moment itself is still within it.
    package func deadline(from start: Timestamp) -> Timestamp {
        start.advanced(by: self.number, self.datepart)
    }

    /// A moment that no limit begins before and ends at or after `end`.
    ///
    /// - Parameter end: when the limit ends.
    /// - Returns: the moment; some limits that begin after it may end before `end`, since months differ in length.
    package func earliestStart(endingAt end: Timestamp) -> Timestamp {
        end.advanced(by: 0 &- self.number, self.datepart)
    }

    /// The limit in words, such as `2 hours`.
    package var text: String {
        "\(self.number) \(self.datepart.rawValue)\(self.number == 1 ? "" : "s")"
    }
}

/// The threshold of a pipeline, and that of its type, which counts when the pipeline has none.
package struct InheritedThreshold: Sendable, Equatable {
    /// The pipeline's own.
    package let own: Threshold
    /// Its type's.
    package let inherited: Threshold

    /// Makes a threshold.
    package init(own: Threshold, inherited: Threshold) {
        self.own = own
        self.inherited = inherited
    }

    /// Whether the check leaves the pipeline out: muting either of the two is enough.
    package var isMuted: Bool { self.own.isMuted || self.inherited.isMuted }

    /// The limit that counts; `nil` when there is none.
    package var limit: TimeLimit? {
        for threshold in [self.own, self.inherited] {
            if let number = threshold.number, let datepart = threshold.datepart { return TimeLimit(number, datepart) }
        }
        return nil
    }
}

/// What the checks need to know of a pipeline.
package struct MonitoredPipeline: Sendable, Equatable {
    /// Its id.
    package let id: Int64
    /// Its name.
    package let name: String
    /// Whether it shall run.
    package let isActive: Bool
    /// When it was created.
    package let createdAt: Timestamp
    /// When its executions last changed its target.
    package let lastTarget: TargetTimes
    /// How old its newest data may become.
    package let freshness: InheritedThreshold
    /// How long an execution may take.
    package let timeliness: InheritedThreshold

    /// Makes a pipeline.
    package init(
        id: Int64,
        name: String,
        isActive: Bool,
        createdAt: Timestamp,
        lastTarget: TargetTimes,
        freshness: InheritedThreshold,
        timeliness: InheritedThreshold
    ) {
        self.id = id
        self.name = name
        self.isActive = isActive
        self.createdAt = createdAt
        self.lastTarget = lastTarget
        self.freshness = freshness
        self.timeliness = timeliness
    }
}
