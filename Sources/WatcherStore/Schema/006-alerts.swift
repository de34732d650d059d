// SPDX-License-Identifier: Apache-2.0
import WatcherDatabase

extension Schema {
    static let alerts = Migration(id: 6, name: "alerts") { sql in
        [
            """
            CREATE TABLE alert (
                id \(sql.identity),
                level \(sql.string) NOT NULL,
                title \(sql.string) NOT NULL,
                message \(sql.string) NOT NULL,
                details \(sql.json) NOT NULL,
                raised_at \(sql.int64) NOT NULL,
                sent_at \(sql.int64)
            ) \(sql.tableEnd)
            """,
            "CREATE INDEX alert_raised_at ON alert (raised_at)",
        ]
    }
}
