// SPDX-License-Identifier: Apache-2.0
import Hummingbird
import WatcherServices
import WatcherWire

/// The routes of the lineage graph.
struct LineageGraphController {
    let lineage: LineageService

    func add(to routes: Routes) {
        routes.on(Endpoints.lineageGraph, self.graph)
        routes.on(Endpoints.lineageGraphAddresses, self.addresses)
        routes.on(Endpoints.refreshLineageGraph) { _, _ in
            Response(.ok, RefreshResponse(message: "The lineage graph is always fresh: there was nothing to do"))
        }
    }

    private func graph(_ request: Request, _ context: WatcherRequestContext) async throws -> Response {
        var fields = RequestFields(query: request)
        let address = fields.integer("source_address_id")
        let depth = fields.integerField("depth", atLeast: 1).value
        try fields.throwIssues()
        return Response(.ok, LineageGraphResponse(try await self.lineage.graph(around: address, depth: depth)))
    }

    private func addresses(_ request: Request, _ context: WatcherRequestContext) async throws -> Response {
        let addresses = try await self.lineage.addresses()
        return Response(.ok, list: addresses.map { LineageAddressResponse(id: $0.id, name: $0.name) })
    }
}
