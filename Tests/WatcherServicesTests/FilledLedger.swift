// SPDX-License-Identifier: Apache-2.0
import WatcherCore
import WatcherDatabase
import WatcherServices
import WatcherStore

extension TestLedger {
    /// Fills the ledger: rows in every table, nulls and values in nearly every column, extremes and strange texts.
    func fill() async throws {
        try await self.fillPipelines()
        try await self.fillLineage()
        try await self.fillExecutions()
        try await self.fillAnomalies()
        try await self.fillMonitoring()
        try await self.fillJobs()
        try await self.fillTokens()
    }

    /// Findings, as the services never would write them.
    private func fillMonitoring() async throws {
        try await self.database.write { transaction in
            for number in 1...3 as ClosedRange<Int64> {
                let resolved: Int64? = number == 2 ? .max : nil
                try transaction.run(
                    """
                    INSERT INTO freshness_pipeline_log (pipeline_id, last_dml_timestamp, deadline, found_at, resolved_at)
                    VALUES (\(number), \(Int64.min), \(Int64.max), \(number), \(resolved))
                    """
                )
                try transaction.run(
                    """
                    INSERT INTO timeliness_pipeline_execution_log
                        (pipeline_execution_id, pipeline_id, deadline, found_at)
                    VALUES (\(number), 1, \(Int64.min), \(number))
                    """
                )
            }
        }
    }

    /// Rules, findings with all their values and without a score, and their alerts.
    private func fillAnomalies() async throws {
        let pipeline = try await self.sync("judged")
        for metric in AnomalyMetric.allCases { try await self.rule(pipeline, metric, z: 1.000000000000001) }
        for day in 0..<6 as Range<Int64> { try await self.run(pipeline, day: day, rows: 100 + day, inserts: 0) }
        var odd: Int64 = 0
        for _ in 0..<3 { odd = try await self.run(pipeline, day: 6, rows: 1_000_000_007, inserts: .max) }
        try await self.detect()
        _ = try await self.anomalies.unflag(
            [.inserts],
            of: odd,
            pipelineID: pipeline,
            Reply<Void>(key: nil) { Answer(status: 204) }
        )
        try await self.rule(pipeline, .updates, active: false)
    }

    private func fillTokens() async throws {
        var generator = SplitMix64(seed: 3)
        let tokens = TokenService(self.ledger)
        for scope in TokenScope.allCases {
            _ = try await tokens.create(name: "\(scope) ü 🚆", scope: scope, secret: TokenSecret(using: &generator))
        }
        _ = try await tokens.revoke("read ü 🚆")
    }

