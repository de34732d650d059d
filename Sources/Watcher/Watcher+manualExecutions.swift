// SPDX-License-Identifier: Apache-2.0

extension Watcher {
    /// Tells the server that an execution begins, for work that no closure can hold; its end is yours to report.
    ///
    /// Where a closure can hold the work, take `trackPipelineExecution`: it reports the end whatever happens. An execution
    /// that is begun here sends no heartbeats, does not become ``WatcherExecutionContext/current``, and takes no parent
    /// from an enclosing one or the environment.
    ///
    /// It is sent again as every request is, under a key that makes the server begin one execution. When the task is
    /// cancelled, an attempt under way goes on, so that its id is not lost.
    ///
    /// - Parameters:
    ///   - pipelineID: the pipeline that runs; whether it is active is for the caller to look at.
    ///   - parentExecutionID: the execution that this one is a part of.
    ///   - watermark: from where the work reads, at most 4,096 characters.
    ///   - nextWatermark: how far the work reads, at most 4,096 characters: where the pipeline stands after a success.
    ///   - startDate: when it began; now, when not given.
    /// - Returns: the id of the execution; 0 from a client that is disabled.
    /// - Throws: ``WatcherError``, with the code ``WatcherError/Code/validation`` before anything is sent, and the status
    ///   404 when there is no such pipeline or parent; `CancellationError` when the task is cancelled before.
    public nonisolated(nonsending) func startPipelineExecution(
        pipelineID: Int64,
        parentExecutionID: Int64? = nil,
        watermark: Watermark? = nil,
        nextWatermark: Watermark? = nil,
        startDate: WireTimestamp? = nil
    ) async throws -> Int64 {
        try Task.checkCancellation()
        guard self.configuration.isEnabled else { return WatcherExecutionContext.untrackedExecutionID }
        let request = StartExecutionRequest(
            pipelineID: pipelineID,
            startDate: startDate ?? self.surroundings.now(),
            watermark: watermark,
            nextWatermark: nextWatermark,
            parentID: parentExecutionID
        )
        let answer: IDResponse = try await self.delivery.post(
            Endpoints.startExecution,
            request.validated(),
            shieldingAttempts: true
        )
        return answer.id
    }

    /// Tells the server how an execution ended that ``startPipelineExecution(pipelineID:parentExecutionID:watermark:nextWatermark:startDate:)``
    /// began.
    ///
    /// The same end may be reported again; a different one is refused with the code `already_ended`. Cancellation does
    /// not stop the report.
    ///
    /// - Parameters:
    ///   - executionID: the execution.
    ///   - results: how it went; counters are at least 0.
    ///   - endDate: when it ended, not before it began; now, when not given.
    /// - Throws: ``WatcherError``, with the code ``WatcherError/Code/validation`` before anything is sent, and the status
    ///   404 when there is no such execution, 400 when it would end before it began, 409 when it has ended otherwise.
    public nonisolated(nonsending) func endPipelineExecution(
        executionID: Int64,
        _ results: some ETLResultsProtocol,
        endDate: WireTimestamp? = nil
    ) async throws {
        let request = EndExecutionRequest(
            id: executionID,
            endDate: endDate ?? self.surroundings.now(),
            self.bounded(ETLResults(results), executionID)
        )
        try await self.deliver(request.validated())
    }
}
