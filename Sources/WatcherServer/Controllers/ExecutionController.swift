// SPDX-License-Identifier: Apache-2.0
import Hummingbird
import WatcherCore
import WatcherServices
import WatcherWire

/// The routes of executions.
struct ExecutionController {
    /// How many executions a page holds, unless told otherwise, and at most.
    private static let pageSize: (standard: Int64, maximum: Int64) = (100, 1000)

    let executions: ExecutionService

    func add(to routes: Routes) {
        routes.on(Endpoints.startExecution, StartExecutionRequest.self, self.start)
        routes.on(Endpoints.endExecution, EndExecutionRequest.self, self.end)
        routes.on(Endpoints.executions, self.list)
        routes.onID(Endpoints.execution, self.read)
        routes.onID(Endpoints.heartbeat, HeartbeatRequest.self, self.heartbeat)
    }

    private func start(_ message: StartExecutionRequest, _ key: IdempotencyKey?) async throws -> Response {
        let reply = Reply<Int64>(key: key) { Answer(.created, IDResponse(id: $0)) }
        return Response(try await self.executions.start(ExecutionStart(message), reply))
    }

    private func end(_ message: EndExecutionRequest, _ key: IdempotencyKey?) async throws -> Response {
        let reply = Reply<Void>(key: key) { Answer(status: 204) }
        return Response(try await self.executions.end(id: message.id, with: ExecutionReport(message), reply))
    }

    private func heartbeat(_ id: Int64, _ message: HeartbeatRequest, _ key: IdempotencyKey?) async throws -> Response {
        let reply = Reply<Void>(key: key) { Answer(status: 204) }
        return Response(try await self.executions.heartbeat(id: id, Heartbeat(message), reply))
    }

    private func read(_ id: Int64, _ request: Request) async throws -> Response {
        var fields = RequestFields(query: request)
        let depths = ExecutionService.depths
        let depth = fields.integerField("depth", atLeast: depths.lowerBound, atMost: depths.upperBound).value
        try fields.throwIssues()
        return Response(.ok, ExecutionResponse(try await self.executions.tree(id: id, depth: depth ?? 1)))
    }

    private func list(_ request: Request, _ context: WatcherRequestContext) async throws -> Response {
        var fields = RequestFields(query: request)
        var filter = ExecutionFilter()
        filter.pipelineID = fields.integerField("pipeline_id").value
        let status: Field<WireExecutionStatus> = fields.enumField("status")
        filter.status = status.value.map(ExecutionStatus.init)
        filter.parentID = fields.integerField("parent_id").value
        filter.since = fields.timestampField("since").value.map(Timestamp.init)
        filter.until = fields.timestampField("until").value.map(Timestamp.init)
        let pipelineName = fields.stringField("pipeline_name", TextLimits.name).value
        let limit = fields.integerField("limit", atLeast: 1, atMost: Self.pageSize.maximum).value
        if let cursor = fields.stringField("cursor", TextLimits.name).value {
            filter.before = StartOrder(cursor: cursor)
            if filter.before == nil {
                fields.report(.valueError, "cursor", "Input should be the next_cursor of an earlier answer")
            }
        }
        try fields.throwIssues()
        let page = try await self.executions.list(
            filter,
            pipelineName: pipelineName,
            limit: limit ?? Self.pageSize.standard
        )
        return Response(.ok, ExecutionPage(page))
    }
}