    private func fillPipelines() async throws {
        let threshold = ThresholdUpdate(number: .set(.max), datepart: .set(.month), isMuted: .set(true))
        let update = PipelineTypeUpdate(freshness: threshold, timeliness: ThresholdUpdate())
        for (index, name) in ["ümläut 🚆 e\u{301}", "t", "line\nbreak 'quote' \"double\" \\ $1"].enumerated() {
            let key = IdempotencyKey(name: "key \(name)", fingerprint: index == 0 ? .min : .max)
            let reply = Reply<SyncedRow>(key: key) { Answer(status: 201, body: #"{"id": \#($0.id), "ü": null}"#) }
            _ = try await PipelineTypeService(self.ledger).sync(name: name, update, reply)
        }
        let first = try await self.sync("p", next: "")
        try await self.patch(first) { patch in
            patch.metadata = .set(#"{"b": 1e20, "a": [null, true, "\u0001 ü 🚆"],  "spaces":  "kept" }"#)
            patch.watermark = .set("2013-01-01")
            patch.timeliness = threshold
            patch.isActive = .set(false)
        }
        for name in ["q", "r", "s", "p without anything"] { try await self.sync(name) }
    }

    private func fillLineage() async throws {
        func address(_ name: String, _ parts: AddressPartsUpdate = .init()) -> AddressSync {
            AddressSync(name: name, addressTypeName: "kind of \(name)", addressTypeGroupName: "database", parts: parts)
        }
        let parts = AddressPartsUpdate(primaryKey: .set("id"), metadata: .set("[]"))
        let reply = Reply<LineageService.Outcome>(key: nil) { _ in Answer(status: 201) }
        for id in 1...2 as ClosedRange<Int64> {
            _ = try await LineageService(self.ledger).replace(
                pipelineID: id,
                sources: [address("a.b.c", parts), address("ä"), address("z")],
                targets: [address("d.e.f"), address("a.b.c", parts)],
                reply
            )
        }
    }

    private func fillExecutions() async throws {
        let root = try await self.start(1, next: "9")
        var parent = root
        for index in 0..<6 {
            parent = try await self.start(Int64(index % 3 + 1), next: index == 2 ? "ü" : nil, parent: parent)
            if index == 5 { continue }
            try await self.end(parent, success: index != 3, inserts: index == 4 ? nil : Int64.max)
        }
        let reply = Reply<Void>(key: nil) { Answer(status: 204) }
        let report = ExecutionReport(
            endDate: self.clock.now.advanced(byMicroseconds: 1_000_001),
            completedSuccessfully: true,
            inserts: 0,
            updates: 1,
            softDeletes: .max,
            totalRows: .max,
            metadata: #"{"rows": 12345678901234567890123}"#
        )
        _ = try await self.executions.end(id: root, with: report, reply)
        let longAgo = ExecutionStart(
            pipelineID: 2,
            startDate: Timestamp(microseconds: -62_135_596_800_000_000),
            watermark: "",
            nextWatermark: "'",
            parentID: root
        )
        let started = Reply<Int64>(key: nil) { Answer(status: 201, body: "\($0)") }
        let longAgoID = Int64(try await self.executions.start(longAgo, started).body) ?? 0
        try await self.sweep()
        let heartbeat = Heartbeat(leaseSeconds: 86_400, progress: .set(0.1), message: .set("ü\n'"))
        try await self.heartbeat(longAgoID, heartbeat)
        // No service writes such values yet.
        try await self.database.write { transaction in
            try transaction.run(
                """
                UPDATE pipeline_execution SET anomaly_flags = '["inserts"]', throughput = \(Double.leastNonzeroMagnitude)
                WHERE id = 2
                """
            )
            try transaction.run("UPDATE pipeline_execution SET throughput = \(-1e300 as Double) WHERE id = 3")
            try transaction.run(
                """
                INSERT INTO execution_lease (execution_id, heartbeat_at, expires_at, message)
                SELECT id, start_date, start_date, '' FROM pipeline_execution WHERE id IN (2, 3)
                """
            )
            try transaction.run("INSERT INTO lease_clock (name, listening_at) VALUES ('', 0), ('ü', -1)")
        }
    }

    /// Jobs in every state, alerts, and what is remembered of schedules and of the queue.
    private func fillJobs() async throws {
        let now = self.clock.now
        try await self.database.write { transaction in
            let store = JobStore(transaction)
            for work in [JobWork.freshness, .timeliness(lookbackMinutes: .max), .queueMonitor] {
                try store.enqueue(work, now: now)
            }
            for job in try store.take(2, worker: "ü", now: now, horizon: now, until: now) where job.work == .freshness {
                _ = try store.fail(id: job.id, attempt: job.attempt, error: "'é' \\ $1", retryAt: nil, now: now)
            }
            for level in Alert.Level.allCases {
                let alert = Alert(level, "Ü", "line\nbreak", details: [.init("k", "\"v\"")])
                try AlertStore(transaction).raise(alert, now: now)
            }
            for name in ["a", "ü", "c"] {
                try ScheduleStore(transaction).add(name, now: now)
                try transaction.run("INSERT INTO queue_alarm (name, severity) VALUES (\(name), \(Int64.max))")
            }
        }
    }
}
