// SPDX-License-Identifier: Apache-2.0
import WatcherCore
import WatcherDatabase
import WatcherServices
import WatcherStore

/// A ledger in which a job of one kind has something to do, and what must be there when it is done.
struct DoomedJob {
    let kind: JobKind

    /// Which schedule asks for the job; of the other kinds something else does.
    var schedules: [Scheduler.Entry] {
        get throws {
            switch self.kind {
            case .freshness: [try Scheduler.Entry("freshness", .freshness, cron: "0 * * * *")]
            case .timeliness: [try Scheduler.Entry("timeliness", .timeliness(lookbackMinutes: 60), cron: "0 * * * *")]
            case .queueMonitor: [try Scheduler.Entry("queue", .queueMonitor, cron: "0 * * * *")]
            case .anomalies, .alert: []
            }
        }
    }

    /// Prepares a ledger that is empty, but for schedules and leases that have been seen.
    func prepare(_ ledger: TestLedger) async throws {
        switch self.kind {
        case .freshness:
            let restored = try await ledger.sync("restored", freshness: TimeLimit(10, .hour))
            ledger.clock.advance(seconds: 36_001)
            try await ledger.freshness.check()
            try await ledger.delete(["alert", "job"])
            for number in 1...3 { _ = try await ledger.sync("stale \(number)", freshness: TimeLimit(1, .hour)) }
            try await ledger.load(restored)
            ledger.clock.advance(seconds: 3601)
        case .timeliness:
            let pipeline = try await ledger.sync("late", timeliness: TimeLimit(1, .minute))
            ledger.clock.advance(seconds: 3601)
            // More than one transaction notes.
            try await ledger.addRunning(2100, pipeline)
            ledger.clock.advance(seconds: 61)
        case .anomalies:
            let pipeline = try await ledger.sync("odd")
            for metric in [.totalRows, .inserts] as [AnomalyMetric] { try await ledger.rule(pipeline, metric) }
            for day in -6..<0 as Range<Int64> { try await ledger.run(pipeline, day: day, rows: 100, inserts: 100) }
            try await ledger.delete(["job"])
            try await ledger.run(pipeline, day: 0, rows: 1, inserts: 1)
        case .alert:
            let id = try await ledger.begin(try await ledger.sync("lost"))
            try await ledger.heartbeat(id, Heartbeat(leaseSeconds: 1))
            ledger.clock.advance(seconds: 5)
        case .queueMonitor:
            ledger.clock.advance(seconds: 3601)
            // None of them is done while the test lasts.
            try await ledger.database.enqueue(
                Array(repeating: .freshness, count: 60),
                at: ledger.clock.now.advanced(byMicroseconds: 1_200_000_000)
            )
        }
    }

    /// What must be there.
    var effects: [String] {
        switch self.kind {
        case .freshness:
            [
                "alert Freshness Check Failed, 3 details, sent", "alert Freshness Restored, 1 details, sent",
                "fresh again restored", "stale stale 1", "stale stale 2", "stale stale 3",
            ]
        case .timeliness:
            [
                "alert Timeliness Check Failed, 51 details, sent", "alert Timeliness Check Failed, 51 details, sent",
                "late late 2100",
            ]
        case .anomalies:
            [
                "alert Anomaly detected, 4 details, sent", #"flags {"inserts":true,"total_rows":true}"#,
                "odd inserts", "odd total_rows",
            ]
        case .alert: ["alert Execution lost, 5 details, sent", "lost lost"]
        case .queueMonitor: ["alarm 1", "alert Many jobs are waiting, 3 details, sent"]
        }
    }
}

extension TestLedger {
    /// The tables that a job reads or changes, those that refer to others first.
    private static let tables: [SQLStatement] = [
        "anomaly_detection_result", "anomaly_detection_rule", "timeliness_pipeline_execution_log",
        "freshness_pipeline_log", "execution_lease", "lease_clock", "pipeline_execution", "pipeline", "alert", "job",
        "schedule", "queue_alarm",
    ]

    /// Deletes the rows of tables; of all that a job touches unless told otherwise.
    func delete(_ tables: [SQLStatement] = Self.tables) async throws {
        try await self.database.write { transaction in
            for table in tables { try transaction.run("DELETE FROM \(table)") }
        }
    }

    /// Adds executions that begin now and go on.
    fileprivate func addRunning(_ count: Int64, _ pipeline: Int64) async throws {
        let now = self.clock.now
        _ = try await self.database.write { transaction in
            try transaction.run(
                """
                INSERT INTO pipeline_execution (pipeline_id, status, start_date, start_order, date_recorded,
                    hour_recorded, pipeline_revision)
                WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < \(count))
                SELECT \(pipeline), 'running', \(now), \(now), 0, 0, 0 FROM number
                """
            )
        }
    }

    /// Everything that jobs have done, in words, sorted; what is there twice is there twice.
    func effects() async throws -> [String] {
        let alerts = try await self.database.read { try AlertStore($0).newest(limit: 1000) }.map { entry in
            let sent = entry.sentAt == nil ? "not sent" : "sent"
            return "alert \(entry.alert.alert.title), \(entry.alert.alert.details.count) details, \(sent)"
        }
        let found = try await self.database.read { transaction in
            try transaction.all(
                """
                SELECT 'stale ' || p.name FROM freshness_pipeline_log l JOIN pipeline p ON p.id = l.pipeline_id
                    WHERE l.resolved_at IS NULL
                UNION ALL SELECT 'fresh again ' || p.name FROM freshness_pipeline_log l
                    JOIN pipeline p ON p.id = l.pipeline_id WHERE l.resolved_at IS NOT NULL
                UNION ALL SELECT 'late ' || p.name || ' ' || count(*) FROM timeliness_pipeline_execution_log l
                    JOIN pipeline p ON p.id = l.pipeline_id GROUP BY p.name
                UNION ALL SELECT 'odd ' || metric_field FROM anomaly_detection_result
                UNION ALL SELECT 'flags ' || anomaly_flags FROM pipeline_execution WHERE anomaly_flags IS NOT NULL
                UNION ALL SELECT 'lost ' || p.name FROM pipeline_execution e JOIN pipeline p ON p.id = e.pipeline_id
                    WHERE e.status = 'lost'
                UNION ALL SELECT 'alarm ' || severity FROM queue_alarm
                """
            ) { try $0.next(String.self) }
        }
        return (alerts + found).sorted()
    }
}
