// SPDX-License-Identifier: Apache-2.0

/// A figure of an execution that anomaly detection can judge.
public typealias AnomalyMetric = WireAnomalyMetric

extension Watcher {
    /// Asks for a check of how fresh the data of all pipelines is.
    ///
    /// The server makes it soon after it has answered, and tells what it finds as alerts.
    ///
    /// - Throws: ``WatcherError`` when the server cannot be reached or refuses.
    public nonisolated(nonsending) func triggerFreshnessCheck() async throws {
        try await self.delivery.send(Endpoints.checkFreshness, FreshnessRequest())
    }

    /// Asks for a check of executions that take too long.
    ///
    /// The server makes it soon after it has answered, and tells what it finds as alerts. Executions that still run are
    /// checked whenever they began.
    ///
    /// - Parameter lookbackMinutes: how far back the check looks at what has completed, at least 5 minutes.
    /// - Throws: ``WatcherError``, with the code ``WatcherError/Code/validation`` before anything is sent.
    public nonisolated(nonsending) func triggerTimelinessCheck(lookbackMinutes: Int = 60) async throws {
        let request = TimelinessRequest(lookbackMinutes: Int64(lookbackMinutes))
        try await self.delivery.send(Endpoints.checkTimeliness, request.validated())
    }

    /// Has the server count its jobs that are not done; 50 or more of them raise an alert.
    ///
    /// - Returns: the counts.
    /// - Throws: ``WatcherError`` when the server cannot be reached or refuses, with the code ``WatcherError/Code/disabled``
    ///   from a client that is disabled.
    public nonisolated(nonsending) func triggerQueueCheck() async throws -> QueueMonitorResponse {
        try await self.delivery.post(Endpoints.monitorQueue, EmptyRequest())
    }

    /// Takes flags of an anomaly off an execution, which then counts as a usual one for those that follow.
    ///
    /// - Parameters:
    ///   - pipelineID: the pipeline.
    ///   - executionID: its execution.
    ///   - metrics: what was flagged wrongly, at least one.
    /// - Throws: ``WatcherError``, with the code ``WatcherError/Code/validation`` before anything is sent, and the status
    ///   404 when one of the metrics is not flagged.
    public nonisolated(nonsending) func unflagAnomaly(
        pipelineID: Int64,
        executionID: Int64,
        metrics: [AnomalyMetric]
    ) async throws {
        let request = UnflagAnomalyRequest(
            pipelineID: pipelineID,
            pipelineExecutionID: executionID,
            metricField: metrics
        )
        try await self.delivery.send(Endpoints.unflagAnomaly, request.validated())
    }
}
