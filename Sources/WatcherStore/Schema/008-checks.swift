// SPDX-License-Identifier: Apache-2.0
import WatcherDatabase

extension Schema {
    /// What the checks have found.
    ///
    /// The unique keys say what counts as found already, so that nobody is told twice.
    static let checks = Migration(id: 8, name: "findings of the checks") { sql in
        [
            """
            CREATE TABLE freshness_pipeline_log (
                id \(sql.identity),
                pipeline_id \(sql.int64) NOT NULL REFERENCES pipeline (id),
                last_dml_timestamp \(sql.int64) NOT NULL,
                deadline \(sql.int64) NOT NULL,
                found_at \(sql.int64) NOT NULL,
                resolved_at \(sql.int64),
                UNIQUE (pipeline_id, last_dml_timestamp)
            ) \(sql.tableEnd)
            """,
            "CREATE INDEX freshness_pipeline_log_found_at ON freshness_pipeline_log (found_at)",
            """
            CREATE INDEX freshness_pipeline_log_open ON freshness_pipeline_log (pipeline_id)
            WHERE resolved_at IS NULL
            """,
            """
            CREATE TABLE timeliness_pipeline_execution_log (
                id \(sql.identity),
                pipeline_execution_id \(sql.int64) NOT NULL UNIQUE REFERENCES pipeline_execution (id),
                pipeline_id \(sql.int64) NOT NULL REFERENCES pipeline (id),
                deadline \(sql.int64) NOT NULL,
                found_at \(sql.int64) NOT NULL
            ) \(sql.tableEnd)
            """,
            "CREATE INDEX timeliness_pipeline_execution_log_found_at ON timeliness_pipeline_execution_log (found_at)",
        ]
    }
}
