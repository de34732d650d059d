// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherCore
import WatcherDatabase
import WatcherDatabaseTesting
import WatcherServices
import WatcherStore

@Suite("A ledger says what is wrong with it")
struct LedgerDiagnosisTests {
    private static let now = Timestamp(microseconds: 1_900_000_000_000_000)

    private static func findings(_ database: any Database) async throws -> [Diagnosis] {
        try await LedgerDiagnosis(database: database, now: { Self.now }).findings()
    }

    private static func moment(_ minutesAgo: Int64) -> Timestamp {
        Self.now.advanced(byMicroseconds: -minutesAgo * 60_000_000)
    }

    @Test("a ledger without work has nothing to complain of", arguments: TestDatabase.Kind.allCases)
    func healthy(kind: TestDatabase.Kind) async throws {
        try await TestDatabase.with(kind) { database in
            let findings = try await Self.findings(database)
            #expect(findings.map(\.subject) == ["schema", "jobs", "schedules", "keys"])
            #expect(findings.allSatisfy { $0.level == .ok })
        }
    }

    @Test("jobs that are parked or long overdue are problems, others are not", arguments: TestDatabase.Kind.allCases)
    func jobs(kind: TestDatabase.Kind) async throws {
        try await TestDatabase.with(kind) { database in
            try await database.write { transaction in
                let store = JobStore(transaction)
                try store.enqueue(.freshness, now: Self.moment(1))
                try store.enqueue(.queueMonitor, now: Self.moment(-60))
            }
            let calm = try await Self.findings(database)
            #expect(calm.allSatisfy { $0.level == .ok })

            try await database.write { transaction in
                try JobStore(transaction).enqueue(.alert(id: 7), now: Self.moment(90))
                for id in Int64(101)...107 {
                    try transaction.run(
                        """
                        INSERT INTO job (id, kind, subject, state, attempt, due_at, last_error, created_at)
                        VALUES (\(id), 'alert', 1, 'parked', 5, \(Self.now), 'no route to host', \(Self.now))
                        """
                    )
                }
            }
            let bad = try await Self.findings(database).filter { $0.level == .problem }
            try #require(bad.map(\.subject) == ["jobs", "jobs"])
            #expect(bad[0].finding.hasPrefix("7 parked after their last try: 101 (alert: no route to host), 102 "))
            #expect(bad[0].finding.hasSuffix("and 2 more"))
            #expect(bad[1].finding.hasPrefix("1 overdue, the first since 90 minutes"))
        }
    }

    @Test("a schedule that has not fired for a day is a warning", arguments: TestDatabase.Kind.allCases)
    func schedules(kind: TestDatabase.Kind) async throws {
        try await TestDatabase.with(kind) { database in
            try await database.write { transaction in
                for (name, minutes) in [("freshness", Int64(59)), ("queue", 48 * 60)] {
                    try transaction.run(
                        "INSERT INTO schedule (name, fired_at) VALUES (\(name), \(Self.moment(minutes)))"
                    )
                }
            }
            let warnings = try await Self.findings(database).filter { $0.level != .ok }
            #expect(warnings.map(\.level) == [.warning])
            #expect(warnings.first?.finding == "queue last fired, or was first seen, 48 hours ago")
        }
    }

