// SPDX-License-Identifier: Apache-2.0
import Hummingbird
import WatcherPages
import WatcherServices
import WatcherWire

/// The routes of the lineage graph.
struct LineageGraphController {
    let lineage: LineageService

    func add(to routes: Routes) {
        routes.on(Endpoints.lineageGraph, page: self.page, else: self.graph)
        routes.on(Endpoints.lineageGraphAddresses, self.addresses)
        routes.on(Endpoints.refreshLineageGraph, EmptyRequest.self) { _, key in
            let answer = RefreshResponse(message: "The lineage graph is always fresh: there was nothing to do")
            return Response(try await self.lineage.refresh(Reply(key: key) { Answer(.ok, answer) }))
        }
    }

    private func graph(_ request: Request, _ context: WatcherRequestContext) async throws -> Response {
        var fields = RequestFields(query: request)
        let address = fields.integer("source_address_id")
        let depth = fields.integerField("depth", atLeast: 1).value
        try fields.throwIssues()
        return Response(.ok, LineageGraphResponse(try await self.lineage.graph(around: address, depth: depth)))
    }

    private func page(_ request: Request) async throws -> Page {
        var fields = RequestFields(query: request, isForm: true)
        let address = fields.integerField("source_address_id").value
        let depth = fields.integerField("depth", atLeast: 1).value
        let name = fields.nameFilter("name")
        try fields.throwIssues()
        guard let address else {
            return LineageChoicePage(try await self.lineage.addresses(), containing: name).page(on: .watcher)
        }
        let graph = try await self.lineage.graph(around: address, depth: depth)
        let content = LineagePage(
            around: address,
            depth: depth,
            addresses: graph.addresses,
            edges: graph.edges,
            pipelines: graph.pipelines
        )
        return content.page(on: .watcher)
    }

    private func addresses(_ request: Request, _ context: WatcherRequestContext) async throws -> Response {
        let addresses = try await self.lineage.addresses()
        return Response(.ok, list: addresses.map { LineageAddressResponse(id: $0.id, name: $0.name) })
    }
}
