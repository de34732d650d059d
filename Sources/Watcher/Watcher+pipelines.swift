// SPDX-License-Identifier: Apache-2.0

extension Watcher {
    /// Tells the server how far the pipeline's executions will have read, for work that learns it only while it runs.
    ///
    /// An execution that began before this call and ends well moves the pipeline's watermark there, whatever was declared
    /// at its start.
    ///
    /// - Parameters:
    ///   - pipelineID: the pipeline.
    ///   - nextWatermark: how far, at most 4,096 characters; `nil` takes back what was said.
    /// - Throws: ``WatcherError``, with the code ``WatcherError/Code/validation`` before anything is sent, and the status
    ///   404 when there is no such pipeline.
    public nonisolated(nonsending) func updatePipelineNextWatermark(
        pipelineID: Int64,
        nextWatermark: Watermark?
    ) async throws {
        var request = PipelinePatchRequest(target: .id(pipelineID))
        request.nextWatermark = Field(nextWatermark)
        try await self.delivery.send(Endpoints.patchPipeline, request.validated())
    }

    /// Makes a pipeline inactive: from the next sync on its executions are skipped, and it is left out of the checks.
    ///
    /// - Parameter pipelineID: the pipeline.
    /// - Throws: ``WatcherError``, with the status 404 when there is no such pipeline.
    public nonisolated(nonsending) func pausePipeline(pipelineID: Int64) async throws {
        try await self.setActive(false, pipelineID)
    }

    /// Makes a pipeline active again: from the next sync on its executions run.
    ///
    /// - Parameter pipelineID: the pipeline.
    /// - Throws: ``WatcherError``, with the status 404 when there is no such pipeline.
    public nonisolated(nonsending) func resumePipeline(pipelineID: Int64) async throws {
        try await self.setActive(true, pipelineID)
    }

    /// Reads one pipeline: whether it is active, how far it has read, and what was declared of it.
    ///
    /// - Parameter id: the pipeline.
    /// - Returns: the pipeline.
    /// - Throws: ``WatcherError``, with the status 404 when there is no such pipeline.
    public nonisolated(nonsending) func pipeline(id: Int64) async throws -> PipelineResponse {
        try await self.delivery.get(Endpoints.pipeline.path(id: id), query: [])
    }

    /// Reads all pipelines.
    ///
    /// - Returns: the pipelines, active or not.
    /// - Throws: ``WatcherError`` when the server cannot be reached or refuses the question.
    public nonisolated(nonsending) func pipelines() async throws -> [PipelineResponse] {
        let answer: PipelineListResponse = try await self.delivery.get(Endpoints.pipelines.path, query: [])
        return answer.pipelines
    }

    private func setActive(_ active: Bool, _ pipelineID: Int64) async throws {
        var request = PipelinePatchRequest(target: .id(pipelineID))
        request.active = .value(active)
        try await self.delivery.send(Endpoints.patchPipeline, request)
    }
}
