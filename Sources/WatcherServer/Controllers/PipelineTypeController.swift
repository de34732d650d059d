// SPDX-License-Identifier: Apache-2.0
import Hummingbird
import WatcherCore
import WatcherServices
import WatcherWire

/// The routes of pipeline types.
struct PipelineTypeController {
    let pipelineTypes: PipelineTypeService

    func add(to routes: Routes) {
        routes.on(Endpoints.syncPipelineType, PipelineTypeRequest.self, self.sync)
        routes.on(Endpoints.pipelineTypes, self.list)
        routes.onID(Endpoints.pipelineType, self.read)
        routes.on(Endpoints.patchPipelineType, PipelineTypePatchRequest.self, self.patch)
    }

    private func sync(_ message: PipelineTypeRequest, _ key: IdempotencyKey?) async throws -> Response {
        let update = PipelineTypeUpdate(
            freshness: ThresholdUpdate(message.freshness, mute: message.muteFreshnessCheck),
            timeliness: ThresholdUpdate(message.timeliness, mute: message.muteTimelinessCheck)
        )
        return Response(try await self.pipelineTypes.sync(name: message.name, update, .id(key)))
    }

    private func list(_ request: Request, _ context: WatcherRequestContext) async throws -> Response {
        Response(.ok, list: try await self.pipelineTypes.all().map(PipelineTypeResponse.init))
    }

    private func read(_ id: Int64, _ request: Request) async throws -> Response {
        Response(.ok, PipelineTypeResponse(try await self.pipelineTypes.find(id: id)))
    }

    private func patch(_ message: PipelineTypePatchRequest, _ key: IdempotencyKey?) async throws -> Response {
        let update = PipelineTypeUpdate(
            name: message.name.update,
            freshness: ThresholdUpdate(message.freshness, mute: message.muteFreshnessCheck),
            timeliness: ThresholdUpdate(message.timeliness, mute: message.muteTimelinessCheck)
        )
        return Response(.ok, PipelineTypeResponse(try await self.pipelineTypes.patch(RowName(message.target), update)))
    }
}

extension Reply<SyncedRow> {
    /// Answers the id: 201 when the row is new, else 200.
    static func id(_ key: IdempotencyKey?) -> Self {
        Self(key: key) { row in Answer(row.isNew ? .created : .ok, IDResponse(id: row.id)) }
    }
}
