// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import FlightsCommand

struct FlightTests {
    private func record(_ line: String, _ columns: [String] = Flight.columns) -> CSVRecord {
        CSVRecord(
            file: "some.csv",
            line: 7,
            columns: columns,
            fields: line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        )
    }

    @Test("a line of the data becomes a flight")
    func linesBecomeFlights() throws {
        let flight = try Flight(
            self.record("2013,1,2,530,540,-10,NA,819,NA,UA,1545,NA,EWR,IAH,NA,1400,5,40,2013-01-02T10:00:00Z")
        )
        #expect(flight.key == Flight.Key(day: try .january(2), carrier: "UA", number: 1545, origin: "EWR"))
        #expect(flight.departure == 530 && flight.departureDelay == -10)
        #expect(flight.arrival == nil && flight.arrivalDelay == nil && flight.tailNumber == nil)
        #expect(flight.destination == "IAH" && flight.timeHour == "2013-01-02T10:00:00Z")
        #expect(!flight.isCancelled)
    }

    @Test("a flight without a departure was cancelled")
    func cancelledFlights() throws {
        #expect(try Flight.example(day: 1, delay: nil).isCancelled)
        #expect(try Flight(self.record(Flight.example(day: 1, delay: nil).line)).isCancelled)
    }

    @Test(
        "a value that cannot be read is named with its line and column",
        arguments: [
            (3, "", "some.csv, line 7, column 4 (dep_time): the value is missing"),
            (5, "1O", "some.csv, line 7, column 6 (dep_delay): \"1O\" is not a whole number"),
            (5, "+1", "some.csv, line 7, column 6 (dep_delay): \"+1\" is not a whole number"),
            (9, "NA", "some.csv, line 7, column 10 (carrier): the value is missing"),
            (15, "1.5", "some.csv, line 7, column 16 (distance): \"1.5\" is not a whole number"),
            (2, "32", "some.csv, line 7, column 3 (day): the calendar has no day 32 in month 1 of 2013"),
        ]
    )
    func unreadableValues(column: Int, value: String, fault: String) throws {
        var fields = try Flight.example(day: 1).line.split(separator: ",").map(String.init)
        fields[column] = value
        let error = #expect(throws: CSVFault.self) { try Flight(self.record(fields.joined(separator: ","))) }
        #expect(error?.description == fault)
    }

    @Test("a line that was cut short is a fault", arguments: [1, 18, 20])
    func linesOfTheWrongLength(count: Int) throws {
        let fields = try Flight.example(day: 1).line.split(separator: ",").map(String.init) + ["more"]
        let line = fields.prefix(count).joined(separator: ",")
        let error = #expect(throws: CSVFault.self) { try Flight(self.record(line)) }
        #expect(
            error?.description == "some.csv, line 7: the line has \(count) values, and the file has 19 columns"
        )
    }

    @Test("a correction is a flight after the day on which it came")
    func corrections() throws {
        let flight = try Flight.example(day: 3)
        let correction = try Correction(self.record("2013-01-05," + flight.line, Correction.columns))
        #expect(correction == Correction(delivered: try .january(5), flight: flight, place: "some.csv, line 7"))
        let error = #expect(throws: CSVFault.self) {
            try Correction(self.record("5.1.2013," + flight.line, Correction.columns))
        }
        #expect(
            error?.description == "some.csv, line 7, column 1 (delivered): \"5.1.2013\" is not a day such as 2013-01-31"
        )
    }
}
