// SPDX-License-Identifier: Apache-2.0

import GRDB
import Testing

@testable import FlightsCommand

struct SummaryTests {
    private let folder: TestFolder
    private let target: Target

    init() throws {
        self.folder = try TestFolder()
        self.target = try Target(
            path: self.folder.path + "/flights.sqlite",
            airlines: Airline.all(in: Committed.airlines)
        )
    }

    @Test("the summary counts what flew, what did not, and how late it left")
    func numbers() async throws {
        let delays = [-5, 14, 15, 40, nil]
        let flights = try delays.enumerated().map { try Flight.example(day: 1, number: $0 + 1, delay: $1) }
        _ = try await self.target.load(.example(1, flights + [.example(day: 1, carrier: "AA", delay: nil)]))
        #expect(try await self.target.refreshSummary(of: [.january(1)]) == SummaryCounts(inserts: 2))
        let rows = try self.target.database.read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM delay_summary ORDER BY carrier")
        }
        #expect(
            rows == [
                [
                    "day": "2013-01-01", "carrier": "AA", "airline": "American Airlines Inc.", "flights": 0,
                    "cancelled": 1, "delayed": 0, "mean_dep_delay": nil, "mean_arr_delay": nil,
                    "longest_dep_delay": nil,
                ],
                [
                    "day": "2013-01-01", "carrier": "UA", "airline": "United Air Lines Inc.", "flights": 4,
                    "cancelled": 1, "delayed": 2, "mean_dep_delay": 16.0, "mean_arr_delay": 16.0,
                    "longest_dep_delay": 40,
                ],
            ]
        )
    }

    @Test("a refresh replaces the rows of the days it is given, and no others")
    func refreshes() async throws {
        for day in 1...2 {
            _ = try await self.target.load(.example(day, [.example(day: day)]))
            _ = try await self.target.refreshSummary(of: [.january(day)])
        }
        let batch = try DayBatch.example(
            3,
            [.example(day: 3)],
            corrections: [.example(day: 1, delay: 90)]
        )
        _ = try await self.target.load(batch)
        #expect(batch.touchedDays == (try [.january(1), .january(3)]))
        #expect(
            try await self.target.refreshSummary(of: batch.touchedDays) == SummaryCounts(inserts: 1, updates: 1)
        )
        let delayed = try await self.target.database.read { database in
            try Int.fetchAll(database, sql: "SELECT delayed FROM delay_summary ORDER BY day")
        }
        #expect(delayed == [1, 0, 0])
    }
}
