// SPDX-License-Identifier: Apache-2.0
package import WatcherDatabase

/// The table of lineage edges: from a source address to a target address, by a pipeline.
package struct LineageStore {
    /// How many edges go into one statement: each binds three values, and SQLite binds 32,766 at most.
    private static let edgesPerStatement = 1000

    private let transaction: Transaction

    /// Works in a transaction.
    package init(_ transaction: Transaction) {
        self.transaction = transaction
    }

    /// Replaces the edges of a pipeline with those from each source to each target.
    ///
    /// - Parameters:
    ///   - pipelineID: the pipeline, which must be there.
    ///   - sources: addresses, each once.
    ///   - targets: addresses, each once.
    /// - Returns: how many edges the pipeline has now.
    /// - Throws: ``DatabaseError``
    package func replaceEdges(pipelineID: Int64, sources: [Int64], targets: [Int64]) throws -> Int64 {
        try self.transaction.run("DELETE FROM address_lineage WHERE pipeline_id = \(pipelineID)")
        let edges = sources.flatMap { source in targets.map { (source: source, target: $0) } }
        for start in stride(from: 0, to: edges.count, by: Self.edgesPerStatement) {
            let rows = edges[start..<min(start + Self.edgesPerStatement, edges.count)].map { edge -> SQLStatement in
                "(\(pipelineID), \(edge.source), \(edge.target))"
            }
            try self.transaction.run(
                """
                INSERT INTO address_lineage (pipeline_id, source_address_id, target_address_id)
                VALUES \(rows, separatedBy: ", ")
                """
            )
        }
        return Int64(edges.count)
    }

    /// The edges of a pipeline, ordered by source and target.
    package func edges(pipelineID: Int64) throws -> [(source: Int64, target: Int64)] {
        try self.transaction.all(
            """
            SELECT source_address_id, target_address_id FROM address_lineage
            WHERE pipeline_id = \(pipelineID) ORDER BY source_address_id, target_address_id
            """
        ) { (source: try $0.next(), target: try $0.next()) }
    }
}
