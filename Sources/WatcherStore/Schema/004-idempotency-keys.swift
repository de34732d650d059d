// SPDX-License-Identifier: Apache-2.0
import WatcherDatabase

extension Schema {
    static let idempotencyKeys = Migration(id: 4, name: "idempotency keys") { sql in
        [
            """
            CREATE TABLE idempotency_key (
                name \(sql.string) NOT NULL PRIMARY KEY,
                fingerprint \(sql.int64) NOT NULL,
                answer_status \(sql.int64) NOT NULL,
                answer_body \(sql.string) NOT NULL,
                created_at \(sql.int64) NOT NULL
            ) \(sql.orderedTableEnd)
            """,
            "CREATE INDEX idempotency_key_created_at ON idempotency_key (created_at)",
        ]
    }
}