    @Test("a schedule that is known is judged by its own times", arguments: TestDatabase.Kind.allCases)
    func knownSchedules(kind: TestDatabase.Kind) async throws {
        let (hourly, yearly) = (try CronSchedule("@hourly"), try CronSchedule("@yearly"))
        try await TestDatabase.with(kind) { database in
            try await database.write { transaction in
                for (name, minutes) in [("freshness", Int64(180)), ("queue", 48 * 60), ("timeliness", 48 * 60)] {
                    try transaction.run(
                        "INSERT INTO schedule (name, fired_at) VALUES (\(name), \(Self.moment(minutes)))"
                    )
                }
            }
            func findings(_ schedules: [String: CronSchedule?]) async throws -> [Diagnosis] {
                try await LedgerDiagnosis(database: database, schedules: schedules, now: { Self.now }).findings()
                    .filter { $0.subject == "schedules" }
            }
            let calm = try await findings(["freshness": yearly, "queue": yearly, "timeliness": nil])
            #expect(calm == [.ok("schedules", "none is late: freshness, queue, timeliness")])
            let late = try await findings(["freshness": hourly, "queue": yearly, "timeliness": nil])
            #expect(late.map(\.level) == [.warning])
            let first = try #require(hourly.next(after: Self.moment(180)))
            let minutes = (Self.now.microseconds - first.microseconds) / 60_000_000
            #expect(
                late.first?.finding
                    == "freshness was to fire \(minutes) minutes ago, by its schedule '@hourly', and has not"
            )
        }
    }

    @Test("a database of another program is told as such", arguments: TestDatabase.Kind.allCases)
    func foreign(kind: TestDatabase.Kind) async throws {
        for table in ["CREATE TABLE pipeline (x INTEGER)", "CREATE TABLE schema_migration (version INTEGER)"]
            as [SQLStatement]
        {
            try await TestDatabase.with(kind, migrations: []) { database in
                try await database.write { _ = try $0.run(table) }
                let findings = try await Self.findings(database)
                #expect(findings.map(\.level) == [.problem])
                #expect(findings.first?.finding.hasPrefix("it is another program's database: ") == true)
                #expect(findings.first?.remedy?.contains("--database") == true)
                try await database.read { _ = try $0.run("SELECT 1") }
            }
        }
    }

    @Test("expired keys that pile up are a warning, keys in use are not", arguments: TestDatabase.Kind.allCases)
    func keys(kind: TestDatabase.Kind) async throws {
        try await TestDatabase.with(kind) { database in
            func fill(_ prefix: String, _ moment: Timestamp) async throws {
                _ = try await database.write { transaction in
                    try transaction.run(
                        """
                        INSERT INTO idempotency_key (name, fingerprint, answer_status, answer_body, created_at)
                        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
                        SELECT \(prefix) || CAST(i AS TEXT), 0, 201, '', \(moment) FROM n
                        """
                    )
                }
            }
            try await fill("new-", Self.moment(60))
            #expect(try await Self.findings(database).last?.level == .ok)
            try await fill("old-", Self.moment(30 * 60))
            let keys = try await Self.findings(database).last
            #expect(keys?.subject == "keys" && keys?.level == .warning)
        }
    }

    @Test(
        "a schema that is missing, behind, newer or half copied is told, and nothing else",
        arguments: TestDatabase.Kind.allCases
    )
    func schema(kind: TestDatabase.Kind) async throws {
        let all = Schema.migrations
        try await TestDatabase.with(kind, migrations: []) { database in
            let findings = try await Self.findings(database)
            #expect(findings.map(\.level) == [.warning])
        }
        try await TestDatabase.with(kind, migrations: Array(all.dropLast(2))) { database in
            let findings = try await Self.findings(database)
            #expect(findings.map(\.level) == [.warning])
            #expect(findings.first?.finding.hasPrefix("2 steps are missing") == true)
            #expect(findings.first?.remedy == "run 'watcher migrate'")
        }
        let newer = Migration(id: Int64(all.count) + 1, name: "newer") { _ in [] }
        try await TestDatabase.with(kind, migrations: all + [newer]) { database in
            let findings = try await Self.findings(database)
            #expect(findings.map(\.level) == [.problem])
            #expect(findings.first?.finding.contains("schema step \(newer.id)") == true)
        }
        try await TestDatabase.with(kind) { database in
            try await database.write { try CopyProgressStore($0).begin() }
            let findings = try await Self.findings(database)
            #expect(findings.map(\.level) == [.problem])
        }
    }
}
