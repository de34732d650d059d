// SPDX-License-Identifier: Apache-2.0
import WatcherDatabase

extension Schema {
    /// Leases are apart from executions, so that starts and ends pay nothing for them.
    ///
    /// One whose execution has ended is deleted by and by. The clock is one row: when a server last marked that it listens.
    static let leases = Migration(id: 7, name: "leases of executions") { sql in
        [
            """
            CREATE TABLE execution_lease (
                execution_id \(sql.int64) NOT NULL PRIMARY KEY REFERENCES pipeline_execution (id) ON DELETE CASCADE,
                heartbeat_at \(sql.int64) NOT NULL,
                expires_at \(sql.int64) NOT NULL,
                progress \(sql.double),
                message \(sql.string)
            ) \(sql.tableEnd)
            """,
            "CREATE INDEX execution_lease_expires_at ON execution_lease (expires_at)",
            """
            CREATE TABLE lease_clock (
                name \(sql.string) NOT NULL PRIMARY KEY,
                listening_at \(sql.int64) NOT NULL
            ) \(sql.orderedTableEnd)
            """,
        ]
    }
}
