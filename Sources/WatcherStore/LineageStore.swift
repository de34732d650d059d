// SPDX-License-Identifier: Apache-2.0
package import WatcherDatabase

/// The table of lineage edges: from a source address to a target address, by a pipeline.
package struct LineageStore {
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
        try self.transaction.runLater("DELETE FROM address_lineage WHERE pipeline_id = \(pipelineID)")
        // One statement for each edge: it is prepared once, however many there are.
        for source in sources {
            for target in targets {
                try self.transaction.runLater(
                    """
                    INSERT INTO address_lineage (pipeline_id, source_address_id, target_address_id)
                    VALUES (\(pipelineID), \(source), \(target))
                    """
                )
            }
        }
        return Int64(sources.count * targets.count)
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
