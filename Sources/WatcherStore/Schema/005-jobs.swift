// SPDX-License-Identifier: Apache-2.0
import WatcherDatabase

extension Schema {
    /// A job that is done is deleted, in the transaction of its effect; so the table holds what waits, runs or is parked.
    ///
    /// `attempt` only ever grows, because it tells workers apart; the tries of a job start anew when it is requeued.
    static let jobs = Migration(id: 5, name: "jobs and schedules") { sql in
        [
            """
            CREATE TABLE job (
                id \(sql.identity),
                kind \(sql.string) NOT NULL,
                subject \(sql.int64),
                state \(sql.string) NOT NULL,
                attempt \(sql.int64) NOT NULL,
                tries \(sql.int64) NOT NULL DEFAULT 0,
                due_at \(sql.int64) NOT NULL,
                worker \(sql.string),
                last_error \(sql.string),
                created_at \(sql.int64) NOT NULL
            ) \(sql.tableEnd)
            """,
            "CREATE INDEX job_due ON job (state, due_at, id)",
            """
            CREATE TABLE schedule (
                name \(sql.string) NOT NULL PRIMARY KEY,
                fired_at \(sql.int64) NOT NULL
            ) \(sql.orderedTableEnd)
            """,
            """
            CREATE TABLE queue_alarm (
                name \(sql.string) NOT NULL PRIMARY KEY,
                severity \(sql.int64) NOT NULL
            ) \(sql.orderedTableEnd)
            """,
        ]
    }
}
