// SPDX-License-Identifier: Apache-2.0

import Logging

extension Watcher {
    /// Declares a pipeline to the server, and learns its id, whether it shall run, and from where to read.
    ///
    /// The server finds the pipeline by its name, creates it when it is new, and otherwise makes it what the declaration
    /// says: an optional that is `nil` clears what the server had. When the server asks for the lineage and the
    /// configuration has one, that is sent too.
    ///
    /// An inactive pipeline gives a warning in the log and a result without a watermark; its lineage is not sent.
    ///
    /// A client that is disabled asks nobody: the pipeline is active, with the id 0 and the default watermark. So an
    /// incremental load begins at its default again.
    ///
    /// - Parameter config: the declaration.
    /// - Returns: the declaration with what the server answered.
    /// - Throws: ``WatcherError`` when the server cannot be reached or refuses the declaration; `CancellationError` when
    ///   the task is cancelled.
    public nonisolated(nonsending) func syncPipelineConfig(
        _ config: PipelineConfig
    ) async throws -> SyncedPipelineConfig {
        guard self.configuration.isEnabled else {
            self.logger.warning(
                "Watcher is disabled: the pipeline is not synced, and begins at its default watermark",
                metadata: [LogKey.pipelineName: "\(config.pipeline.name)"]
            )
            return SyncedPipelineConfig(
                pipeline: SyncedPipeline(id: 0, active: true, declaration: config.pipeline),
                watermark: config.defaultWatermark,
                nextWatermark: config.nextWatermark,
                defaultWatermark: config.defaultWatermark,
                addressLineage: config.addressLineage
            )
        }
        let answer: PipelineSyncResponse = try await self.delivery.post(
            Endpoints.syncPipeline,
            PipelineRequest(config)
        )
        if !answer.active {
            self.logger.warning(
                "The pipeline is not active: nothing will run, and its lineage was not sent",
                metadata: [
                    LogKey.pipelineName: "\(config.pipeline.name)",
                    LogKey.pipelineID: "\(answer.id)",
                ]
            )
        } else if answer.loadLineage, let lineage = config.addressLineage {
            let _: AddressLineageResponse = try await self.delivery.post(
                Endpoints.addressLineage,
                AddressLineageRequest(pipelineID: answer.id, lineage)
            )
        }
        return SyncedPipelineConfig(
            pipeline: SyncedPipeline(id: answer.id, active: answer.active, declaration: config.pipeline),
            watermark: answer.active ? answer.watermark ?? config.defaultWatermark : nil,
            nextWatermark: config.nextWatermark,
            defaultWatermark: config.defaultWatermark,
            addressLineage: config.addressLineage
        )
    }
}

extension PipelineRequest {
    /// Mentions every field: a declaration is the whole truth, so what it leaves out is cleared.
    init(_ config: PipelineConfig) {
        let pipeline = config.pipeline
        self.init(
            name: pipeline.name,
            pipelineTypeName: pipeline.pipelineTypeName,
            nextWatermark: Field(config.nextWatermark),
            pipelineMetadata: Field(pipeline.pipelineMetadata.map(JSONValue.object)),
            freshness: ThresholdFields(
                number: Field(pipeline.freshnessNumber.map(Int64.init)),
                datepart: Field(pipeline.freshnessDatepart)
            ),
            timeliness: ThresholdFields(
                number: Field(pipeline.timelinessNumber.map(Int64.init)),
                datepart: Field(pipeline.timelinessDatepart)
            )
        )
    }
}
