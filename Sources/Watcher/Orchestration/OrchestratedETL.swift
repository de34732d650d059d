// SPDX-License-Identifier: Apache-2.0

import Logging

/// A pipeline that an orchestrator runs: declared, tracked, and reported with where it ran.
///
/// ```swift
/// let etl = OrchestratedETL(watcher: watcher, config: config)
/// let output = try await etl.executeETL { context in
///     ETLResults(completedSuccessfully: true, inserts: 100)
/// }
/// ```
///
/// Each execution declares the pipeline first, so that it reads from where the one before it got to.
public struct OrchestratedETL: Sendable {
    /// The pipeline.
    public let config: PipelineConfig
    /// What runs the process, as it is reported.
    public var context: OrchestrationContext? { self.watcher.process.orchestration }

    private let watcher: Watcher

    /// Makes an orchestrated pipeline.
    ///
    /// - Parameters:
    ///   - watcher: the client.
    ///   - config: the pipeline.
    ///   - context: what runs the process; what the environment says, when not given.
    public init(watcher: Watcher, config: PipelineConfig, context: OrchestrationContext? = nil) {
        var watcher = watcher
        if let context { watcher.process.orchestration = context }
        self.watcher = watcher
        self.config = config
    }

    /// Declares the pipeline and runs a piece of work as an execution of it.
    ///
    /// The context goes into the metadata of the execution under ``OrchestrationContext/metadataKey``, unless the work has
    /// put something there itself.
    ///
    /// - Parameters:
    ///   - parentExecutionID: the execution that this one is a part of; without one, the enclosing tracked execution, or
    ///     else that of `WATCHER_PARENT_EXECUTION_ID`.
    ///   - operation: the work.
    /// - Returns: what the work returned and the id of its execution; `nil` when the pipeline is inactive.
    /// - Throws: as ``Watcher/Watcher/syncPipelineConfig(_:)`` and `trackPipelineExecution` do.
    public nonisolated(nonsending) func executeETL<Results: ETLResultsProtocol>(
        parentExecutionID: Int64? = nil,
        _ operation: nonisolated(nonsending) (WatcherExecutionContext) async throws -> Results
    ) async throws -> ExecutionResult<Results>? {
        let synced = try await self.watcher.syncPipelineConfig(self.config)
        return try await self.watcher.trackPipelineExecution(synced, parentExecutionID: parentExecutionID, operation)
    }

    /// Declares the pipeline and begins an execution to which others, in processes of their own, are to belong.
    ///
    /// It runs until ``endParentExecution(_:_:)``. Hand its id on as `parentExecutionID`, or to other processes in the
    /// environment variable `WATCHER_PARENT_EXECUTION_ID`.
    ///
    /// - Parameter parentExecutionID: the execution that this one is a part of; without one, that of
    ///   `WATCHER_PARENT_EXECUTION_ID`, if any.
    /// - Returns: the id of the execution; `nil` when the pipeline is inactive, and then the log warns.
    /// - Throws: as ``Watcher/Watcher/syncPipelineConfig(_:)`` and `startPipelineExecution` do.
    public nonisolated(nonsending) func startParentExecution(parentExecutionID: Int64? = nil) async throws -> Int64? {
        let synced = try await self.watcher.syncPipelineConfig(self.config)
        guard synced.pipeline.active else { return nil }
        return try await self.watcher.startPipelineExecution(
            pipelineID: synced.pipeline.id,
            parentExecutionID: parentExecutionID ?? self.watcher.process.parentExecutionID,
            watermark: synced.watermark,
            nextWatermark: synced.nextWatermark
        )
    }

    /// Ends an execution that ``startParentExecution(parentExecutionID:)`` began.
    ///
    /// - Parameters:
    ///   - executionID: the execution.
    ///   - results: how it went, all its children included; the context is added to its metadata.
    /// - Throws: as `endPipelineExecution` does.
    public nonisolated(nonsending) func endParentExecution(
        _ executionID: Int64,
        _ results: some ETLResultsProtocol
    ) async throws {
        try await self.watcher.endPipelineExecution(
            executionID: executionID,
            ETLResults(results).adding(self.watcher.process.reported)
        )
    }
}
