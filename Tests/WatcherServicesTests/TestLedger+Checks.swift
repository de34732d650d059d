// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherCore
import WatcherDatabase
import WatcherServices
import WatcherStore

/// An alert as it was stored.
struct RaisedAlert: Sendable, Equatable {
    let level: String
    let title: String
    let message: String
    /// The keys and values, one after the other.
    let details: [String]
}

extension TestLedger {
    var freshness: FreshnessService { FreshnessService(self.ledger) }
    var timeliness: TimelinessService { TimelinessService(self.ledger) }
    var retention: RetentionService { RetentionService(self.ledger) }

    /// All alerts in the order in which they were raised; fails when one has no job that sends it.
    func raisedAlerts() async throws -> [RaisedAlert] {
        let (alerts, jobs) = try await self.database.read { transaction in
            let alerts = try transaction.all("SELECT level, title, message, details FROM alert ORDER BY id") { row in
                RaisedAlert(
                    level: try row.next(),
                    title: try row.next(),
                    message: try row.next(),
                    // No text of these tests holds a quote.
                    details: try row.next(String.self).split(separator: "\"").enumerated()
                        .filter { $0.offset % 2 == 1 }.map { String($0.element) }
                )
            }
            let jobs = try transaction.one("SELECT count(*) FROM job WHERE kind = 'alert'") { try $0.next(Int64.self) }
            return (alerts, jobs)
        }
        #expect(jobs == Int64(alerts.count))
        return alerts
    }

    /// How many rows a table has.
    func count(_ table: SQLStatement) async throws -> Int64? {
        try await self.database.read { try $0.one("SELECT count(*) FROM \(table)") { try $0.next() } }
    }

    /// Syncs a pipeline with thresholds.
    func sync(_ name: String, freshness: TimeLimit? = nil, timeliness: TimeLimit? = nil) async throws -> Int64 {
        let id = try await self.sync(name)
        try await self.patch(id) { patch in
            patch.freshness = freshness.map(ThresholdUpdate.init) ?? ThresholdUpdate()
            patch.timeliness = timeliness.map(ThresholdUpdate.init) ?? ThresholdUpdate()
        }
        return id
    }

    /// Starts an execution now, as the clock stands.
    func begin(_ pipelineID: Int64, at start: Timestamp? = nil, parent: Int64? = nil) async throws -> Int64 {
        let start = ExecutionStart(
            pipelineID: pipelineID,
            startDate: start ?? self.clock.now,
            watermark: nil,
            nextWatermark: nil,
            parentID: parent
        )
        let reply = Reply<Int64>(key: nil) { Answer(status: 201, body: "\($0)") }
        return try #require(Int64(try await self.executions.start(start, reply).body))
    }

    /// Ends an execution, now as the clock stands unless told otherwise.
    func finish(_ id: Int64, at end: Timestamp? = nil, success: Bool = true, inserts: Int64? = nil) async throws {
        try await self.end(
            id,
            with: ExecutionReport(endDate: end ?? self.clock.now, completedSuccessfully: success, inserts: inserts)
        )
    }

    /// Loads data: an execution that begins, inserts and ends now.
    func load(_ pipelineID: Int64) async throws {
        try await self.finish(try await self.begin(pipelineID), inserts: 1)
    }

    /// Takes the only job of a kind, as a worker does.
    func takeJob(_ kind: JobKind) async throws -> Job {
        let job = try await self.database.write { transaction in
            try transaction.run(
                "UPDATE job SET state = \(JobState.running), attempt = attempt + 1 WHERE kind = \(kind)"
            )
            return try transaction.one("SELECT id, subject, attempt FROM job WHERE kind = \(kind)") { row in
                let id: Int64 = try row.next()
                let work = JobWork(kind, subject: try row.next())
                return Job(id: id, work: try #require(work), attempt: try row.next())
            }
        }
        return try #require(job)
    }
}

extension ThresholdUpdate {
    init(_ limit: TimeLimit) {
        self.init(number: .set(limit.number), datepart: .set(limit.datepart))
    }
}
