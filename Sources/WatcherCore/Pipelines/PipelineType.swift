// SPDX-License-Identifier: Apache-2.0

/// A kind of pipelines, whose thresholds count for those that have none of their own.
package struct PipelineType: Sendable, Equatable {
    /// Its id.
    package let id: Int64
    /// Its name, unique, in lower case.
    package var name: String
    /// How old the newest data of its pipelines may become.
    package var freshness: Threshold
    /// How long an execution of its pipelines may take.
    package var timeliness: Threshold
    /// When it was created.
    package let createdAt: Timestamp
    /// When it was last changed.
    package var updatedAt: Timestamp?

    /// Makes a type.
    package init(
        id: Int64,
        name: String,
        freshness: Threshold,
        timeliness: Threshold,
        createdAt: Timestamp,
        updatedAt: Timestamp?
    ) {
        self.id = id
        self.name = name
        self.freshness = freshness
        self.timeliness = timeliness
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

/// What a sync or a patch of a pipeline type says.
package struct PipelineTypeUpdate: Sendable, Equatable {
    /// Its new name.
    package var name: Update<String>
    /// How old the newest data of its pipelines may become.
    package var freshness: ThresholdUpdate
    /// How long an execution of its pipelines may take.
    package var timeliness: ThresholdUpdate

    /// Makes an update.
    package init(name: Update<String> = .keep, freshness: ThresholdUpdate, timeliness: ThresholdUpdate) {
        self.name = name
        self.freshness = freshness
        self.timeliness = timeliness
    }

    /// The type after the update; equal to `stored` when nothing changes.
    package func applied(to stored: PipelineType, now: Timestamp) -> PipelineType {
        var type = stored
        type.name = self.name.applied(to: stored.name)
        type.freshness = self.freshness.applied(to: stored.freshness)
        type.timeliness = self.timeliness.applied(to: stored.timeliness)
        if type != stored { type.updatedAt = now }
        return type
    }
}
