// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherCore
import WatcherDatabase
import WatcherDatabaseTesting
import WatcherServices
import WatcherStore

@Suite("A month of checks")
struct MonthOfChecksTests {
    @Test(
        "of 50 pipelines, whatever is late, stale, lost or odd is found once, and nothing else",
        arguments: [TestDatabase.Kind.sqliteMemory, .postgres]
    )
    func month(kind: TestDatabase.Kind) async throws {
        let plan = MonthPlan(seed: 2013)
        let planted = MonthFindings(plan)
        // The month is one in which all of it happens, often.
        #expect(planted.late.count > 150 && planted.stale.count > 150 && planted.restored.count > 150)
        #expect(planted.lost.count > 40 && planted.endedAfterAll.count > 20 && planted.odd.count > 30)
        #expect(plan.runs.count > 1500)
        try await TestLedger.with(kind) { ledger in
            let place = Place()
            var month = Month(plan, on: ledger)
            try await month.run(alertsTo: place)
            let ids = month.ids

            let found = try await ledger.found()
            #expect(Self.departures(of: found.late, from: planted.late.map { "\(ids[$0] ?? 0)" }) == [])
            #expect(Self.departures(of: found.stale, from: planted.stale.map(month.stored)) == [])
            let odd = planted.odd.flatMap { number in
                plan.runs[number].odd.map { "\(ids[number] ?? 0) \($0.rawValue)" }
            }
            #expect(Self.departures(of: found.odd, from: odd) == [])
            let executions = ids.map { number, id in
                "\(id) \(plan.runs[number].status.rawValue) \(plan.flags(of: number))"
            }
            #expect(Self.departures(of: found.executions, from: executions) == [])

            let alerts = try await ledger.database.read { try AlertStore($0).newest(limit: 100_000) }
            #expect(Self.departures(of: alerts.flatMap(\.alert.alert.findings), from: month.alerts(of: planted)) == [])
            // One alert for each check, lost execution and odd one; each was sent, once.
            #expect(Set(alerts.map { "\($0.alert.raisedAt) \($0.alert.alert.occasion)" }).count == alerts.count)
            #expect(place.sent.map(\.id).sorted() == alerts.map(\.alert.id).sorted())
            #expect(try await ledger.database.jobs() == [])
        }
    }

    /// What was found and not planted, or planted and not found, or not as often.
    private static func departures(of found: [String], from planted: [String]) -> [String] {
        found.sorted().difference(from: planted.sorted()).map { change in
            switch change {
            case .insert(_, let element, _): "found \(element)"
            case .remove(_, let element, _): "missed \(element)"
            }
        }
    }
}

extension MonthPlan {
    /// The flags of an execution at the end of the month, as they are stored.
    func flags(of number: Int) -> String {
        let run = self.runs[number]
        guard run.isOver, !run.odd.isEmpty else { return "none" }
        return "{" + run.odd.map { "\"\($0.rawValue)\":true" }.sorted().joined(separator: ",") + "}"
    }
}

extension Alert {
    /// The things that it tells, each in words of its own.
    fileprivate var findings: [String] {
        switch self.title {
        case "Execution lost", "Anomaly detected": ["\(self.title): \(self.occasion)"]
        default: self.details.map { "\(self.title): \($0.key)" }
        }
    }

    /// What it is about, besides the time: an execution, with what is odd about it, or all that a check has found.
    fileprivate var occasion: String {
        switch self.title {
        case "Execution lost": "execution \(self.details[1].value)"
        case "Anomaly detected":
            (["execution \(self.details[1].value)"] + self.details.dropFirst(2).map(\.key).sorted())
                .joined(separator: " ")
        default: self.title
        }
    }
}

extension Month {
    /// What people must have been told, in the words of ``WatcherCore/Alert/findings``.
    fileprivate func alerts(of planted: MonthFindings) -> [String] {
        func name(_ number: Int) -> String { self.plan.pipelines[number].name }
        func id(_ number: Int) -> Int64 { self.ids[number] ?? 0 }
        let late = planted.late.map {
            "Timeliness Check Failed: \(name(self.plan.runs[$0].pipeline)) (execution \(id($0)))"
        }
        let odd = planted.odd.map { number in
            let metrics = self.plan.runs[number].odd.map(\.rawValue).sorted().joined(separator: " ")
            return "Anomaly detected: execution \(id(number)) \(metrics)"
        }
        return
            (late + odd + planted.stale.map { "Freshness Check Failed: \(name($0.pipeline))" }
            + planted.restored.map { "Freshness Restored: \(name($0))" }
            + planted.lost.map { "Execution lost: execution \(id($0))" })
    }
}

extension TestLedger {
    /// What the tables of findings hold; what is there twice is there twice.
    fileprivate func found() async throws
        -> (late: [String], stale: [String], odd: [String], executions: [String])
    {
        try await self.database.read { transaction in
            (
                late: try transaction.all(
                    "SELECT pipeline_execution_id FROM timeliness_pipeline_execution_log"
                ) { row in "\(try row.next(Int64.self))" },
                stale: try transaction.all(
                    "SELECT pipeline_id, last_dml_timestamp FROM freshness_pipeline_log"
                ) { row in "\(try row.next(Int64.self)) \(try row.next(Int64.self))" },
                odd: try transaction.all(
                    "SELECT pipeline_execution_id, metric_field FROM anomaly_detection_result"
                ) { row in "\(try row.next(Int64.self)) \(try row.next(String.self))" },
                executions: try transaction.all("SELECT id, status, anomaly_flags FROM pipeline_execution") { row in
                    "\(try row.next(Int64.self)) \(try row.next(String.self)) \(try row.next(String?.self) ?? "none")"
                }
            )
        }
    }
}
