// SPDX-License-Identifier: Apache-2.0

/// A pipeline: work on data that runs again and again.
package struct Pipeline: Sendable, Equatable {
    /// Its id.
    package let id: Int64
    /// Its name, unique, in lower case.
    package var name: String
    /// Its type.
    package var pipelineTypeID: Int64
    /// How far it has read, and will read.
    package var watermarks: PipelineWatermarks
    /// Any facts about it, as JSON text with sorted keys.
    package var metadata: String?
    /// When its executions last changed its target.
    package var lastTarget: TargetTimes
    /// How old its newest data may become.
    package var freshness: Threshold
    /// How long an execution may take.
    package var timeliness: Threshold
    /// Whether its lineage is wanted.
    package var loadLineage: Bool
    /// Whether it shall run.
    package var isActive: Bool
    /// A hash of the last sync that changed something.
    package var inputHash: String?
    /// When it was created.
    package let createdAt: Timestamp
    /// When its own fields were last changed; an execution does not change them.
    package var updatedAt: Timestamp?

    /// Makes a pipeline.
    package init(
        id: Int64,
        name: String,
        pipelineTypeID: Int64,
        watermarks: PipelineWatermarks,
        metadata: String?,
        lastTarget: TargetTimes,
        freshness: Threshold,
        timeliness: Threshold,
        loadLineage: Bool,
        isActive: Bool,
        inputHash: String?,
        createdAt: Timestamp,
        updatedAt: Timestamp?
    ) {
        self.id = id
        self.name = name
        self.pipelineTypeID = pipelineTypeID
        self.watermarks = watermarks
        self.metadata = metadata
        self.lastTarget = lastTarget
        self.freshness = freshness
        self.timeliness = timeliness
        self.loadLineage = loadLineage
        self.isActive = isActive
        self.inputHash = inputHash
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

/// When the executions of a pipeline last changed its target.
package struct TargetTimes: Sendable, Equatable {
    /// The end of the latest execution that inserted rows.
    package var insert: Timestamp?
    /// The end of the latest execution that updated rows.
    package var update: Timestamp?
    /// The end of the latest execution that marked rows as deleted.
    package var softDelete: Timestamp?

    /// Makes times; without arguments, none.
    package init(insert: Timestamp? = nil, update: Timestamp? = nil, softDelete: Timestamp? = nil) {
        self.insert = insert
        self.update = update
        self.softDelete = softDelete
    }

    /// The times after a successful execution: each moves forward only, and only when rows were counted.
    package func after(_ report: ExecutionReport) -> Self {
        func later(_ stored: Timestamp?, _ rows: Int64?) -> Timestamp? {
            guard let rows, rows > 0 else { return stored }
            return stored.map { max($0, report.endDate) } ?? report.endDate
        }
        return Self(
            insert: later(self.insert, report.inserts),
            update: later(self.update, report.updates),
            softDelete: later(self.softDelete, report.softDeletes)
        )
    }
}

/// What a sync of a pipeline says.
package struct PipelineSync: Sendable, Equatable {
    /// The pipeline's name.
    package var name: String
    /// The name of its type.
    package var pipelineTypeName: String
    /// How far its next executions will read.
    package var nextWatermark: Update<String>
    /// Any facts about it, as JSON text with sorted keys.
    package var metadata: Update<String>
    /// How old its newest data may become.
    package var freshness: ThresholdUpdate
    /// How long an execution may take.
    package var timeliness: ThresholdUpdate

    /// Makes a sync.
    package init(
        name: String,
        pipelineTypeName: String,
        nextWatermark: Update<String>,
        metadata: Update<String>,
        freshness: ThresholdUpdate,
        timeliness: ThresholdUpdate
    ) {
        self.name = name
        self.pipelineTypeName = pipelineTypeName
        self.nextWatermark = nextWatermark
        self.metadata = metadata
        self.freshness = freshness
        self.timeliness = timeliness
    }

    /// The pipeline after the sync; equal to `stored` when nothing changes, so that nothing needs to be written.
    ///
    /// - Parameters:
    ///   - stored: the pipeline as it is.
    ///   - pipelineTypeID: the type that ``pipelineTypeName`` names.
    ///   - now: becomes `updatedAt` when something changes.
    /// - Returns: the pipeline as it shall be.
    package func applied(to stored: Pipeline, pipelineTypeID: Int64, now: Timestamp) -> Pipeline {
        var pipeline = stored
        pipeline.pipelineTypeID = pipelineTypeID
        pipeline.watermarks = stored.watermarks.synced(next: self.nextWatermark)
        pipeline.metadata = self.metadata.applied(to: stored.metadata)
        pipeline.freshness = self.freshness.applied(to: stored.freshness)
        pipeline.timeliness = self.timeliness.applied(to: stored.timeliness)
        guard pipeline != stored || stored.inputHash == nil else { return stored }
        pipeline.inputHash = self.inputHash
        pipeline.updatedAt = now
        return pipeline
    }

    /// A hash of everything the sync says: FNV-1a with 64 bits, the same in every process and version.
    package var inputHash: String {
        var hash = StableHash()
        hash.combine(self.name)
        hash.combine(self.pipelineTypeName)
        hash.combine(self.nextWatermark)
        hash.combine(self.metadata)
        for threshold in [self.freshness, self.timeliness] {
            hash.combine(threshold.number)
            hash.combine(threshold.datepart)
        }
        return hash.hexadecimal
    }
}

/// What a patch of a pipeline says.
package struct PipelinePatch: Sendable, Equatable {
    /// Its new name.
    package var name: Update<String> = .keep
    /// The id of its type.
    package var pipelineTypeID: Update<Int64> = .keep
    /// How far it has read.
    package var watermark: Update<String> = .keep
    /// How far its next executions will read.
    package var nextWatermark: Update<String> = .keep
    /// Any facts about it, as JSON text with sorted keys.
    package var metadata: Update<String> = .keep
    /// How old its newest data may become.
    package var freshness = ThresholdUpdate()
    /// How long an execution may take.
    package var timeliness = ThresholdUpdate()
    /// Whether its lineage is wanted.
    package var loadLineage: Update<Bool> = .keep
    /// Whether it shall run.
    package var isActive: Update<Bool> = .keep

    /// Makes a patch that changes nothing until its fields are set.
    package init() {}

    /// The pipeline after the patch; equal to `stored` when nothing changes.
    ///
    /// - Parameters:
    ///   - stored: the pipeline as it is.
    ///   - now: becomes `updatedAt` when something changes.
    /// - Returns: the pipeline as it shall be.
    package func applied(to stored: Pipeline, now: Timestamp) -> Pipeline {
        var pipeline = stored
        pipeline.name = self.name.applied(to: stored.name)
        pipeline.pipelineTypeID = self.pipelineTypeID.applied(to: stored.pipelineTypeID)
        pipeline.watermarks = stored.watermarks.patched(watermark: self.watermark, next: self.nextWatermark)
        pipeline.metadata = self.metadata.applied(to: stored.metadata)
        pipeline.freshness = self.freshness.applied(to: stored.freshness)
        pipeline.timeliness = self.timeliness.applied(to: stored.timeliness)
        pipeline.loadLineage = self.loadLineage.applied(to: stored.loadLineage)
        pipeline.isActive = self.isActive.applied(to: stored.isActive)
        if pipeline != stored { pipeline.updatedAt = now }
        return pipeline
    }
}
