// SPDX-License-Identifier: Apache-2.0

import GRDB
import Testing

@testable import FlightsCommand

struct TargetLoadTests {
    private let folder: TestFolder
    private let target: Target

    init() throws {
        self.folder = try TestFolder()
        self.target = try Target(
            path: self.folder.path + "/flights.sqlite",
            airlines: Airline.all(in: Committed.airlines)
        )
    }

    private func stored() async throws -> [StoredFlight] {
        try await self.target.database.read { database in
            try StoredFlight.fetchAll(database, sql: "SELECT * FROM flight ORDER BY day, carrier, flight, origin")
        }
    }

    @Test("new flights are inserted, and cancelled ones are soft-deleted")
    func newFlights() async throws {
        let (flown, cancelled) = (try Flight.example(day: 1), try Flight.example(day: 1, number: 2, delay: nil))
        let counts = try await self.target.load(.example(1, [flown, cancelled]))
        #expect(counts == LoadCounts(inserts: 1, softDeletes: 1))
        #expect(
            try await self.stored() == [
                StoredFlight(flight: flown, loadedOn: "2013-01-01", changedOn: nil, deletedOn: nil),
                StoredFlight(flight: cancelled, loadedOn: "2013-01-01", changedOn: nil, deletedOn: "2013-01-01"),
            ]
        )
        #expect(try await self.target.holds(.january(1)))
    }

    @Test("a day that is loaded again changes nothing")
    func loadingAgainChangesNothing() async throws {
        let flights = try [Flight.example(day: 1), .example(day: 1, number: 2, delay: nil)]
        _ = try await self.target.load(.example(1, flights))
        let second = try DayBatch.example(2, [.example(day: 2)], corrections: [.example(day: 1, delay: 30)])
        _ = try await self.target.load(second)
        let before = try await self.stored()
        #expect(try await self.target.load(second) == LoadCounts(unchanged: 2))
        #expect(try await self.stored() == before)
    }

    @Test("a late correction updates the flight and says when")
    func corrections() async throws {
        _ = try await self.target.load(.example(1, [.example(day: 1)]))
        let late = try Flight.example(day: 1, delay: 30)
        #expect(try await self.target.load(.example(2, [], corrections: [late])) == LoadCounts(updates: 1))
        #expect(
            try await self.stored() == [
                StoredFlight(flight: late, loadedOn: "2013-01-01", changedOn: "2013-01-02", deletedOn: nil)
            ]
        )
    }

    @Test("a flight that turns out cancelled is soft-deleted, and one that flew after all comes back")
    func cancellations() async throws {
        let (flown, cancelled) = (try Flight.example(day: 1), try Flight.example(day: 1, delay: nil))
        _ = try await self.target.load(.example(1, [flown]))
        #expect(try await self.target.load(.example(2, [], corrections: [cancelled])) == LoadCounts(softDeletes: 1))
        #expect(try await self.stored().map(\.deletedOn) == ["2013-01-02"])
        #expect(try await self.target.load(.example(3, [], corrections: [flown])) == LoadCounts(updates: 1))
        #expect(try await self.stored().map(\.deletedOn) == [nil])
        #expect(try await self.stored().map(\.changedOn) == ["2013-01-03"])
    }

    @Test("rows that contradict each other or what is loaded are refused, all of them, and each is named")
    func refusedDays() async throws {
        _ = try await self.target.load(.example(1, [.example(day: 1)]))
        let before = try await self.stored()
        let batch = try DayBatch.example(
            2,
            [.example(day: 2), .example(day: 2), .example(day: 2, carrier: "XX")],
            corrections: [
                .example(day: 1, number: 9), .example(day: 2), .example(day: 1, delay: 5), .example(day: 1, delay: 6),
            ]
        )
        let error = await #expect(throws: QualityProblems.self) { try await self.target.load(batch) }
        #expect(
            error?.sentences == [
                "UA 1 from EWR on 2013-01-02 came twice",
                "XX 1 from EWR on 2013-01-02: there is no airline XX",
                "made.csv, line 2: a correction of UA 9 from EWR on 2013-01-01, which was never loaded",
                "made.csv, line 3: a correction of UA 1 from EWR on 2013-01-02, which is not of an earlier day",
                "made.csv, line 5: a second correction of UA 1 from EWR on 2013-01-01 on the same day",
            ]
        )
        #expect(try await self.stored() == before)
        #expect(try await !self.target.holds(.january(2)))
    }

    @Test("a load that is cancelled leaves nothing")
    func cancelledLoads() async throws {
        let target = self.target
        let batch = try DayBatch.example(1, (1...1000).map { try .example(day: 1, number: $0) })
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await target.load(batch)
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await self.stored().isEmpty)
        #expect(try await !target.holds(.january(1)))
    }

    @Test("after a refused day the next run begins with that day, and loads it")
    func resumingAfterARefusal() async throws {
        let loaded = try await self.run(delivery: 1, after: nil)
        #expect(loaded == (try .january(9)))
        let rows = try await self.stored().count
        let all = try await self.run(delivery: 3, after: loaded)
        #expect(all == (try .january(31)))
        #expect(rows == 7_900)
        #expect(try await self.stored().count == 27_004)
        #expect(try await self.run(delivery: 3, after: all) == all)
    }

    /// Loads the days after `watermark` until one is refused, and returns the last loaded one.
    private func run(delivery: Int, after watermark: Day?) async throws -> Day? {
        var deliveries = try Deliveries(data: Committed.january, made: Committed.delivery(delivery))
        var watermark = watermark
        while let day = try deliveries.nextDay(after: watermark) {
            do {
                _ = try await self.target.load(try deliveries.batch(of: day))
            } catch is QualityProblems {
                return watermark
            }
            watermark = day
        }
        return watermark
    }
}
