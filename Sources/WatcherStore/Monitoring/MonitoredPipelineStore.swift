// SPDX-License-Identifier: Apache-2.0
package import WatcherCore
package import WatcherDatabase

/// Pipelines as the checks see them: with the thresholds of their types.
package struct MonitoredPipelineStore {
    private let transaction: Transaction

    /// Works in a transaction.
    package init(_ transaction: Transaction) {
        self.transaction = transaction
    }

    /// A page of all pipelines, by id.
    ///
    /// - Parameters:
    ///   - id: the last id of the page before; ids are above 0.
    ///   - limit: how many at most.
    /// - Returns: the pipelines.
    /// - Throws: ``DatabaseError``
    package func page(after id: Int64, limit: Int64) throws -> [MonitoredPipeline] {
        try self.transaction.all(
            """
            SELECT p.id, p.name, p.active, p.created_at,
                p.last_target_insert, p.last_target_update, p.last_target_soft_delete,
                p.freshness_number, p.freshness_datepart, p.mute_freshness_check,
                t.freshness_number, t.freshness_datepart, t.mute_freshness_check,
                p.timeliness_number, p.timeliness_datepart, p.mute_timeliness_check,
                t.timeliness_number, t.timeliness_datepart, t.mute_timeliness_check
            FROM pipeline p JOIN pipeline_type t ON t.id = p.pipeline_type_id
            WHERE p.id > \(id) ORDER BY p.id LIMIT \(limit)
            """
        ) { row in
            MonitoredPipeline(
                id: try row.next(),
                name: try row.next(),
                isActive: try row.next(),
                createdAt: try row.next(),
                lastTarget: try row.targetTimes(),
                freshness: InheritedThreshold(own: try row.threshold(), inherited: try row.threshold()),
                timeliness: InheritedThreshold(own: try row.threshold(), inherited: try row.threshold())
            )
        }
    }
}
