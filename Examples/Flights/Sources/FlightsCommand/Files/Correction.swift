// SPDX-License-Identifier: Apache-2.0

/// What was found out later about a flight of an earlier day: the flight as it really was.
struct Correction: Sendable, Equatable {
    /// The columns of a delivery: the day on which the correction came, and those of the flight.
    static let columns = ["delivered"] + Flight.columns

    /// The day on which the correction came, and with whose load it is applied.
    let delivered: Day
    let flight: Flight
    /// The file and the line where the correction stands, for messages.
    let place: String
}

extension Correction {
    /// Reads a correction.
    init(_ record: CSVRecord) throws(CSVFault) {
        self.delivered = try Self.day(of: record)
        self.flight = try Flight(record, from: 1)
        self.place = "\(record.file), line \(record.line)"
    }

    /// The day on which a correction came, which can be read even when the rest of the line is damaged.
    static func day(of record: CSVRecord) throws(CSVFault) -> Day {
        let text = try record.text(0)
        guard let day = Day(text) else { throw record.fault(0, "\"\(text)\" is not a day such as 2013-01-31") }
        return day
    }
}
