// SPDX-License-Identifier: Apache-2.0
import Hummingbird
import WatcherCore
import WatcherServices
import WatcherWire

/// The routes of pipelines.
struct PipelineController {
    let pipelines: PipelineService

    func add(to routes: Routes) {
        routes.on(Endpoints.syncPipeline, PipelineRequest.self, self.sync)
        routes.on(Endpoints.pipelines, self.list)
        routes.onID(Endpoints.pipeline, self.read)
        routes.on(Endpoints.patchPipeline, PipelinePatchRequest.self, self.patch)
    }

    private func sync(_ message: PipelineRequest, _ key: IdempotencyKey?) async throws -> Response {
        let reply = Reply<PipelineService.Synced>(key: key) { synced in
            Answer(synced.isNew ? .created : .ok, PipelineSyncResponse(synced.pipeline))
        }
        return Response(try await self.pipelines.sync(PipelineSync(message), reply))
    }

    private func list(_ request: Request, _ context: WatcherRequestContext) async throws -> Response {
        Response(.ok, list: try await self.pipelines.all().map(PipelineResponse.init))
    }

    private func read(_ id: Int64, _ request: Request) async throws -> Response {
        Response(.ok, PipelineResponse(try await self.pipelines.find(id: id)))
    }

    private func patch(_ message: PipelinePatchRequest, _ key: IdempotencyKey?) async throws -> Response {
        let pipeline = try await self.pipelines.patch(
            RowName(message.target),
            PipelinePatch(message),
            typeName: message.pipelineTypeName.value
        )
        return Response(.ok, PipelineResponse(pipeline))
    }
}
