// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherCore
import WatcherDatabase
import WatcherDatabaseTesting
import WatcherStore

struct LineageGraphStoreTests {
    private static let now = Timestamp(microseconds: 1_700_000_000_000_000)

    @Test(
        "level by level or all at once, the edges around an address are all read",
        arguments: TestDatabase.Kind.allCases
    )
    func readsAllEdges(kind: TestDatabase.Kind) async throws {
        try await TestDatabase.with(kind) { database in
            // A level of more addresses than one statement names, a knot behind it, and something that hangs together
            // with neither.
            let count: Int64 = 1_300
            var edges = (2...1_201).map { LineageEdge(source: 1, target: $0, pipelineID: 1) }
            edges += (1_202...1_210).flatMap { knot in
                [
                    LineageEdge(source: knot - 7, target: knot, pipelineID: 2),
                    LineageEdge(source: knot, target: knot - 3, pipelineID: 2),
                    LineageEdge(source: knot, target: knot, pipelineID: 1),
                ]
            }
            edges += (1_250..<count).map { LineageEdge(source: $0, target: $0 + 1, pipelineID: 3) }
            let written = edges
            try await database.write { try Self.fill($0, addresses: count, written) }
            let never = LineageGraphStore.Shortcut(after: .max, upTo: edges.count)
            let always = LineageGraphStore.Shortcut(after: 0, upTo: edges.count)
            let tooMany = LineageGraphStore.Shortcut(after: 1_000, upTo: edges.count - 1)
            for address in [1, 1_201, 1_205, 1_240, 1_260] as [Int64] {
                for depth in [nil, 1, 3] as [Int64?] {
                    let expected = LineageGraph(around: address, in: edges, depth: depth)
                    for shortcut in [never, always, tooMany] {
                        let (read, names) = try await database.read { transaction in
                            let store = LineageGraphStore(transaction, shortcut: shortcut)
                            let edges = try store.edges(around: address, depth: depth)
                            let ids = LineageGraph(around: address, in: edges, depth: depth).addressIDs
                            return (edges, try store.addresses(ids).map(\.name))
                        }
                        #expect(LineageGraph(around: address, in: read, depth: depth) == expected)
                        #expect(names == expected.addressIDs.map { "a\($0)" })
                    }
                }
            }
            let touched = try await database.read { try LineageGraphStore($0).touchedAddresses().map(\.id) }
            #expect(touched == Array(1...1_210) + Array(1_250...1_300))
        }
    }

    /// Writes addresses with ids from 1 on, and the edges of three pipelines.
    private static func fill(_ transaction: Transaction, addresses: Int64, _ edges: [LineageEdge]) throws {
        let none = Threshold()
        let types = PipelineTypeStore(transaction)
        let typeID = try #require(try types.insert(name: "t", freshness: none, timeliness: none, now: Self.now))
        for name in ["p", "q", "r"] {
            _ = try PipelineStore(transaction).insert(name: name, pipelineTypeID: typeID, now: Self.now)
        }
        let store = AddressStore(transaction)
        let type = try #require(try store.insertType(name: "t", groupName: "g", now: Self.now))
        for id in 1...addresses {
            #expect(try store.insert(name: "a\(id)", addressTypeID: type, parts: AddressParts(), now: Self.now) == id)
        }
        for edge in edges {
            try transaction.runLater(
                """
                INSERT INTO address_lineage (pipeline_id, source_address_id, target_address_id)
                VALUES (\(edge.pipelineID), \(edge.source), \(edge.target))
                """
            )
        }
    }
}
