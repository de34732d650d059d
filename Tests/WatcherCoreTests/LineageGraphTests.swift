// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherCore

struct LineageGraphTests {
    @Test("every graph of three addresses with edges to themselves, and of four without, is found whole")
    func allSmallGraphs() {
        for (count, loops) in [(3, true), (4, false)] {
            let pairs = (0..<count).flatMap { source in (0..<count).map { (source, $0) } }
                .filter { loops || $0 != $1 }
            for subset in 0..<(1 << pairs.count) {
                let edges = pairs.indices.filter { subset & (1 << $0) != 0 }.map { pairs[$0] }
                    .map { LineageEdge(source: Int64($0) + 5, target: Int64($1) + 5, pipelineID: 1) }
                Self.check(LineageGraph(around: 6, in: edges), around: 6, edges)
            }
        }
    }

    @Test("large random graphs with cycles, edges of several pipelines and edges given twice are found whole")
    func randomGraphs() {
        var state: UInt64 = 7
        func below(_ bound: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % bound
        }
        // From hardly any paths to one knot of all addresses.
        for edgeCount in [50, 150, 250, 600] {
            var edges = (0..<edgeCount).map { _ in
                LineageEdge(source: Int64(below(200)), target: Int64(below(200)), pipelineID: Int64(below(3)))
            }
            edges += edges.prefix(20)
            for address in [Int64(below(200)), edges[0].source, 1000] {
                Self.check(LineageGraph(around: address, in: edges), around: address, edges)
                let near = LineageGraph(around: address, in: edges, depth: 2)
                #expect(near.edges == LineageGraph(around: address, in: edges).edges.filter { $0.depth <= 2 })
            }
        }
    }

    @Test("a chain of 10,000 addresses is found from its middle, its paths cut to what is near the edge")
    func longChain() throws {
        let edges = (0..<10_000).map { LineageEdge(source: $0, target: $0 + 1, pipelineID: 1) }
        let graph = LineageGraph(around: 5_000, in: edges.reversed())
        #expect(graph.addressIDs == Array(0...10_000))
        #expect(graph.edges.count == 10_000)
        #expect(graph.edges.first?.path == [4_999, 5_000])
        let ends = graph.edges.suffix(2)
        #expect(ends.map(\.depth) == [5_000, 5_000])
        #expect(ends.map(\.path) == [Array(0..<16), Array(9_985...10_000)])
    }

    /// Checks a graph against distances that are found by trying every address in between.
    private static func check(_ graph: LineageGraph, around address: Int64, _ given: [LineageEdge]) {
        let ids = Set(given.flatMap { [$0.source, $0.target] } + [address]).sorted()
        let numbers = Dictionary(uniqueKeysWithValues: zip(ids, ids.indices))
        let far = 1_000_000
        var distance = ids.map { id in ids.map { $0 == id ? 0 : far } }
        let pairs = Set(given.map { [numbers[$0.source] ?? 0, numbers[$0.target] ?? 0] })
        for pair in pairs where pair[0] != pair[1] { distance[pair[0]][pair[1]] = 1 }
        for middle in ids.indices {
            for from in ids.indices where distance[from][middle] < far {
                for to in ids.indices {
                    distance[from][to] = min(distance[from][to], distance[from][middle] + distance[middle][to])
                }
            }
        }
        let here = numbers[address] ?? 0
        var expected: [LineageEdge: Int] = [:]
        for edge in given {
            let (source, target) = (numbers[edge.source] ?? 0, numbers[edge.target] ?? 0)
            let depth = min(distance[here][source], distance[target][here]) + 1
            if depth < far { expected[edge] = depth }
        }
        let order = expected.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
        guard graph.edges.map(\.edge) == order.map(\.key), graph.edges.map(\.depth) == order.map({ Int64($0.value) })
        else {
            Issue.record("around \(address) of \(given): \(graph.edges), not \(order)")
            return
        }
        let touched = Set(order.flatMap { [$0.key.source, $0.key.target] } + [address])
        guard graph.addressIDs == touched.sorted() else {
            Issue.record("around \(address) of \(given): \(graph.addressIDs), not \(touched)")
            return
        }
        let given = Set(given.map { [$0.source, $0.target] })
        for edge in graph.edges where !Self.isWay(edge, through: address, given) {
            Issue.record("around \(address) of \(given): \(edge.path) is no way over \(edge.edge)")
        }
    }

    private static func isWay(_ edge: LineageGraph.Edge, through address: Int64, _ given: Set<[Int64]>) -> Bool {
        let path = edge.path
        let ends = [edge.edge.source, edge.edge.target]
        let isWhole = path.count == edge.depth + 1
        let isDownstream = (!isWhole || path.first == address) && Array(path.suffix(2)) == ends
        let isUpstream = (!isWhole || path.last == address) && Array(path.prefix(2)) == ends
        return (isDownstream || isUpstream) && (isWhole || path.count == LineageGraph.longestPath)
            && zip(path, path.dropFirst()).allSatisfy { given.contains([$0, $1]) }
    }
}
