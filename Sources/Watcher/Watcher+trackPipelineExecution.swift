// SPDX-License-Identifier: Apache-2.0

import Logging

extension Watcher {
    /// Runs a piece of work as an execution of a pipeline, and tells the server how it went.
    ///
    /// When this returns or throws, the end of the execution has been reported, whatever happened in between:
    ///
    /// 1. When `active` is false, a warning is logged and `nil` comes back; nothing runs, nothing is sent.
    /// 2. The start is reported. When that is not possible, the error is thrown and nothing runs.
    /// 3. `operation` runs in the caller's isolation, with ``WatcherExecutionContext/current`` set. Meanwhile heartbeats are
    ///    sent as ``Configuration/heartbeats`` says, also while the work blocks all threads of Swift's cooperative pool; when
    ///    they fail, the work goes on.
    /// 4. Its results are reported. When it throws instead, also because the task was cancelled, a failure is reported
    ///    with the metadata `error_type` and `error`, and the same error is thrown on. Cancellation does not stop the
    ///    report.
    ///
    /// A client that is disabled only runs the work, in a context with the execution id 0, and logs a warning.
    ///
    /// - Parameters:
    ///   - pipelineID: the pipeline that runs.
    ///   - active: whether it shall run.
    ///   - parentExecutionID: the execution that this one is a part of; without one, the enclosing tracked execution of
    ///     this task, or else that of `WATCHER_PARENT_EXECUTION_ID`.
    ///   - watermark: from where the work reads.
    ///   - nextWatermark: how far the work reads: where the pipeline stands after a success.
    ///   - inheritsParent: whether the enclosing tracked execution, or else that of `WATCHER_PARENT_EXECUTION_ID`, becomes
    ///     the parent when `parentExecutionID` is nil.
    ///   - operation: the work.
    /// - Returns: what the work returned and the id of its execution; `nil` when `active` is false.
    /// - Throws: whatever `operation` throws, unchanged; ``WatcherError`` when the start is refused or cannot be sent;
    ///   ``UndeliveredExecutionError`` with the results when the work is done and its end cannot be reported, or when a
    ///   counter is negative, which is recorded as a failure; `CancellationError` when the task is cancelled before the work begins.
    public nonisolated(nonsending) func trackPipelineExecution<Results: ETLResultsProtocol>(
        pipelineID: Int64,
        active: Bool,
        parentExecutionID: Int64? = nil,
        watermark: Watermark? = nil,
        nextWatermark: Watermark? = nil,
        inheritsParent: Bool = true,
        _ operation: nonisolated(nonsending) (WatcherExecutionContext) async throws -> Results
    ) async throws -> ExecutionResult<Results>? {
        guard active else {
            self.logger.warning(
                "The pipeline is not active: its execution is skipped",
                metadata: [LogKey.pipelineID: "\(pipelineID)"]
            )
            return nil
        }
        guard self.configuration.isEnabled else {
            self.logger.warning(
                "Watcher is disabled: an execution runs untracked",
                metadata: [LogKey.pipelineID: "\(pipelineID)"]
            )
            let context = WatcherExecutionContext(
                executionID: WatcherExecutionContext.untrackedExecutionID,
                pipelineID: pipelineID,
                watermark: watermark,
                nextWatermark: nextWatermark,
                server: self.server
            )
            let results = try await WatcherExecutionContext.$current.withValue(context) { try await operation(context) }
            return ExecutionResult(executionID: context.executionID, results: results)
        }
        let enclosing =
            inheritsParent
            ? WatcherExecutionContext.enclosingExecutionID(on: self.server) ?? self.process.parentExecutionID : nil
        let execution = try await self.start(
            pipelineID: pipelineID,
            parentID: parentExecutionID ?? enclosing,
            watermark: watermark,
            nextWatermark: nextWatermark
        )
        // Up to the end of the report, which may be sent again for longer than a lease lasts.
        let heartbeat = self.heartbeats.begin(execution.context)
        defer { self.heartbeats.end(heartbeat) }
        let results: Results
        do {
            results = try await WatcherExecutionContext.$current.withValue(execution.context) {
                try await operation(execution.context)
            }
        } catch {
            await self.reportFailure(of: execution, error, endedAt: self.surroundings.instant())
            throw error
        }
        let ended = self.surroundings.instant()
        let standardResults = ETLResults(results)
        do throws(WatcherError) {
            if let fault = standardResults.fault { throw fault }
            try await self.report(standardResults, of: execution, endedAt: ended)
        } catch {
            // Refused for what they say, such as metadata beyond the server's limit: a failure that says so is accepted,
            // and better than an execution that seems to run for ever.
            if error.code == .validation || error.isRefusalOfContent {
                await self.reportFailure(of: execution, error, endedAt: ended)
            }
            throw UndeliveredExecutionError(
                executionID: execution.context.executionID,
                results: results,
                cause: error
            )
        }
        return ExecutionResult(executionID: execution.context.executionID, results: results)
    }

