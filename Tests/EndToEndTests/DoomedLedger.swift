// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import Foundation
import NIOHTTP1
import WatcherCore
import WatcherDatabase
import WatcherWire

/// A ledger with work for every kind of job, which is handed out in rounds while no server runs.
struct DoomedLedger {
    /// How many pipelines of a round have an odd execution.
    static let oddPipelines = 4

    private let database: any Database
    /// When the jobs are due that wait for longer than the test lasts, which is soon enough not to look like a mistake.
    private let later = Int64(Date().timeIntervalSince1970 * 1_000_000) + 1_200_000_000
    /// How many rounds have been handed out.
    private(set) var rounds = 0
    /// How often people must have been told that many jobs wait.
    private(set) var alarms = 0

    init(_ database: any Database) {
        self.database = database
    }

    /// Names of pipelines.
    static func stale(_ round: Int) -> String { "round \(round) stale" }
    static func late(_ round: Int) -> String { "round \(round) late" }
    static func odd(_ round: Int, _ number: Int) -> String { "round \(round) odd \(number)" }

    // MARK: Filling

    /// Adds all that the rounds will find, through a server that makes no checks.
    static func fill(_ client: TestClient, rounds: Int) async throws {
        for round in 0..<rounds {
            let stale = try await client.pipeline(
                Self.stale(round),
                #""freshness_number": 1, "freshness_datepart": "day""#
            )
            try await client.run(stale, hour: 0, rows: 1)
            let late = try await client.pipeline(
                Self.late(round),
                #""timeliness_number": 1, "timeliness_datepart": "hour""#
            )
            try await client.begin(late, hour: 0)
            for number in 0..<Self.oddPipelines {
                let odd = try await client.pipeline(Self.odd(round, number), nil)
                for hour in 0..<6 { try await client.run(odd, hour: hour, rows: 100) }
                try await client.run(odd, hour: 6, rows: 1000)
                // Added last, so that no execution has been judged yet.
                try await client.create(
                    Endpoints.createAnomalyRule,
                    #"{"pipeline_id": \#(odd), "metric_field": "total_rows"}"#
                )
            }
        }
    }

    /// Hides the pipelines of all rounds from the checks, and adds jobs that wait for longer than the test lasts.
    func hide() async throws {
        try await self.database.write { [later] transaction in
            try transaction.run("UPDATE pipeline SET active = FALSE")
            for _ in 0..<60 { try Self.add(.freshness, dueAt: later, transaction) }
        }
    }

    // MARK: Rounds

    /// Hands out the next round: its pipelines are checked from now on, and there is a job of each kind.
    mutating func handOut() async throws {
        let round = self.rounds
        let isNewAlarm = try await self.database.write { transaction in
            let (name, odd, rows) = ("round \(round) %", "round \(round) odd %", Int64(1000))
            try transaction.run("UPDATE pipeline SET active = TRUE WHERE name LIKE \(name)")
            let executions = try transaction.all(
                """
                SELECT e.id FROM pipeline_execution e JOIN pipeline p ON p.id = e.pipeline_id
                WHERE p.name LIKE \(odd) AND e.total_rows = \(rows) ORDER BY e.id
                """
            ) { try $0.next(Int64.self) }
            // While one is to come, another would not be told apart from it.
            let left = try transaction.one("SELECT count(*) FROM job WHERE kind = 'queue_monitor'") {
                try $0.next(Int64.self)
            }
            if left == 0 { try transaction.run("DELETE FROM queue_alarm") }
            for id in executions.prefix(2) { try Self.add(.anomalies(executionID: id), transaction) }
            for work in [.timeliness(lookbackMinutes: 60), .queueMonitor, .freshness] as [JobWork] {
                try Self.add(work, transaction)
            }
            for id in executions.dropFirst(2) { try Self.add(.anomalies(executionID: id), transaction) }
            return left == 0
        }
        self.rounds += 1
        self.alarms += isNewAlarm ? 1 : 0
    }

