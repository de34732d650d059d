// SPDX-License-Identifier: Apache-2.0

import Logging

extension Watcher {
    /// Tells the server that an execution begins.
    ///
    /// Cancellation does not reach an attempt under way, and an execution that has begun nevertheless is ended as failed.
    /// Only a start whose answer got lost, and which is not sent again because of the cancellation, may be left running
    /// on the server.
    func start(
        pipelineID: Int64,
        parentID: Int64?,
        watermark: Watermark?,
        nextWatermark: Watermark?
    ) async throws -> TrackedExecution {
        try Task.checkCancellation()
        let startDate = self.surroundings.now()
        let startInstant = self.surroundings.instant()
        let answer: IDResponse = try await self.delivery.post(
            Endpoints.startExecution,
            StartExecutionRequest(
                pipelineID: pipelineID,
                startDate: startDate,
                watermark: watermark,
                nextWatermark: nextWatermark,
                parentID: parentID
            ),
            shieldingAttempts: true
        )
        let execution = TrackedExecution(
            context: WatcherExecutionContext(
                executionID: answer.id,
                pipelineID: pipelineID,
                watermark: watermark,
                nextWatermark: nextWatermark,
                server: self.server
            ),
            startDate: startDate,
            startInstant: startInstant
        )
        self.logger.debug("An execution has begun", metadata: execution.context.logMetadata)
        if Task.isCancelled {
            await self.reportFailure(of: execution, CancellationError(), endedAt: self.surroundings.instant())
            throw CancellationError()
        }
        return execution
    }

    /// Tells the server how an execution ended, also when the task is cancelled.
    func report(
        _ results: ETLResults,
        of execution: TrackedExecution,
        endedAt instant: ContinuousClock.Instant
    ) async throws(WatcherError) {
        let request = EndExecutionRequest(
            id: execution.context.executionID,
            endDate: execution.endDate(at: instant),
            self.bounded(results.adding(self.process.reported), execution.context.executionID)
        )
        do {
            try await self.deliver(request)
            self.logger.debug("The end of an execution was reported", metadata: execution.context.logMetadata)
        } catch {
            let reason = (error as? WatcherError)?.message ?? String(describing: error)
            let id = execution.context.executionID
            throw WatcherError(
                .delivery,
                "Execution \(id) is over, but its end could not be reported: \(reason)",
                status: (error as? WatcherError)?.status,
                serverCode: (error as? WatcherError)?.serverCode,
                cause: error
            )
        }
    }

    /// The results with metadata that a server takes; where something had to be cut, the log says so.
    func bounded(_ results: ETLResults, _ executionID: Int64) -> ETLResults {
        guard let cut = results.executionMetadata?.cut(toSize: self.configuration.reports.maximumMetadataSize) else {
            return results
        }
        self.logger.warning(
            "The metadata of an execution is too large, and was cut",
            metadata: [LogKey.executionID: "\(executionID)"]
        )
        var bounded = results
        bounded.executionMetadata = cut
        return bounded
    }

    /// Sends the end of an execution, also when the task is cancelled.
    func deliver(_ request: EndExecutionRequest) async throws {
        try await shieldedFromCancellation { try await self.delivery.send(Endpoints.endExecution, request) }
    }

    /// Tells the server that an execution failed; when that is not possible, the log says so, because the caller shall
    /// get `error` and no other.
    ///
    /// The work ended at `instant`: to describe the error and to mask it takes a while that is not the work's.
    func reportFailure(
        of execution: TrackedExecution,
        _ error: any Error,
        endedAt instant: ContinuousClock.Instant
    ) async {
        do {
            let results = ETLResults(failure: error, self.configuration.reports)
            try await self.report(results, of: execution, endedAt: instant)
        } catch let undelivered {
            self.logger.error(
                "A failed execution could not be reported",
                metadata: execution.context.logMetadata.merging([LogKey.error: "\(undelivered)"]) { $1 }
            )
        }
    }
}
