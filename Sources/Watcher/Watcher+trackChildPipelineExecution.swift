// SPDX-License-Identifier: Apache-2.0

extension Watcher {
    /// Runs a piece of work as an execution of a pipeline that is a part of another execution.
    ///
    /// Everything else is as with `trackPipelineExecution`, which finds an enclosing execution of the same task by itself:
    /// take this form where the parent runs elsewhere, such as in another process.
    ///
    /// - Parameters:
    ///   - pipelineID: the pipeline that runs.
    ///   - active: whether it shall run.
    ///   - parentExecutionID: the execution that this one is a part of.
    ///   - watermark: from where the work reads.
    ///   - nextWatermark: how far the work reads: where the pipeline stands after a success.
    ///   - operation: the work.
    /// - Returns: what the work returned and the id of its execution; `nil` when `active` is false.
    /// - Throws: as `trackPipelineExecution`.
    public nonisolated(nonsending) func trackChildPipelineExecution<Results: ETLResultsProtocol>(
        pipelineID: Int64,
        active: Bool,
        parentExecutionID: Int64,
        watermark: Watermark? = nil,
        nextWatermark: Watermark? = nil,
        _ operation: nonisolated(nonsending) (WatcherExecutionContext) async throws -> Results
    ) async throws -> ExecutionResult<Results>? {
        try await self.trackPipelineExecution(
            pipelineID: pipelineID,
            active: active,
            parentExecutionID: parentExecutionID,
            watermark: watermark,
            nextWatermark: nextWatermark,
            operation
        )
    }

    /// Runs a piece of work that needs no context as an execution of a pipeline that is a part of another execution.
    ///
    /// - Parameters:
    ///   - pipelineID: the pipeline that runs.
    ///   - active: whether it shall run.
    ///   - parentExecutionID: the execution that this one is a part of.
    ///   - watermark: from where the work reads.
    ///   - nextWatermark: how far the work reads: where the pipeline stands after a success.
    ///   - operation: the work.
    /// - Returns: what the work returned and the id of its execution; `nil` when `active` is false.
    /// - Throws: as `trackPipelineExecution`.
    public nonisolated(nonsending) func trackChildPipelineExecution<Results: ETLResultsProtocol>(
        pipelineID: Int64,
        active: Bool,
        parentExecutionID: Int64,
        watermark: Watermark? = nil,
        nextWatermark: Watermark? = nil,
        _ operation: nonisolated(nonsending) () async throws -> Results
    ) async throws -> ExecutionResult<Results>? {
        try await self.trackPipelineExecution(
            pipelineID: pipelineID,
            active: active,
            parentExecutionID: parentExecutionID,
            watermark: watermark,
            nextWatermark: nextWatermark,
            operation
        )
    }

    /// Runs a piece of work as an execution of a synced pipeline that is a part of another execution.
    ///
    /// - Parameters:
    ///   - config: what ``syncPipelineConfig(_:)`` returned.
    ///   - parentExecutionID: the execution that this one is a part of.
    ///   - operation: the work.
    /// - Returns: what the work returned and the id of its execution; `nil` when the pipeline is inactive.
    /// - Throws: as `trackPipelineExecution`.
    public nonisolated(nonsending) func trackChildPipelineExecution<Results: ETLResultsProtocol>(
        _ config: SyncedPipelineConfig,
        parentExecutionID: Int64,
        _ operation: nonisolated(nonsending) (WatcherExecutionContext) async throws -> Results
    ) async throws -> ExecutionResult<Results>? {
        try await self.trackPipelineExecution(
            config,
            parentExecutionID: parentExecutionID,
            operation
        )
    }

    /// Runs a piece of work that needs no context as an execution of a synced pipeline that is a part of another execution.
    ///
    /// - Parameters:
    ///   - config: what ``syncPipelineConfig(_:)`` returned.
    ///   - parentExecutionID: the execution that this one is a part of.
    ///   - operation: the work.
    /// - Returns: what the work returned and the id of its execution; `nil` when the pipeline is inactive.
    /// - Throws: as `trackPipelineExecution`.
    public nonisolated(nonsending) func trackChildPipelineExecution<Results: ETLResultsProtocol>(
        _ config: SyncedPipelineConfig,
        parentExecutionID: Int64,
        _ operation: nonisolated(nonsending) () async throws -> Results
    ) async throws -> ExecutionResult<Results>? {
        try await self.trackPipelineExecution(
            config,
            parentExecutionID: parentExecutionID,
            operation
        )
    }
}
