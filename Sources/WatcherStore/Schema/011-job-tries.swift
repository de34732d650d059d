// SPDX-License-Identifier: Apache-2.0
import WatcherDatabase

extension Schema {
    /// `attempt` only ever grows, because it tells workers apart; the tries of a job start anew when it is requeued.
    static let jobTries = Migration(id: 11, name: "tries of jobs, and the alarm of their queue") { sql in
        [
            "ALTER TABLE job ADD COLUMN tries \(sql.int64) NOT NULL DEFAULT 0",
            """
            CREATE TABLE queue_alarm (
                name \(sql.string) NOT NULL PRIMARY KEY,
                severity \(sql.int64) NOT NULL
            ) \(sql.orderedTableEnd)
            """,
        ]
    }
}
