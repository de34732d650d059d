// SPDX-License-Identifier: Apache-2.0
import WatcherCore

/// Where the addresses of a graph stand in its drawing.
///
/// Those that are as far from the address in the middle stand in one column: upstream left of it, downstream right. One
/// that is both stands where it is nearer. So that every browser can show it, a drawing holds the nearest addresses only,
/// and counts the others.
struct LineageDrawing: Equatable {
    /// How many addresses are drawn at most.
    static let mostNodes = 200
    /// How many connections are drawn at most.
    static let mostLines = 1000

    /// An address.
    struct Node: Equatable {
        let id: Int64
        /// From the left, counted from 0.
        let column: Int
        /// From the top of its column, counted from 0.
        let row: Int
    }

    /// A connection, by one pipeline or several.
    struct Line: Equatable {
        let source: Node
        let target: Node
    }

    /// The addresses that are drawn, column by column.
    let nodes: [Node]
    /// The connections between them.
    let lines: [Line]
    /// How many columns there are.
    let columns: Int
    /// How many addresses each column has.
    let heights: [Int]
    /// How many addresses are not drawn.
    let nodesLeftOut: Int
    /// How many connections of addresses that are drawn are not.
    let linesLeftOut: Int

    /// Arranges a graph.
    ///
    /// - Parameters:
    ///   - centre: the address in the middle.
    ///   - addresses: all addresses of the graph.
    ///   - edges: its edges; those of several pipelines between the same addresses are one connection.
    init(around centre: Int64, _ addresses: [Int64], _ edges: [LineageEdge]) {
        let down = Self.distances(
            from: centre,
            Dictionary(grouping: edges, by: \.source).mapValues { $0.map(\.target) }
        )
        let up = Self.distances(from: centre, Dictionary(grouping: edges, by: \.target).mapValues { $0.map(\.source) })
        let layers = addresses.compactMap { id -> (id: Int64, layer: Int)? in
            switch (down[id], up[id]) {
            case (let right?, let left?): (id, right <= left ? right : -left)
            case (let right?, nil): (id, right)
            case (nil, let left?): (id, -left)
            case (nil, nil): nil
            }
        }
        let nearest = layers.sorted { (abs($0.layer), $0.id) < (abs($1.layer), $1.id) }.prefix(Self.mostNodes)
        let first = nearest.map(\.layer).min() ?? 0
        var columns: [[Int64]] = Array(repeating: [], count: (nearest.map(\.layer).max() ?? 0) - first + 1)
        for (id, layer) in nearest { columns[layer - first].append(id) }

        Self.untangle(&columns, from: -first, edges)
        var nodes: [Int64: Node] = [:]
        for (column, ids) in columns.enumerated() {
            for (row, id) in ids.enumerated() { nodes[id] = Node(id: id, column: column, row: row) }
        }
        var seen: Set<[Int64]> = []
        let lines = edges.compactMap { edge -> Line? in
            guard let source = nodes[edge.source], let target = nodes[edge.target],
                seen.insert([edge.source, edge.target]).inserted
            else { return nil }
            return Line(source: source, target: target)
        }
        self.nodes = columns.joined().compactMap { nodes[$0] }
        self.lines = Array(lines.prefix(Self.mostLines))
        self.columns = columns.count
        self.heights = columns.map(\.count)
        self.nodesLeftOut = addresses.count - nodes.count
        self.linesLeftOut = lines.count - self.lines.count
    }

    /// How many steps it is from one address to each that can be reached, breadth first, so that cycles end.
    private static func distances(from start: Int64, _ neighbours: [Int64: [Int64]]) -> [Int64: Int] {
        var distances = [start: 0]
        var level = [start]
        var distance = 0
        while !level.isEmpty {
            distance += 1
            level = level.flatMap { neighbours[$0] ?? [] }.filter { id in
                guard distances[id] == nil else { return false }
                distances[id] = distance
                return true
            }
        }
        return distances
    }

    /// Orders each column by where the neighbours in the column before it stand, from the middle outwards.
    private static func untangle(_ columns: inout [[Int64]], from centre: Int, _ edges: [LineageEdge]) {
        var neighbours: [Int64: [Int64]] = [:]
        for edge in edges {
            neighbours[edge.source, default: []].append(edge.target)
            neighbours[edge.target, default: []].append(edge.source)
        }
        let outwards = columns.indices.filter { $0 != centre }.sorted { abs($0 - centre) < abs($1 - centre) }
        for column in outwards {
            let before = columns[column < centre ? column + 1 : column - 1]
            let rows = Dictionary(uniqueKeysWithValues: before.enumerated().map { ($1, Double($0)) })
            let places = columns[column].map { id -> (place: Double, id: Int64) in
                let near = (neighbours[id] ?? []).compactMap { rows[$0] }
                return (near.isEmpty ? 0 : near.reduce(0, +) / Double(near.count), id)
            }
            columns[column] = places.sorted { $0 < $1 }.map(\.id)
        }
    }
}
