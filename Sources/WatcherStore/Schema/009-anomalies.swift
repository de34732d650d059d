// SPDX-License-Identifier: Apache-2.0
import WatcherDatabase

extension Schema {
    /// A result stays when its flag is taken off, so that the same finding is never made twice.
    static let anomalies = Migration(id: 9, name: "anomaly detection") { sql in
        [
            """
            CREATE TABLE anomaly_detection_rule (
                id \(sql.identity),
                pipeline_id \(sql.int64) NOT NULL REFERENCES pipeline (id),
                metric_field \(sql.string) NOT NULL,
                z_threshold \(sql.double) NOT NULL,
                lookback_days \(sql.int64) NOT NULL,
                minimum_executions \(sql.int64) NOT NULL,
                active \(sql.bool) NOT NULL,
                created_at \(sql.int64) NOT NULL,
                updated_at \(sql.int64),
                UNIQUE (pipeline_id, metric_field)
            ) \(sql.tableEnd)
            """,
            """
            CREATE TABLE anomaly_detection_result (
                id \(sql.identity),
                pipeline_execution_id \(sql.int64) NOT NULL REFERENCES pipeline_execution (id),
                rule_id \(sql.int64) NOT NULL REFERENCES anomaly_detection_rule (id),
                pipeline_id \(sql.int64) NOT NULL REFERENCES pipeline (id),
                metric_field \(sql.string) NOT NULL,
                value \(sql.double) NOT NULL,
                mean \(sql.double) NOT NULL,
                standard_deviation \(sql.double) NOT NULL,
                lower_bound \(sql.double) NOT NULL,
                upper_bound \(sql.double) NOT NULL,
                z_score \(sql.double),
                baseline_executions \(sql.int64) NOT NULL,
                detected_at \(sql.int64) NOT NULL,
                unflagged_at \(sql.int64),
                UNIQUE (pipeline_execution_id, metric_field)
            ) \(sql.tableEnd)
            """,
            "CREATE INDEX anomaly_detection_result_detected_at ON anomaly_detection_result (detected_at)",
        ]
    }
}
