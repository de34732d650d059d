// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
package import WatcherCore
package import WatcherDatabase

/// The table of executions, as anomaly detection sees it.
package struct JudgedExecutionStore {
    /// How many executions one is compared with at most, the last ones: more would change no mean that matters.
    package static let largestBaseline: Int64 = 10_000

    private let transaction: Transaction

    /// Works in a transaction.
    package init(_ transaction: Transaction) {
        self.transaction = transaction
    }

    // MARK: Flags

    /// The flags of an execution and its pipeline, which nobody else changes until the transaction ends.
    package func flags(of id: Int64) throws -> (pipelineID: Int64, flags: AnomalyFlags)? {
        try self.transaction.one(
            """
            SELECT pipeline_id, anomaly_flags FROM pipeline_execution
            WHERE id = \(id)\(self.transaction.dialect.forUpdate())
            """
        ) { row in (try row.next(), AnomalyFlags(stored: try row.next())) }
    }

    /// Writes the flags of an execution.
    package func setFlags(_ flags: AnomalyFlags, of id: Int64) throws {
        try self.transaction.runLater("UPDATE pipeline_execution SET anomaly_flags = \(flags.json) WHERE id = \(id)")
    }

    // MARK: Baselines

    /// The values of a baseline without those that are flagged, the last started first.
    ///
    /// Read along the index of pipelines, at most ``largestBaseline``: for the same hour, one part of the index for each
    /// day of the lookback, so that a pipeline which runs every minute is not read whole.
    package func values(of baseline: AnomalyBaseline) throws -> [Double] {
        let rows: [Double?] = try self.transaction.all(
            """
            \(Self.source(of: baseline)) AND e.pipeline_id = \(baseline.pipelineID)
                AND e.status = \(ExecutionStatus.succeeded) AND e.\(Self.column(of: baseline.metric)) IS NOT NULL
            ORDER BY e.start_date DESC, e.id DESC LIMIT \(Self.largestBaseline)
            """
        ) { row in
            let value: Double = try row.next()
            return AnomalyFlags(stored: try row.next()).metrics.contains(baseline.metric) ? nil : value
        }
        return rows.compactMap(\.self)
    }

    /// The beginning of the statement, up to the condition that says from when to when.
    private static func source(of baseline: AnomalyBaseline) -> SQLStatement {
        let columns: SQLStatement = "e.\(Self.column(of: baseline.metric)), e.anomaly_flags"
        let before = baseline.before
        switch baseline.hours {
        case .all:
            return """
                SELECT \(columns) FROM pipeline_execution e
                WHERE e.start_date >= \(baseline.since)
                    AND (e.start_date, e.id) < (\(before.startDate), \(before.executionID))
                """
        case .same:
            // The signs keep SQLite from using the outer bounds with the index, instead of those of the hour.
            return """
                WITH RECURSIVE same_hour (begins) AS (
                    SELECT CAST(\(baseline.hourStart) AS BIGINT)
                    UNION ALL
                    SELECT begins - \(AnomalyBaseline.day) FROM same_hour
                    WHERE begins - \(AnomalyBaseline.day) > \(baseline.since) - \(AnomalyBaseline.hour)
                )
                SELECT \(columns) FROM same_hour CROSS JOIN pipeline_execution e
                WHERE e.start_date >= same_hour.begins AND e.start_date < same_hour.begins + \(AnomalyBaseline.hour)
                    AND +e.start_date >= \(baseline.since)
                    AND (+e.start_date, +e.id) < (\(before.startDate), \(before.executionID))
                """
        }
    }

    private static func column(of metric: AnomalyMetric) -> SQLStatement {
        switch metric {
        case .durationSeconds: "duration_seconds"
        case .inserts: "inserts"
        case .updates: "updates"
        case .softDeletes: "soft_deletes"
        case .totalRows: "total_rows"
        case .throughput: "throughput"
        }
    }
}

extension AnomalyFlags {
    /// Reads what is stored; whatever is not an object of truth values, such as no value at all, flags nothing.
    fileprivate init(stored json: String?) {
        let members = json.flatMap { try? JSONDecoder().decode([String: Bool].self, from: Data($0.utf8)) } ?? [:]
        self.init(Set(members.filter(\.value).keys.compactMap(AnomalyMetric.init(rawValue:))))
    }
}
