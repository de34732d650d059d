// SPDX-License-Identifier: Apache-2.0
import WatcherDatabase

extension Schema {
    /// A token's secret is not here, only its SHA-256: who reads the table, or a copy of it, cannot use what is in it.
    static let tokens = Migration(id: 10, name: "tokens") { sql in
        [
            """
            CREATE TABLE token (
                id \(sql.identity),
                name \(sql.string) NOT NULL UNIQUE,
                scope \(sql.string) NOT NULL,
                hash \(sql.string) NOT NULL,
                created_at \(sql.int64) NOT NULL,
                revoked_at \(sql.int64)
            ) \(sql.tableEnd)
            """
        ]
    }
}
