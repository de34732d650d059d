// SPDX-License-Identifier: Apache-2.0
package import WatcherCore
package import WatcherDatabase

/// The table of pipelines whose data was too old.
package struct FreshnessLogStore {
    /// How many rows one statement handles.
    private static let chunk = 200

    private let transaction: Transaction

    /// Works in a transaction.
    package init(_ transaction: Transaction) {
        self.transaction = transaction
    }

    /// A pipeline whose data is too old.
    package struct Finding: Sendable, Equatable {
        /// The pipeline.
        package let pipelineID: Int64
        /// How.
        package let staleness: FreshnessRule.Staleness

        /// Makes a finding.
        package init(pipelineID: Int64, staleness: FreshnessRule.Staleness) {
            self.pipelineID = pipelineID
            self.staleness = staleness
        }
    }

    /// Notes what was found, each pipeline and moment of its last change once.
    ///
    /// - Parameters:
    ///   - findings: at most one for each pipeline, by its id: two servers that insert in one order never wait for each
    ///     other in a circle.
    ///   - now: the time.
    /// - Returns: the pipelines of those that had not been noted yet.
    /// - Throws: ``DatabaseError``
    package func add(_ findings: [Finding], now: Timestamp) throws -> Set<Int64> {
        var new: Set<Int64> = []
        for start in stride(from: 0, to: findings.count, by: Self.chunk) {
            let rows = findings[start..<min(start + Self.chunk, findings.count)].map { finding -> SQLStatement in
                """
                (\(finding.pipelineID), \(finding.staleness.lastChange), \(finding.staleness.deadline), \(now))
                """
            }
            new.formUnion(
                try self.transaction.all(
                    """
                    INSERT INTO freshness_pipeline_log (pipeline_id, last_dml_timestamp, deadline, found_at)
                    VALUES \(rows, separatedBy: ", ")
                    ON CONFLICT (pipeline_id, last_dml_timestamp) DO NOTHING RETURNING pipeline_id
                    """
                ) { try $0.next() }
            )
        }
        return new
    }

    /// The pipelines that have been found and not been fresh since.
    package func openPipelines() throws -> Set<Int64> {
        Set(
            try self.transaction.all(
                "SELECT DISTINCT pipeline_id FROM freshness_pipeline_log WHERE resolved_at IS NULL"
            ) { try $0.next(Int64.self) }
        )
    }

    /// Notes that pipelines are fresh again.
    ///
    /// - Parameters:
    ///   - pipelineIDs: the pipelines, in ascending order.
    ///   - now: the time.
    /// - Returns: those of which this had not been noted yet.
    /// - Throws: ``DatabaseError``
    package func resolve(_ pipelineIDs: [Int64], now: Timestamp) throws -> Set<Int64> {
        var resolved: Set<Int64> = []
        for start in stride(from: 0, to: pipelineIDs.count, by: Self.chunk) {
            let ids = Array(pipelineIDs[start..<min(start + Self.chunk, pipelineIDs.count)])
            resolved.formUnion(
                try self.transaction.all(
                    """
                    UPDATE freshness_pipeline_log SET resolved_at = \(now)
                    WHERE resolved_at IS NULL AND pipeline_id IN (\(list: ids)) RETURNING pipeline_id
                    """
                ) { try $0.next() }
            )
        }
        return resolved
    }
}