    private static func add(_ work: JobWork, dueAt due: Int64 = 0, _ transaction: Transaction) throws {
        let (kind, zero) = (work.kind.rawValue, Int64(0))
        try transaction.run(
            """
            INSERT INTO job (kind, subject, state, attempt, due_at, created_at)
            VALUES (\(kind), \(work.subject), 'waiting', \(zero), \(due), \(zero))
            """
        )
    }

    /// Lets the time pass after which a dead server's jobs are another's, and forgets how often they were tried.
    func letLeasesEnd() async throws {
        try await self.database.write { transaction in
            _ = try transaction.run("UPDATE job SET due_at = 0, tries = 0 WHERE state = 'running'")
        }
    }

    /// How many jobs are not done, but for those that wait for longer than the test lasts.
    func left() async throws -> Int {
        let left = try await self.database.read { [later] transaction in
            try transaction.one("SELECT count(*) FROM job WHERE due_at <> \(later) AND state <> 'parked'") {
                try $0.next(Int64.self)
            }
        }
        return Int(left ?? 0)
    }

    // MARK: Effects

    /// An alert as it was stored.
    struct StoredAlert: Sendable {
        let id: Int64
        let title: String
        let details: String
        let isSent: Bool
    }

    func alerts() async throws -> [StoredAlert] {
        try await self.database.read { transaction in
            try transaction.all("SELECT id, title, details, sent_at IS NOT NULL FROM alert ORDER BY id") { row in
                StoredAlert(
                    id: try row.next(),
                    title: try row.next(),
                    details: try row.next(),
                    isSent: try row.next()
                )
            }
        }
    }

    /// The pipelines of which a table has findings, sorted; of two findings, twice.
    func pipelines(in table: SQLStatement) async throws -> [String] {
        try await self.database.read { transaction in
            try transaction.all("SELECT p.name FROM \(table) f JOIN pipeline p ON p.id = f.pipeline_id") {
                try $0.next(String.self)
            }
        }.sorted()
    }

    /// The jobs that failed so often that they wait for somebody.
    func parked() async throws -> Int64? {
        try await self.database.read {
            try $0.one("SELECT count(*) FROM job WHERE state = 'parked'") { try $0.next() }
        }
    }
}

extension TestClient {
    /// Sends what makes something; it must be answered by its id.
    @discardableResult
    fileprivate func create(_ endpoint: Endpoint, _ json: String) async throws -> Int64 {
        let answer = try await self.send(.POST, endpoint.path, body: .bytes(Array(json.utf8)), key: nil)
        guard let id = answer.id else { throw UnexpectedAnswer(response: answer) }
        return id
    }

    fileprivate func pipeline(_ name: String, _ threshold: String?) async throws -> Int64 {
        let more = threshold.map { ", \($0)" } ?? ""
        return try await self.create(
            Endpoints.syncPipeline,
            #"{"name": "\#(name)", "pipeline_type_name": "test"\#(more)}"#
        )
    }

    /// Starts an execution that began long ago.
    @discardableResult
    fileprivate func begin(_ pipeline: Int64, hour: Int) async throws -> Int64 {
        try await self.create(
            Endpoints.startExecution,
            #"{"pipeline_id": \#(pipeline), "start_date": "2020-01-01T0\#(hour):00:00Z"}"#
        )
    }

    /// Runs an execution of long ago.
    fileprivate func run(_ pipeline: Int64, hour: Int, rows: Int64) async throws {
        let json = """
            {"id": \(try await self.begin(pipeline, hour: hour)), "end_date": "2020-01-01T0\(hour):30:00Z",
            "completed_successfully": true, "inserts": \(rows), "total_rows": \(rows)}
            """
        let answer = try await self.send(.POST, Endpoints.endExecution.path, body: .bytes(Array(json.utf8)), key: nil)
        guard answer.status == 204 else { throw UnexpectedAnswer(response: answer) }
    }
}
