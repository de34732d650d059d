// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import FlightsCommand

struct DeliveriesTests {
    private let folder: TestFolder
    private let header = Flight.columns.joined(separator: ",")

    init() throws {
        self.folder = try TestFolder()
    }

    private func deliveries(_ data: [String], made: [String]? = nil) throws -> Deliveries {
        try Deliveries(
            data: try self.folder.file("data.csv", lines: [self.header] + data),
            made: try made.map {
                try self.folder.file("made.csv", lines: [Correction.columns.joined(separator: ",")] + $0)
            }
        )
    }

    @Test("days come in order, with the flights and the corrections of each")
    func daysComeInOrder() throws {
        let (first, second) = (try Flight.example(day: 1), try Flight.example(day: 3))
        var deliveries = try self.deliveries([first.line, second.line], made: ["2013-01-02,\(first.line)"])
        #expect(try deliveries.nextDay(after: nil) == .january(1))
        #expect(try deliveries.batch(of: .january(1)) == .example(1, [first]))
        #expect(try deliveries.nextDay(after: .january(1)) == .january(2))
        #expect(try deliveries.batch(of: .january(2)) == .example(2, [], corrections: [first]))
        #expect(try deliveries.nextDay(after: .january(2)) == .january(3))
        #expect(try deliveries.batch(of: .january(3)) == .example(3, [second]))
        #expect(try deliveries.nextDay(after: .january(3)) == nil)
    }

    @Test("days up to the watermark are passed over")
    func loadedDaysArePassedOver() throws {
        let flights = try (1...4).map { try Flight.example(day: $0) }
        var deliveries = try self.deliveries(flights.map(\.line), made: ["2013-01-02,\(flights[0].line)"])
        #expect(try deliveries.nextDay(after: .january(3)) == .january(4))
        #expect(try deliveries.batch(of: .january(4)) == .example(4, [flights[3]]))
    }

    @Test("a damaged line fails on its own day, and the days before it can be loaded")
    func damagedLinesFailOnTheirDay() throws {
        let flight = try Flight.example(day: 1)
        var deliveries = try self.deliveries([flight.line, "2013,1,2,late"])
        #expect(try deliveries.nextDay(after: nil) == .january(1))
        #expect(try deliveries.batch(of: .january(1)) == .example(1, [flight]))
        #expect(try deliveries.nextDay(after: .january(1)) == .january(2))
        #expect(throws: CSVFault.self) { try deliveries.batch(of: .january(2)) }
    }

    @Test("a line whose day cannot be read fails the day before it, which may not be complete")
    func unreadableDays() throws {
        var deliveries = try self.deliveries([try Flight.example(day: 1).line, "2013,one,2"])
        #expect(try deliveries.nextDay(after: nil) == .january(1))
        let error = #expect(throws: CSVFault.self) { try deliveries.batch(of: .january(1)) }
        #expect(error?.description == "data.csv, line 3, column 2 (month): \"one\" is not a whole number")
    }

    @Test("a file that is not in order of day is refused")
    func disorder() throws {
        var deliveries = try self.deliveries(try [2, 1].map { try Flight.example(day: $0).line })
        #expect(try deliveries.nextDay(after: nil) == .january(2))
        let error = #expect(throws: CSVFault.self) { try deliveries.batch(of: .january(2)) }
        #expect(
            error?.description
                == "data.csv, line 3: 2013-01-01 comes after 2013-01-02; the file must be in order of day"
        )
    }

    @Test("the damaged delivery fails on 20 January, and not before", arguments: [1, 2, 3])
    func madeDeliveries(number: Int) throws {
        var deliveries = try Deliveries(data: Committed.january, made: Committed.delivery(number))
        var watermark: Day?
        var rows = 0
        while let day = try deliveries.nextDay(after: watermark) {
            if number == 2, day == (try .january(20)) {
                let error = #expect(throws: CSVFault.self) { try deliveries.batch(of: day) }
                #expect(
                    error?.description
                        == "delivery-2.csv, line 14, column 7 (dep_delay): \"1O\" is not a whole number"
                )
                return
            }
            rows += try deliveries.batch(of: day).count
            watermark = day
        }
        #expect(number != 2)
        #expect(rows == 27_004 + 19)
    }
}
