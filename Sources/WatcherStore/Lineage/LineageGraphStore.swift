// SPDX-License-Identifier: Apache-2.0
package import WatcherCore
package import WatcherDatabase

/// Reads the lineage around one address.
///
/// Level by level, because a recursive query was slower on both databases: 100,000 edges that all hang together took it
/// 260 ms on SQLite, where this took 200, and 220 to 870 ms on PostgreSQL, which plans it as if it knew nothing of the
/// rows; a chain of 10,000 addresses that had not been analyzed yet took it 7.5 s.
package struct LineageGraphStore {
    /// When to read all edges there are instead of going on level by level.
    package struct Shortcut: Sendable {
        /// From so many edges on that have been read.
        package let after: Int
        /// If there are no more than so many in all.
        package let upTo: Int

        /// Makes a rule.
        package init(after: Int, upTo: Int) {
            self.after = after
            self.upTo = upTo
        }

        /// Where reading all is much quicker: an edge costs a third of what it costs by way of an index, and none is
        /// read for both directions.
        package static let standard = Self(after: 5_000, upTo: 250_000)
    }

    private let transaction: Transaction
    private let shortcut: Shortcut

    /// Works in a transaction.
    package init(_ transaction: Transaction, shortcut: Shortcut = .standard) {
        self.transaction = transaction
        self.shortcut = shortcut
    }

    /// Reads the edges of the graph around an address, some of them twice, and perhaps others.
    ///
    /// - Parameters:
    ///   - address: the address.
    ///   - depth: how many edges to go at most, in each direction; `nil` for any number.
    /// - Returns: edges in no order.
    /// - Throws: ``DatabaseError``
    package func edges(around address: Int64, depth: Int64? = nil) throws -> [LineageEdge] {
        var found: [LineageEdge] = []
        var mayBeFew = true
        for (readLevel, end) in [(self.edges(leaving:), \LineageEdge.target), (self.edges(entering:), \.source)] {
            var seen: Set = [address]
            var level = [address]
            var levelsLeft = depth ?? .max
            while !level.isEmpty, levelsLeft > 0 {
                levelsLeft -= 1
                var next: [Int64] = []
                for batch in Self.batches(level) {
                    let edges = try readLevel(batch)
                    found += edges
                    for edge in edges where seen.insert(edge[keyPath: end]).inserted { next.append(edge[keyPath: end]) }
                }
                if mayBeFew, found.count >= self.shortcut.after {
                    mayBeFew = false
                    if try self.hasFewEdges() { return try self.allEdges() }
                }
                level = next
            }
        }
        return found
    }

    private static let edgeColumns: SQLStatement = "pipeline_id, source_address_id, target_address_id"

    private static func decodeEdge(_ row: inout RowReader) throws -> LineageEdge {
        let pipelineID: Int64 = try row.next()
        return LineageEdge(source: try row.next(), target: try row.next(), pipelineID: pipelineID)
    }

    private func edges(leaving ids: [Int64]) throws -> [LineageEdge] {
        try self.transaction.all(
            "SELECT \(Self.edgeColumns) FROM address_lineage WHERE source_address_id IN (\(list: ids))",
            Self.decodeEdge
        )
    }

    private func edges(entering ids: [Int64]) throws -> [LineageEdge] {
        try self.transaction.all(
            "SELECT \(Self.edgeColumns) FROM address_lineage WHERE target_address_id IN (\(list: ids))",
            Self.decodeEdge
        )
    }

    private func allEdges() throws -> [LineageEdge] {
        try self.transaction.all("SELECT \(Self.edgeColumns) FROM address_lineage", Self.decodeEdge)
    }

    private func hasFewEdges() throws -> Bool {
        let enough = Int64(self.shortcut.upTo) + 1
        let count: Int64? = try self.transaction.one(
            "SELECT count(*) FROM (SELECT 1 AS one FROM address_lineage LIMIT \(enough)) AS first"
        ) { try $0.next() }
        return count ?? enough < enough
    }

    // MARK: What the edges touch

    /// Whether there is an address of this id.
    package func hasAddress(_ id: Int64) throws -> Bool {
        try self.transaction.one("SELECT id FROM address WHERE id = \(id)") { try $0.next(Int64.self) } != nil
    }

    /// Reads addresses, by id.
    package func addresses(_ ids: [Int64]) throws -> [LineageAddress] {
        try Self.batches(ids.sorted()).flatMap { batch in
            try self.transaction.all(
                """
                SELECT a.id, a.name, t.name, t.group_name, a.address_metadata
                FROM address a JOIN address_type t ON t.id = a.address_type_id
                WHERE a.id IN (\(list: batch)) ORDER BY a.id
                """
            ) { row in
                LineageAddress(
                    id: try row.next(),
                    name: try row.next(),
                    typeName: try row.next(),
                    typeGroupName: try row.next(),
                    metadata: try row.next()
                )
            }
        }
    }

    /// Reads pipelines, by id.
    package func pipelines(_ ids: [Int64]) throws -> [LineagePipeline] {
        try Self.batches(ids.sorted()).flatMap { batch in
            try self.transaction.all(
                """
                SELECT p.id, p.name, t.name, p.pipeline_metadata, p.active
                FROM pipeline p JOIN pipeline_type t ON t.id = p.pipeline_type_id
                WHERE p.id IN (\(list: batch)) ORDER BY p.id
                """
            ) { row in
                LineagePipeline(
                    id: try row.next(),
                    name: try row.next(),
                    typeName: try row.next(),
                    metadata: try row.next(),
                    isActive: try row.next()
                )
            }
        }
    }

    /// Id and name of each address that an edge touches, by id.
    package func touchedAddresses() throws -> [(id: Int64, name: String)] {
        try self.transaction.all(
            """
            SELECT a.id, a.name FROM address a
            WHERE EXISTS (SELECT 1 FROM address_lineage l WHERE l.source_address_id = a.id)
                OR EXISTS (SELECT 1 FROM address_lineage l WHERE l.target_address_id = a.id)
            ORDER BY a.id
            """
        ) { (id: try $0.next(), name: try $0.next()) }
    }

    // MARK: Lists of ids

    /// Cuts ids into lists of few different lengths, the last id repeated where there are not enough: each length is a
    /// statement of its own, which the drivers prepare once and keep.
    private static func batches(_ ids: [Int64]) -> [[Int64]] {
        stride(from: 0, to: ids.count, by: 1000).map { begin in
            let batch = ids[begin..<min(begin + 1000, ids.count)]
            let length = [1, 10, 100].first { $0 >= batch.count } ?? 1000
            return batch + (batch.last.map { Array(repeating: $0, count: length - batch.count) } ?? [])
        }
    }
}
