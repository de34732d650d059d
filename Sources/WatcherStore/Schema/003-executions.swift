// SPDX-License-Identifier: Apache-2.0
import WatcherDatabase

extension Schema {
    /// Every list of executions is read along one of the indexes, status by status, so that a page costs the same
    /// however large the table is (``ExecutionStore/list(_:limit:)``).
    static let executions = Migration(id: 3, name: "executions") { sql in
        [
            """
            CREATE TABLE pipeline_execution (
                id \(sql.identity),
                parent_id \(sql.int64) REFERENCES pipeline_execution (id),
                pipeline_id \(sql.int64) NOT NULL REFERENCES pipeline (id),
                status \(sql.string) NOT NULL,
                start_date \(sql.int64) NOT NULL,
                start_order \(sql.int64) NOT NULL,
                date_recorded \(sql.int64) NOT NULL,
                hour_recorded \(sql.int64) NOT NULL,
                watermark \(sql.string),
                next_watermark \(sql.string),
                pipeline_next_watermark \(sql.string),
                pipeline_revision \(sql.int64) NOT NULL,
                end_date \(sql.int64),
                completed_successfully \(sql.bool),
                duration_seconds \(sql.int64),
                inserts \(sql.int64),
                updates \(sql.int64),
                soft_deletes \(sql.int64),
                total_rows \(sql.int64),
                throughput \(sql.double),
                execution_metadata \(sql.json),
                anomaly_flags \(sql.json)
            ) \(sql.tableEnd)
            """,
            "CREATE INDEX pipeline_execution_status ON pipeline_execution (status, start_date, id)",
            "CREATE INDEX pipeline_execution_pipeline ON pipeline_execution (pipeline_id, status, start_date, id)",
            """
            CREATE INDEX pipeline_execution_parent ON pipeline_execution (parent_id, status, start_date, id)
            WHERE parent_id IS NOT NULL
            """,
        ]
    }
}
