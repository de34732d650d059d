// SPDX-License-Identifier: Apache-2.0
package import WatcherCore
import WatcherDatabase
import WatcherStore

/// The use cases of lineage.
package struct LineageService: Sendable {
    private let ledger: Ledger

    /// Makes a service.
    package init(_ ledger: Ledger) {
        self.ledger = ledger
    }

    /// What a replacement of a pipeline's edges came to.
    package enum Outcome: Sendable, Equatable {
        /// The pipeline has this many edges now.
        case replaced(Int64)
        /// There is no such pipeline; nothing was done.
        case unknownPipeline
        /// The pipeline's lineage is not wanted; nothing was done.
        case notWanted
    }

    /// Replaces a pipeline's edges with those from each source to each target; the addresses are created when missing.
    ///
    /// - Parameters:
    ///   - pipelineID: the pipeline.
    ///   - sources: where its data comes from; an address that is named twice counts once, its last mention.
    ///   - targets: where its data goes.
    ///   - reply: how to answer.
    /// - Returns: the answer.
    /// - Throws: ``ServiceError``
    package func replace(
        pipelineID: Int64,
        sources: [AddressSync],
        targets: [AddressSync],
        _ reply: Reply<Outcome>
    ) async throws -> Answer {
        try await self.ledger.write(reply) { transaction, now in
            guard let pipeline = try PipelineStore(transaction).find(id: pipelineID, locked: true) else {
                return .unknownPipeline
            }
            guard pipeline.loadLineage else { return .notWanted }
            func ids(_ addresses: [AddressSync]) throws -> [Int64] {
                var seen: Set<Int64> = []
                return try addresses.map { try AddressService.sync($0, transaction, now).id }
                    .filter { seen.insert($0).inserted }
            }
            let edges = try LineageStore(transaction)
                .replaceEdges(pipelineID: pipelineID, sources: try ids(sources), targets: try ids(targets))
            return .replaced(edges)
        }
    }

    // MARK: Reading

    /// What lies upstream and downstream of an address, with what is to be said of it.
    package struct Graph: Sendable {
        /// The addresses, by id.
        package let addresses: [LineageAddress]
        /// The edges by depth, source, target and pipeline.
        package let edges: [LineageGraph.Edge]
        /// The pipelines of the edges, by id.
        package let pipelines: [LineagePipeline]
    }

    /// Does nothing, once for each idempotency key: what is read is always fresh.
    ///
    /// - Throws: ``ServiceError``
    package func refresh(_ reply: Reply<Void>) async throws -> Answer {
        reply.key == nil ? reply.answer(()) : try await self.ledger.write(reply) { _, _ in }
    }

    /// Reads every edge on any path through an address.
    ///
    /// - Parameters:
    ///   - address: the address.
    ///   - depth: how many edges to go at most, in each direction; `nil` for any number.
    /// - Returns: the graph; without lineage, the address alone.
    /// - Throws: ``ServiceError`` with `notFound`
    package func graph(around address: Int64, depth: Int64? = nil) async throws -> Graph {
        try await self.ledger.read { transaction in
            let store = LineageGraphStore(transaction)
            guard try store.hasAddress(address) else { throw AddressService.notFound("\(address)") }
            let graph = LineageGraph(
                around: address,
                in: try store.edges(around: address, depth: depth),
                depth: depth
            )
            return Graph(
                addresses: try store.addresses(graph.addressIDs),
                edges: graph.edges,
                pipelines: try store.pipelines(Array(Set(graph.edges.lazy.map(\.edge.pipelineID))))
            )
        }
    }

    /// Id and name of each address that lineage names, by id.
    package func addresses() async throws -> [(id: Int64, name: String)] {
        try await self.ledger.read { try LineageGraphStore($0).touchedAddresses() }
    }
}
