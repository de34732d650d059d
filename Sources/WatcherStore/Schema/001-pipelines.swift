// SPDX-License-Identifier: Apache-2.0
import WatcherDatabase

extension Schema {
    static let pipelines = Migration(id: 1, name: "pipelines and their types") { sql in
        [
            """
            CREATE TABLE pipeline_type (
                id \(sql.identity),
                name \(sql.string) NOT NULL UNIQUE,
                freshness_number \(sql.int64),
                freshness_datepart \(sql.string),
                mute_freshness_check \(sql.bool) NOT NULL,
                timeliness_number \(sql.int64),
                timeliness_datepart \(sql.string),
                mute_timeliness_check \(sql.bool) NOT NULL,
                created_at \(sql.int64) NOT NULL,
                updated_at \(sql.int64)
            ) \(sql.tableEnd)
            """,
            """
            CREATE TABLE pipeline (
                id \(sql.identity),
                name \(sql.string) NOT NULL UNIQUE,
                pipeline_type_id \(sql.int64) NOT NULL REFERENCES pipeline_type (id),
                watermark \(sql.string),
                next_watermark \(sql.string),
                watermark_start_date \(sql.int64),
                watermark_execution_id \(sql.int64),
                watermark_revision \(sql.int64) NOT NULL,
                next_watermark_revision \(sql.int64) NOT NULL,
                revision \(sql.int64) NOT NULL,
                pipeline_metadata \(sql.json),
                last_target_insert \(sql.int64),
                last_target_update \(sql.int64),
                last_target_soft_delete \(sql.int64),
                freshness_number \(sql.int64),
                freshness_datepart \(sql.string),
                mute_freshness_check \(sql.bool) NOT NULL,
                timeliness_number \(sql.int64),
                timeliness_datepart \(sql.string),
                mute_timeliness_check \(sql.bool) NOT NULL,
                load_lineage \(sql.bool) NOT NULL,
                active \(sql.bool) NOT NULL,
                input_hash \(sql.string),
                created_at \(sql.int64) NOT NULL,
                updated_at \(sql.int64)
            ) \(sql.tableEnd)
            """,
        ]
    }
}
