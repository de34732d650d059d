// SPDX-License-Identifier: Apache-2.0
import WatcherCore
import WatcherWire

extension PipelineSync {
    init(_ request: PipelineRequest) {
        self.init(
            name: request.name,
            pipelineTypeName: request.pipelineTypeName,
            nextWatermark: request.nextWatermark.textUpdate,
            metadata: request.pipelineMetadata.textUpdate,
            freshness: ThresholdUpdate(request.freshness),
            timeliness: ThresholdUpdate(request.timeliness)
        )
    }
}

extension PipelinePatch {
    init(_ request: PipelinePatchRequest) {
        self.init()
        self.name = request.name.update
        self.pipelineTypeID = request.pipelineTypeID.update
        self.watermark = request.watermark.textUpdate
        self.nextWatermark = request.nextWatermark.textUpdate
        self.metadata = request.pipelineMetadata.textUpdate
        self.freshness = ThresholdUpdate(request.freshness, mute: request.muteFreshnessCheck)
        self.timeliness = ThresholdUpdate(request.timeliness, mute: request.muteTimelinessCheck)
        self.loadLineage = request.loadLineage.update
        self.isActive = request.active.update
    }
}

extension PipelineSyncResponse {
    init(_ pipeline: Pipeline) {
        self.init(
            id: pipeline.id,
            active: pipeline.isActive,
            loadLineage: pipeline.loadLineage,
            watermark: pipeline.watermarks.current.map(Watermark.init(_:))
        )
    }
}

extension PipelineResponse {
    init(_ pipeline: Pipeline) {
        self.init(
            id: pipeline.id,
            name: pipeline.name,
            pipelineTypeID: pipeline.pipelineTypeID,
            watermark: pipeline.watermarks.current,
            nextWatermark: pipeline.watermarks.next,
            pipelineMetadata: pipeline.metadata,
            lastTargetInsert: pipeline.lastTarget.insert.map(WireTimestamp.init),
            lastTargetUpdate: pipeline.lastTarget.update.map(WireTimestamp.init),
            lastTargetSoftDelete: pipeline.lastTarget.softDelete.map(WireTimestamp.init),
            freshness: ThresholdResponse(pipeline.freshness),
            timeliness: ThresholdResponse(pipeline.timeliness),
            loadLineage: pipeline.loadLineage,
            active: pipeline.isActive,
            inputHash: pipeline.inputHash,
            createdAt: WireTimestamp(pipeline.createdAt),
            updatedAt: pipeline.updatedAt.map(WireTimestamp.init)
        )
    }
}

extension PipelineTypeResponse {
    init(_ type: PipelineType) {
        self.init(
            id: type.id,
            name: type.name,
            freshness: ThresholdResponse(type.freshness),
            timeliness: ThresholdResponse(type.timeliness),
            createdAt: WireTimestamp(type.createdAt),
            updatedAt: type.updatedAt.map(WireTimestamp.init)
        )
    }
}
