// SPDX-License-Identifier: Apache-2.0
import WatcherDatabase

extension Schema {
    static let addresses = Migration(id: 2, name: "addresses and lineage") { sql in
        [
            """
            CREATE TABLE address_type (
                id \(sql.identity),
                name \(sql.string) NOT NULL UNIQUE,
                group_name \(sql.string) NOT NULL,
                created_at \(sql.int64) NOT NULL,
                updated_at \(sql.int64)
            ) \(sql.tableEnd)
            """,
            """
            CREATE TABLE address (
                id \(sql.identity),
                name \(sql.string) NOT NULL UNIQUE,
                address_type_id \(sql.int64) NOT NULL REFERENCES address_type (id),
                database_name \(sql.string),
                schema_name \(sql.string),
                table_name \(sql.string),
                primary_key \(sql.string),
                address_metadata \(sql.json),
                created_at \(sql.int64) NOT NULL,
                updated_at \(sql.int64)
            ) \(sql.tableEnd)
            """,
            """
            CREATE TABLE address_lineage (
                pipeline_id \(sql.int64) NOT NULL REFERENCES pipeline (id),
                source_address_id \(sql.int64) NOT NULL REFERENCES address (id),
                target_address_id \(sql.int64) NOT NULL REFERENCES address (id),
                PRIMARY KEY (pipeline_id, source_address_id, target_address_id)
            ) \(sql.orderedTableEnd)
            """,
            "CREATE INDEX address_lineage_source ON address_lineage (source_address_id, target_address_id)",
            "CREATE INDEX address_lineage_target ON address_lineage (target_address_id, source_address_id)",
        ]
    }
}
