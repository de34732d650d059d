// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherCore
import WatcherDatabase
import WatcherDatabaseTesting
import WatcherServices
import WatcherStore

@Suite("How the ledger of a running server is")
struct DiagnosticsServiceTests {
    @Test(
        "the report has the doctor's findings, the schema's steps and the jobs",
        arguments: TestDatabase.Kind.allCases
    )
    func report(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            let now = ledger.clock.now
            try await ledger.database.write { transaction in
                let store = JobStore(transaction)
                try store.enqueue(.freshness, now: now)
                try store.enqueue(.freshness, now: now.advanced(byMicroseconds: 1_000_000))
                try store.enqueue(.queueMonitor, now: now.advanced(byMicroseconds: -3_600_000_000))
                try ScheduleStore(transaction).add("freshness", now: now)
            }
            let report = try await DiagnosticsService(ledger.ledger).report()
            let doctor = try await LedgerDiagnosis(database: ledger.database, now: { now }).findings()
            #expect(report.findings.map(\.finding) == doctor.map(\.finding))
            #expect(report.findings.map(\.level.rawValue) == doctor.map(\.level.rawValue))
            #expect(report.findings.contains { $0.level == .problem && $0.remedy != nil })
            #expect(report.database == ledger.database.dialect.productName)
            #expect(report.steps.map(\.id) == Schema.migrations.map(\.id))
            #expect(report.steps.map(\.name) == Schema.migrations.map(\.name))
            #expect(report.jobs.map(\.title) == ["Freshness check", "Queue monitor"])
            #expect(report.jobs.map(\.waiting) == [2, 1] && report.jobs.allSatisfy { $0.parked + $0.running == 0 })
            #expect(report.queue.pending == 3 && report.queue.later == 1)
            #expect(report.schedules == [.init(name: "freshness", firedAt: now)])
            #expect(report.load.readLimit > 0)
        }
    }

    @Test("a ledger with steps of a newer version is reported, not refused")
    func newerSchema() async throws {
        try await TestLedger.with(.sqliteFile) { ledger in
            try await ledger.database.write { transaction in
                _ = try transaction.run(
                    "INSERT INTO schema_migration (id, name, checksum, applied_at) VALUES (999, 'later', 1, 1)"
                )
            }
            let report = try await DiagnosticsService(ledger.ledger).report()
            #expect(report.steps.isEmpty)
            #expect(report.findings.map(\.level) == [.problem])
        }
    }
}
