// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherCore
import WatcherDatabase
import WatcherServices
import WatcherStore

/// A stored result of anomaly detection.
struct AnomalyResult: Sendable, Equatable {
    let executionID: Int64
    let metric: String
    let baselineExecutions: Int64
    let isUnflagged: Bool
}

extension TestLedger {
    /// The begin of a day, at noon: a moment in the middle of many days.
    static let noon = Timestamp(microseconds: 1_700_049_600_000_000)

    var anomalies: AnomalyService { AnomalyService(self.ledger) }

    /// Creates or changes a rule, and gives its id.
    @discardableResult
    func rule(
        _ pipelineID: Int64,
        _ metric: AnomalyMetric = .totalRows,
        z: Double = 3,
        lookback: Int64 = 30,
        minimum: Int64 = 30,
        active: Bool = true
    ) async throws -> Int64 {
        let update = AnomalySettingsUpdate(
            zThreshold: .set(z),
            lookbackDays: .set(lookback),
            minimumExecutions: .set(minimum),
            isActive: .set(active)
        )
        let reply = Reply<SyncedRow>(key: nil) { Answer(status: $0.isNew ? 201 : 200, body: "\($0.id)") }
        let answer = try await self.anomalies.sync(pipelineID: pipelineID, metric: metric, update, reply)
        return try #require(Int64(answer.body))
    }

    /// Runs an execution.
    ///
    /// - Parameters:
    ///   - pipelineID: its pipeline.
    ///   - day: when it began, in days from noon.
    ///   - hour: and hours.
    ///   - rows: how many rows it handled.
    ///   - inserts: how many of them it inserted.
    ///   - success: how it ended.
    /// - Returns: its id.
    /// - Throws: ``ServiceError``
    @discardableResult
    func run(
        _ pipelineID: Int64,
        day: Int64,
        hour: Int64 = 0,
        rows: Int64?,
        inserts: Int64? = nil,
        success: Bool = true
    ) async throws -> Int64 {
        let begin = Self.noon.advanced(byMicroseconds: (day * 24 + hour) * 3_600_000_000)
        let start = ExecutionStart(
            pipelineID: pipelineID,
            startDate: begin,
            watermark: nil,
            nextWatermark: nil,
            parentID: nil
        )
        let reply = Reply<Int64>(key: nil) { Answer(status: 201, body: "\($0)") }
        let id = try #require(Int64(try await self.executions.start(start, reply).body))
        let report = ExecutionReport(
            endDate: begin.advanced(byMicroseconds: 10_000_000),
            completedSuccessfully: success,
            inserts: inserts,
            totalRows: rows
        )
        try await self.end(id, with: report)
        return id
    }

    /// Adds a job.
    func enqueue(_ work: JobWork) async throws {
        try await self.database.write { try JobStore($0).enqueue(work, now: Self.noon) }
    }

    /// Takes every job of anomaly detection, as a worker does.
    func takeJobs() async throws -> [Job] {
        try await self.database.write { transaction in
            try transaction.run("UPDATE job SET state = 'running', attempt = attempt + 1 WHERE kind = 'anomalies'")
            return try transaction.all("SELECT id, subject, attempt FROM job WHERE kind = 'anomalies' ORDER BY id") {
                Job(id: try $0.next(), work: .anomalies(executionID: try $0.next()), attempt: try $0.next())
            }
        }
    }

    /// Does every job of anomaly detection.
    func detect() async throws {
        for job in try await self.takeJobs() { try await self.anomalies.run(job) }
    }

    func flags(_ executionID: Int64) async throws -> String? {
        try await self.executions.tree(id: executionID, depth: 1).root.execution.anomalyFlags
    }

    func results() async throws -> [AnomalyResult] {
        try await self.database.read { transaction in
            try transaction.all(
                """
                SELECT pipeline_execution_id, metric_field, baseline_executions, unflagged_at IS NOT NULL
                FROM anomaly_detection_result ORDER BY id
                """
            ) { row in
                AnomalyResult(
                    executionID: try row.next(),
                    metric: try row.next(),
                    baselineExecutions: try row.next(),
                    isUnflagged: try row.next()
                )
            }
        }
    }
}
