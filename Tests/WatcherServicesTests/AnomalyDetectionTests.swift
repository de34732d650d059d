// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherCore
import WatcherDatabase
import WatcherDatabaseTesting
import WatcherServices

@Suite("Anomaly detection")
struct AnomalyDetectionTests {
    @Test("an odd value is flagged, stored and told once", arguments: TestDatabase.Kind.allCases)
    func flagsOnce(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            let pipeline = try await ledger.sync()
            for day in -12..<0 as Range<Int64> { try await ledger.run(pipeline, day: day, rows: 1000 + day % 3) }
            // Of another hour and wide enough to hide everything.
            for day in -8..<0 as Range<Int64> {
                try await ledger.run(pipeline, day: day, hour: 1, rows: day % 2 * 1_000_000)
            }
            try await ledger.rule(pipeline, minimum: 12)
            let odd = try await ledger.run(pipeline, day: 0, rows: 1010)
            let job = try #require(try await ledger.takeJobs().first)
            #expect(job.work == .anomalies(executionID: odd))
            try await ledger.anomalies.run(job)
            let result = AnomalyResult(
                executionID: odd,
                metric: "total_rows",
                baselineExecutions: 12,
                isUnflagged: false
            )
            // The job is gone; a worker that had lost it does nothing, nor does one that gets it again.
            let lost = await #expect(throws: ServiceError.self) { try await ledger.anomalies.run(job) }
            #expect(lost?.code == .unavailable)
            try await ledger.enqueue(.anomalies(executionID: odd))
            try await ledger.detect()
            #expect(try await ledger.takeJobs().isEmpty)
            #expect(try await ledger.flags(odd) == #"{"total_rows":true}"#)
            #expect(try await ledger.results() == [result])
            let alerts = try await ledger.alerts()
            #expect(alerts.count == 1)
            #expect(alerts.first?.hasPrefix("Pipeline 'p', execution \(odd): unusual total_rows [[") == true)
            #expect(alerts.first?.contains("1010, usual are ") == true)
            // Left out of later baselines: the next of its kind is as odd.
            let next = try await ledger.run(pipeline, day: 1, rows: 1010)
            try await ledger.detect()
            #expect(try await ledger.flags(next) == #"{"total_rows":true}"#)
            #expect(try await ledger.results().last?.baselineExecutions == 12)
        }
    }

    @Test("a worker that has lost the job changes nothing", arguments: TestDatabase.Kind.allCases)
    func effectComesWithTheEndOfTheJob(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            let pipeline = try await ledger.sync()
            try await ledger.rule(pipeline)
            for day in -6..<0 as Range<Int64> { try await ledger.run(pipeline, day: day, rows: 10) }
            try await ledger.detect()
            let odd = try await ledger.run(pipeline, day: 0, rows: 12)
            let slow = try #require(try await ledger.takeJobs().first)
            let jobs = try await ledger.takeJobs()
            await #expect(throws: ServiceError.self) { try await ledger.anomalies.run(slow) }
            #expect(try await ledger.flags(odd) == nil)
            #expect(try await ledger.results().isEmpty)
            #expect(try await ledger.alerts().isEmpty)
            for job in jobs { try await ledger.anomalies.run(job) }
            #expect(try await ledger.flags(odd) == #"{"total_rows":true}"#)
            #expect(try await ledger.alerts().count == 1)
        }
    }

    @Test(
        "the baseline is the pipeline's earlier successes within the lookback that have a value",
        arguments: TestDatabase.Kind.allCases
    )
    func baselines(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            let (pipeline, other) = (try await ledger.sync(), try await ledger.sync("other"))
            for day in -10 ... -1 as ClosedRange<Int64> { try await ledger.run(pipeline, day: day, rows: 100) }
            // None of these counts: too old, failed, without a value, of another pipeline, started later.
            try await ledger.run(pipeline, day: -11, rows: 7)
            try await ledger.run(pipeline, day: -2, rows: 7, success: false)
            try await ledger.run(pipeline, day: -2, rows: nil)
            try await ledger.run(other, day: -2, rows: 7)
            try await ledger.run(pipeline, day: 1, rows: 7)
            try await ledger.rule(pipeline, lookback: 10, minimum: 5)
            // Those that began in the same hour, and one at each edge beside it.
            try await ledger.run(pipeline, day: -5, hour: 1, rows: 7)
            try await ledger.run(pipeline, day: -5, hour: -1, rows: 7)
            try await ledger.run(pipeline, day: -5, rows: 100)
            _ = try await ledger.database.write { try $0.run("DELETE FROM job") }

            let odd = try await ledger.run(pipeline, day: 0, rows: 111)
            let same = try await ledger.run(pipeline, day: 0, rows: 110)
            let none = try await ledger.run(pipeline, day: 0, rows: nil)
            try await ledger.detect()
            #expect(try await ledger.results().map(\.baselineExecutions) == [11])
            #expect(try await ledger.flags(odd) == #"{"total_rows":true}"#)
            #expect(try await ledger.flags(same) == nil)
            #expect(try await ledger.flags(none) == nil)
        }
    }

    @Test("a job that runs once a day is judged, by all hours it ever ran in", arguments: TestDatabase.Kind.allCases)
    func dailyJobs(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            let pipeline = try await ledger.sync()
            try await ledger.rule(pipeline)
            var found: [String?] = []
            for (day, rows) in [100, 100, 100, 200, 100, 100, 110, 150, 150].enumerated() as EnumeratedSequence<[Int64]>
            {
                let id = try await ledger.run(pipeline, day: Int64(day), hour: Int64(day % 3), rows: rows)
                try await ledger.detect()
                found.append(try await ledger.flags(id))
            }
            // The fourth came too early to be judged, and widens what is usual.
            #expect(found.allSatisfy { $0 == nil })
            for (rows, isOdd) in [(400, true), (400, true), (120, false)] as [(Int64, Bool)] {
                let id = try await ledger.run(pipeline, day: 9, hour: 7, rows: rows)
                try await ledger.detect()
                #expect((try await ledger.flags(id) != nil) == isOdd, "\(rows)")
            }
            #expect(try await ledger.results().map(\.baselineExecutions) == [9, 9])
        }
    }

    @Test("several odd metrics are one alert", arguments: TestDatabase.Kind.allCases)
    func oneAlert(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            let pipeline = try await ledger.sync()
            for day in -6..<0 as Range<Int64> { try await ledger.run(pipeline, day: day, rows: 100, inserts: 0) }
            for metric in AnomalyMetric.allCases { try await ledger.rule(pipeline, metric) }
            try await ledger.rule(pipeline, .throughput, active: false)
            let odd = try await ledger.run(pipeline, day: 0, rows: 1, inserts: 1)
            try await ledger.detect()
            #expect(try await ledger.flags(odd) == #"{"inserts":true,"total_rows":true}"#)
            let alerts = try await ledger.alerts()
            #expect(alerts.count == 1)
            #expect(
                alerts.first?.contains(#"["total_rows","1, usual are 90 to 110 (mean 100 of 6 executions)"]"#) == true
            )
            #expect(alerts.first?.contains(#"["inserts","1, usual are 0 to 0"#) == true)
        }
    }

    @Test("only a success of a pipeline with an active rule is to be judged", arguments: TestDatabase.Kind.allCases)
    func jobsAreAdded(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            let (pipeline, other) = (try await ledger.sync(), try await ledger.sync("other"))
            try await ledger.run(pipeline, day: 0, rows: 1)
            try await ledger.rule(pipeline, active: false)
            try await ledger.run(pipeline, day: 0, rows: 1)
            try await ledger.rule(pipeline)
            try await ledger.run(pipeline, day: 0, rows: 1, success: false)
            try await ledger.run(other, day: 0, rows: 1)
            #expect(try await ledger.takeJobs().isEmpty)
            // Its end comes after it was given up, and twice.
            let late = try await ledger.start(pipeline)
            _ = try await ledger.database.write {
                try $0.run("UPDATE pipeline_execution SET status = 'lost' WHERE id = \(late)")
            }
            let report = ExecutionReport(endDate: ledger.clock.now, completedSuccessfully: true)
            for _ in 0..<2 { try await ledger.end(late, with: report) }
            let jobs = try await ledger.takeJobs()
            #expect(jobs.map(\.work) == [.anomalies(executionID: late)])
            // It is gone before it is judged.
            _ = try await ledger.database.write { try $0.run("DELETE FROM pipeline_execution WHERE id = \(late)") }
            for job in jobs { try await ledger.anomalies.run(job) }
            #expect(try await ledger.takeJobs().isEmpty)
        }
    }
}
