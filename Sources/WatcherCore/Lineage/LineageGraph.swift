// SPDX-License-Identifier: Apache-2.0

/// What lies upstream and downstream of one address: every edge on any path through it.
///
/// An edge is on such a path when its source can be reached from the address, or the address from its target. Both
/// searches go breadth first and visit no address twice, so cycles end and diamonds cost nothing.
package struct LineageGraph: Sendable, Equatable {
    /// How many addresses a path names at most, so that an answer stays proportional to its edges.
    package static let longestPath = 16

    /// An edge and how it hangs together with the address.
    package struct Edge: Sendable, Equatable {
        /// The edge.
        package let edge: LineageEdge
        /// How many edges the shortest path from the address over this edge, or over it to the address, has: 1 for an
        /// edge that touches the address.
        package let depth: Int64
        /// The addresses of such a path in the direction of the data: from the address to the edge's target, or from
        /// the edge's source to the address.
        ///
        /// Of a path with more than ``LineageGraph/longestPath`` addresses, those nearest to the edge.
        package let path: [Int64]
    }

    /// The address and all others that the edges touch, by id.
    package let addressIDs: [Int64]
    /// The edges by depth, source, target and pipeline.
    package let edges: [Edge]

    /// Finds the graph around an address.
    ///
    /// - Parameters:
    ///   - address: the address.
    ///   - edges: all edges there are, or at least those of the graph, in any order; one that is there twice counts once.
    ///   - limit: the largest depth of an edge; `nil` for any.
    package init(around address: Int64, in edges: [LineageEdge], depth limit: Int64? = nil) {
        let network = LineageNetwork(edges, and: address)
        let start = network.index(of: address)
        let downstream = network.downstream.search(from: start)
        let upstream = network.upstream.search(from: start)

        var found: [Edge] = []
        found.reserveCapacity(network.edges.count)
        var touched = [Bool](repeating: false, count: network.ids.count)
        touched[start] = true
        for (index, edge) in network.edges.enumerated() {
            let (source, target) = (network.sources[index], network.targets[index])
            let (down, up) = (downstream.distance[source], upstream.distance[target])
            guard down != LineageSearch.unreached || up != LineageSearch.unreached else { continue }
            let depth = Int64(min(down, up)) + 1
            guard depth <= limit ?? .max else { continue }
            touched[source] = true
            touched[target] = true
            let path =
                down <= up
                ? downstream.way(from: source, ending: target, in: network.ids, endsLast: true)
                : upstream.way(from: target, ending: source, in: network.ids, endsLast: false)
            found.append(Edge(edge: edge, depth: depth, path: path))
        }
        self.edges = Self.byDepth(found)
        self.addressIDs = network.ids.indices.filter { touched[$0] }.map { network.ids[$0] }
    }

    /// Orders by depth, and keeps the order of edges of the same depth.
    private static func byDepth(_ edges: [Edge]) -> [Edge] {
        var levels: [[Edge]] = []
        for edge in edges {
            while levels.count < edge.depth { levels.append([]) }
            levels[Int(edge.depth) - 1].append(edge)
        }
        return Array(levels.joined())
    }
}

/// Edges between addresses that are numbered from 0, in the order of their ids.
private struct LineageNetwork {
    /// The edges, each once, by source, target and pipeline.
    let edges: [LineageEdge]
    let ids: [Int64]
    let sources: [Int]
    let targets: [Int]
    private let indexes: [Int64: Int]

    init(_ unordered: [LineageEdge], and address: Int64) {
        var edges: [LineageEdge] = []
        edges.reserveCapacity(unordered.count)
        for edge in unordered.sorted() where edges.last != edge { edges.append(edge) }
        var known: Set = [address]
        for edge in edges {
            known.insert(edge.source)
            known.insert(edge.target)
        }
        self.edges = edges
        self.ids = known.sorted()
        var indexes: [Int64: Int] = Dictionary(minimumCapacity: self.ids.count)
        for (index, id) in self.ids.enumerated() { indexes[id] = index }
        self.indexes = indexes
        self.sources = edges.map { indexes[$0.source] ?? 0 }
        self.targets = edges.map { indexes[$0.target] ?? 0 }
    }

    func index(of id: Int64) -> Int { self.indexes[id] ?? 0 }

    var downstream: LineageNeighbours {
        LineageNeighbours(of: self.sources, self.targets, count: self.ids.count)
    }
    var upstream: LineageNeighbours { LineageNeighbours(of: self.targets, self.sources, count: self.ids.count) }
}

/// The neighbours of each address in one direction, one list behind the other.
private struct LineageNeighbours {
    /// Where the list of each address begins; one more says where the last one ends.
    private var begins: [Int]
    private var neighbours: [Int]

    init(of owners: [Int], _ others: [Int], count: Int) {
        self.begins = [Int](repeating: 0, count: count + 1)
        for owner in owners { self.begins[owner + 1] += 1 }
        for index in 0..<count { self.begins[index + 1] += self.begins[index] }
        var next = self.begins
        self.neighbours = [Int](repeating: 0, count: owners.count)
        for (owner, other) in zip(owners, others) {
            self.neighbours[next[owner]] = other
            next[owner] += 1
        }
    }

    func search(from start: Int) -> LineageSearch {
        let count = self.begins.count - 1
        var distance = [Int](repeating: LineageSearch.unreached, count: count)
        var previous = [Int](repeating: start, count: count)
        distance[start] = 0
        var queue = [start]
        var position = 0
        while position < queue.count {
            let here = queue[position]
            position += 1
            for other in self.neighbours[self.begins[here]..<self.begins[here + 1]]
            where distance[other] == LineageSearch.unreached {
                distance[other] = distance[here] + 1
                previous[other] = here
                queue.append(other)
            }
        }
        return LineageSearch(distance: distance, previous: previous)
    }
}

/// How far each address is from the one where a search began.
private struct LineageSearch {
    /// The distance of an address that cannot be reached.
    static let unreached = Int.max

    let distance: [Int]
    /// The address before each one on a shortest way to it.
    let previous: [Int]

    /// The end of an edge, its beginning, and the way back from there to where the search began, as ids.
    ///
    /// - Parameters:
    ///   - beginning: where the search came to the edge.
    ///   - end: where the edge leads on.
    ///   - ids: the ids of all addresses.
    ///   - endsLast: whether to give it the other way round.
    /// - Returns: the ids, no more than ``LineageGraph/longestPath``.
    func way(from beginning: Int, ending end: Int, in ids: [Int64], endsLast: Bool) -> [Int64] {
        let count = min(self.distance[beginning] + 2, LineageGraph.longestPath)
        return [Int64](unsafeUninitializedCapacity: count) { path, initialized in
            var here = end
            for index in 0..<count {
                path.initializeElement(at: endsLast ? count - 1 - index : index, to: ids[here])
                here = index == 0 ? beginning : self.previous[here]
            }
            initialized = count
        }
    }
}
