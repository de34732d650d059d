// SPDX-License-Identifier: Apache-2.0
package import WatcherCore
package import WatcherDatabase

/// The table of anomaly detection rules.
package struct AnomalyRuleStore {
    private let transaction: Transaction

    /// Works in a transaction.
    package init(_ transaction: Transaction) {
        self.transaction = transaction
    }

    private static let columns: SQLStatement = """
        id, pipeline_id, metric_field, z_threshold, lookback_days, minimum_executions, active, created_at, updated_at
        """

    private static func decode(_ row: inout RowReader) throws -> AnomalyRule {
        let id: Int64 = try row.next()
        let pipelineID: Int64 = try row.next()
        let metric: AnomalyMetric = try row.next()
        var settings = AnomalyRule.Settings()
        settings.zThreshold = try row.next()
        settings.lookbackDays = try row.next()
        settings.minimumExecutions = try row.next()
        settings.isActive = try row.next()
        return AnomalyRule(
            id: id,
            pipelineID: pipelineID,
            metric: metric,
            settings: settings,
            createdAt: try row.next(),
            updatedAt: try row.next()
        )
    }

    /// The rules, by id.
    ///
    /// - Parameter pipelineID: of this pipeline only; `nil` means of all.
    /// - Returns: active and inactive ones.
    /// - Throws: ``DatabaseError``
    package func all(ofPipeline pipelineID: Int64? = nil) throws -> [AnomalyRule] {
        let condition: SQLStatement = pipelineID.map { " WHERE pipeline_id = \($0)" } ?? ""
        return try self.transaction.all(
            "SELECT \(Self.columns) FROM anomaly_detection_rule\(condition) ORDER BY id",
            Self.decode
        )
    }

    /// The rule of an id.
    ///
    /// - Parameters:
    ///   - id: the id.
    ///   - locked: whether nobody else may change it until the transaction ends.
    /// - Returns: `nil` when there is none.
    /// - Throws: ``DatabaseError``
    package func find(id: Int64, locked: Bool = false) throws -> AnomalyRule? {
        let lock = self.transaction.dialect.forUpdate(locked)
        return try self.transaction.one(
            "SELECT \(Self.columns) FROM anomaly_detection_rule WHERE id = \(id)\(lock)",
            Self.decode
        )
    }

    /// The rule of a pipeline for a metric, which nobody else may change until the transaction ends.
    package func find(pipelineID: Int64, metric: AnomalyMetric) throws -> AnomalyRule? {
        try self.transaction.one(
            """
            SELECT \(Self.columns) FROM anomaly_detection_rule
            WHERE pipeline_id = \(pipelineID) AND metric_field = \(metric)\(self.transaction.dialect.forUpdate())
            """,
            Self.decode
        )
    }

    /// Creates a rule unless the pipeline has one for the metric.
    ///
    /// - Returns: the id of the new rule; `nil` when there is one already.
    /// - Throws: ``DatabaseError``
    @discardableResult
    package func insert(
        pipelineID: Int64,
        metric: AnomalyMetric,
        _ settings: AnomalyRule.Settings,
        now: Timestamp
    ) throws -> Int64? {
        try self.transaction.insert(
            """
            INSERT INTO anomaly_detection_rule (pipeline_id, metric_field, z_threshold, lookback_days,
                minimum_executions, active, created_at)
            VALUES (\(pipelineID), \(metric), \(settings.zThreshold), \(settings.lookbackDays),
                \(settings.minimumExecutions), \(settings.isActive), \(now))
            ON CONFLICT (pipeline_id, metric_field) DO NOTHING
            """
        )
    }

    /// Writes all fields of a rule that is there.
    package func update(_ rule: AnomalyRule) throws {
        try self.transaction.run(
            """
            UPDATE anomaly_detection_rule SET pipeline_id = \(rule.pipelineID), metric_field = \(rule.metric),
                z_threshold = \(rule.settings.zThreshold), lookback_days = \(rule.settings.lookbackDays),
                minimum_executions = \(rule.settings.minimumExecutions), active = \(rule.settings.isActive),
                updated_at = \(rule.updatedAt)
            WHERE id = \(rule.id)
            """
        )
    }
}

extension AnomalyMetric: SQLConvertible {}
