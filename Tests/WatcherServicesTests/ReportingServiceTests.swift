// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherCore
import WatcherDatabase
import WatcherDatabaseTesting
import WatcherServices

struct ReportingServiceTests {
    private static let kinds = [TestDatabase.Kind.sqliteFile, .postgres]

    /// A page of figures, of all in the last 30 days unless told otherwise.
    private func daily(
        _ ledger: TestLedger,
        _ filter: DailyMetricsFilter = DailyMetricsFilter(days: 30),
        page: Int64 = 1,
        size: Int64 = 50
    ) async throws -> ReportingService.DailyPage {
        try await ReportingService(ledger.ledger).daily(filter, NumberedPage(number: page, size: size))
    }

    /// Starts an execution now, and ends it so many seconds later.
    private func run(
        _ ledger: TestLedger,
        _ pipeline: Int64,
        seconds: Int64,
        success: Bool = true,
        inserts: Int64? = nil,
        rows: Int64? = nil
    ) async throws {
        let id = try await ledger.start(pipeline)
        ledger.clock.advance(seconds: seconds)
        let report = ExecutionReport(
            endDate: ledger.clock.now,
            completedSuccessfully: success,
            inserts: inserts,
            totalRows: rows
        )
        try await ledger.end(id, with: report)
    }

    @Test("a day adds up all that started on it; failed and lost executions count as failed", arguments: kinds)
    func addsUpDays(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            let pipeline = try await ledger.sync("p")
            try await self.run(ledger, pipeline, seconds: 10, inserts: 5, rows: 100)
            try await self.run(ledger, pipeline, seconds: 5, success: false, inserts: 2)
            let lost = try await ledger.start(pipeline)
            try await ledger.end(lost, success: false)
            _ = try await ledger.database.write {
                try $0.run("UPDATE pipeline_execution SET status = \(ExecutionStatus.lost) WHERE id = \(lost)")
            }
            let found = try #require(try await self.daily(ledger).metrics.first)
            #expect(found.totalExecutions == 3 && found.failedExecutions == 2 && found.endedExecutions == 3)
            #expect(found.errorPercentage == 66.67)
            #expect(found.averageDurationSeconds == 5.33)
            #expect(found.inserts == 7 && found.updates == 0 && found.totalRows == 100)
            #expect(found.throughput == 6.25)
            #expect(found.pipelineName == "p" && found.pipelineTypeName == "t")
            #expect(found.day == ledger.clock.now.dayUTC)

            let running = try await ledger.sync("q")
            _ = try await ledger.start(running)
            let other = try #require(try await self.daily(ledger).metrics.last)
            #expect(other.pipelineName == "q" && other.totalExecutions == 1 && other.errorPercentage == 0)
            #expect(other.averageDurationSeconds == nil && other.throughput == nil && other.totalRows == nil)
        }
    }

    @Test("counters whose sum is more than 64 bits hold are answered as the largest number", arguments: kinds)
    func boundsSums(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            let (two, one) = (try await ledger.sync("two"), try await ledger.sync("one"))
            for _ in 1...2 { try await self.run(ledger, two, seconds: 0, inserts: .max - 1, rows: .max) }
            try await self.run(ledger, one, seconds: 0, inserts: .max - 1, rows: .max)
            let metrics = try await self.daily(ledger).metrics
            #expect(metrics.map(\.pipelineName) == ["one", "two"])
            #expect(metrics.map(\.inserts) == [.max - 1, .max])
            #expect(metrics.map(\.totalRows) == [.max, .max])
            #expect(metrics.map(\.throughput) == [0, 0])
        }
    }

    @Test("days are counted back from the clock's day in UTC, today included", arguments: kinds)
    func windows(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            let pipeline = try await ledger.sync("p")
            // 22:13:20; two hours later it is the next day.
            let first = ledger.clock.now.dayUTC
            _ = try await ledger.start(pipeline)
            ledger.clock.advance(seconds: 2 * 3600)
            _ = try await ledger.start(pipeline)
            // What a client with a wrong clock says to have started next week.
            _ = try await ledger.start(pipeline, secondsFromNow: 7 * 86_400)
            func days(_ count: Int64) async throws -> [Int64] {
                try await self.daily(ledger, DailyMetricsFilter(days: count)).metrics.map(\.day)
            }
            #expect(try await days(1) == [first + 1])
            #expect(try await days(2) == [first + 1, first])
            ledger.clock.advance(seconds: 28 * 86_400)
            #expect(try await days(29) == [first + 8, first + 1])
            #expect(try await days(30) == [first + 8, first + 1, first])
            ledger.clock.advance(seconds: 86_400)
            #expect(try await days(30) == [first + 8, first + 1])
        }
    }

    @Test("pages divide the figures, the newest day first, then by name", arguments: kinds)
    func pages(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            for _ in 1...2 {
                for name in ["c", "a", "b"] { _ = try await ledger.start(try await ledger.sync(name)) }
                ledger.clock.advance(seconds: 86_400)
            }
            var read: [String] = []
            for page in 1...5 as ClosedRange<Int64> {
                let found = try await self.daily(ledger, page: page, size: 2)
                #expect(found.totalRecords == 6 && found.page.pages(of: found.totalRecords) == 3)
                read += found.metrics.map { "\($0.day - ledger.clock.now.dayUTC)\($0.pipelineName)" }
            }
            #expect(read == ["-1a", "-1b", "-1c", "-2a", "-2b", "-2c"])
            let beyond = try await self.daily(ledger, page: .max, size: 1000)
            #expect(beyond.metrics.isEmpty && beyond.totalRecords == 6)

            func names(_ pipeline: String?, _ type: String?) async throws -> [String] {
                let filter = DailyMetricsFilter(pipelineName: pipeline, pipelineTypeName: type, days: 30)
                return try await self.daily(ledger, filter).metrics.map(\.pipelineName)
            }
            #expect(try await names("b", nil) == ["b", "b"])
            #expect(try await names("b", "t") == ["b", "b"])
            #expect(try await names(nil, "t").count == 6)
            #expect(try await names("x", nil).isEmpty)
            #expect(try await names("b", "x").isEmpty)
            #expect(try await names(nil, "x").isEmpty)
        }
    }
}