    /// Runs a piece of work that needs no context as an execution of a pipeline, and tells the server how it went.
    ///
    /// Everything else is as with the form that lends a context.
    ///
    /// - Parameters:
    ///   - pipelineID: the pipeline that runs.
    ///   - active: whether it shall run.
    ///   - parentExecutionID: the execution that this one is a part of; without one, the enclosing tracked execution of
    ///     this task, or else that of `WATCHER_PARENT_EXECUTION_ID`.
    ///   - watermark: from where the work reads.
    ///   - nextWatermark: how far the work reads: where the pipeline stands after a success.
    ///   - inheritsParent: whether the enclosing tracked execution, or else that of `WATCHER_PARENT_EXECUTION_ID`, becomes
    ///     the parent when `parentExecutionID` is nil.
    ///   - operation: the work.
    /// - Returns: what the work returned and the id of its execution; `nil` when `active` is false.
    /// - Throws: as the form that lends a context.
    public nonisolated(nonsending) func trackPipelineExecution<Results: ETLResultsProtocol>(
        pipelineID: Int64,
        active: Bool,
        parentExecutionID: Int64? = nil,
        watermark: Watermark? = nil,
        nextWatermark: Watermark? = nil,
        inheritsParent: Bool = true,
        _ operation: nonisolated(nonsending) () async throws -> Results
    ) async throws -> ExecutionResult<Results>? {
        try await self.trackPipelineExecution(
            pipelineID: pipelineID,
            active: active,
            parentExecutionID: parentExecutionID,
            watermark: watermark,
            nextWatermark: nextWatermark,
            inheritsParent: inheritsParent
        ) { _ in
            try await operation()
        }
    }
}

// MARK: - From a synced configuration

extension Watcher {
    /// Runs a piece of work as an execution of a synced pipeline, with its watermarks, and tells the server how it went.
    ///
    /// - Parameters:
    ///   - config: what ``syncPipelineConfig(_:)`` returned.
    ///   - parentExecutionID: the execution that this one is a part of; without one, the enclosing tracked execution of
    ///     this task, or else that of `WATCHER_PARENT_EXECUTION_ID`.
    ///   - inheritsParent: whether the enclosing tracked execution, or else that of `WATCHER_PARENT_EXECUTION_ID`, becomes
    ///     the parent when `parentExecutionID` is nil.
    ///   - operation: the work.
    /// - Returns: what the work returned and the id of its execution; `nil` when the pipeline is inactive.
    /// - Throws: as the form that takes the pipeline's id.
    public nonisolated(nonsending) func trackPipelineExecution<Results: ETLResultsProtocol>(
        _ config: SyncedPipelineConfig,
        parentExecutionID: Int64? = nil,
        inheritsParent: Bool = true,
        _ operation: nonisolated(nonsending) (WatcherExecutionContext) async throws -> Results
    ) async throws -> ExecutionResult<Results>? {
        try await self.trackPipelineExecution(
            pipelineID: config.pipeline.id,
            active: config.pipeline.active,
            parentExecutionID: parentExecutionID,
            watermark: config.watermark,
            nextWatermark: config.nextWatermark,
            inheritsParent: inheritsParent,
            operation
        )
    }

    /// Runs a piece of work that needs no context as an execution of a synced pipeline, and tells the server how it went.
    ///
    /// - Parameters:
    ///   - config: what ``syncPipelineConfig(_:)`` returned.
    ///   - parentExecutionID: the execution that this one is a part of; without one, the enclosing tracked execution of
    ///     this task, or else that of `WATCHER_PARENT_EXECUTION_ID`.
    ///   - inheritsParent: whether the enclosing tracked execution, or else that of `WATCHER_PARENT_EXECUTION_ID`, becomes
    ///     the parent when `parentExecutionID` is nil.
    ///   - operation: the work.
    /// - Returns: what the work returned and the id of its execution; `nil` when the pipeline is inactive.
    /// - Throws: as the form that takes the pipeline's id.
    public nonisolated(nonsending) func trackPipelineExecution<Results: ETLResultsProtocol>(
        _ config: SyncedPipelineConfig,
        parentExecutionID: Int64? = nil,
        inheritsParent: Bool = true,
        _ operation: nonisolated(nonsending) () async throws -> Results
    ) async throws -> ExecutionResult<Results>? {
        try await self.trackPipelineExecution(
            config,
            parentExecutionID: parentExecutionID,
            inheritsParent: inheritsParent
        ) { _ in
            try await operation()
        }
    }
}
