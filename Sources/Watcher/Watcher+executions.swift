// SPDX-License-Identifier: Apache-2.0

extension Watcher {
    /// Reads one execution.
    ///
    /// - Parameters:
    ///   - id: the execution.
    ///   - depth: how many levels of children to read; without one, the direct children.
    /// - Returns: the execution with its children.
    /// - Throws: ``WatcherError``, with the status 404 when there is no such execution.
    public nonisolated(nonsending) func execution(id: Int64, depth: Int? = nil) async throws -> ExecutionResponse {
        try await self.delivery.get(Endpoints.execution.path(id: id), query: [("depth", depth.map(String.init))])
    }

    /// Reads a page of executions, newest first.
    ///
    /// - Parameters:
    ///   - pipelineID: only those of this pipeline.
    ///   - pipelineName: only those of the pipeline of this name.
    ///   - status: only those that stand here.
    ///   - parentID: only the children of this execution.
    ///   - since: only those that began at this moment or later.
    ///   - until: only those that began before this moment.
    ///   - limit: how many at most, from 1 to 1000; 100 when not given.
    ///   - cursor: ``ExecutionPage/nextCursor`` of the page before.
    /// - Returns: the executions, without their children, and the cursor of the next page.
    /// - Throws: ``WatcherError`` when the server cannot be reached or refuses the question, with the code
    ///   ``WatcherError/Code/validation`` when the limit is out of bounds.
    public nonisolated(nonsending) func executions(
        pipelineID: Int64? = nil,
        pipelineName: String? = nil,
        status: WireExecutionStatus? = nil,
        parentID: Int64? = nil,
        since: WireTimestamp? = nil,
        until: WireTimestamp? = nil,
        limit: Int? = nil,
        cursor: String? = nil
    ) async throws -> ExecutionPage {
        if let limit, !(1...1000).contains(limit) {
            throw WatcherError(.validation, "The limit is \(limit), but must be from 1 to 1000.")
        }
        return try await self.delivery.get(
            Endpoints.executions.path,
            query: [
                ("pipeline_id", pipelineID.map(String.init)),
                ("pipeline_name", pipelineName),
                ("status", status?.rawValue),
                ("parent_id", parentID.map(String.init)),
                ("since", since?.text),
                ("until", until?.text),
                ("limit", limit.map(String.init)),
                ("cursor", cursor),
            ]
        )
    }
}
