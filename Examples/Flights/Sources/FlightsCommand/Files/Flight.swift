// SPDX-License-Identifier: Apache-2.0

/// One flight out of New York, as a line of the data tells it.
struct Flight: Sendable, Equatable {
    /// The columns of the data, in their order.
    static let columns = [
        "year", "month", "day", "dep_time", "sched_dep_time", "dep_delay", "arr_time", "sched_arr_time", "arr_delay",
        "carrier", "flight", "tailnum", "origin", "dest", "air_time", "distance", "hour", "minute", "time_hour",
    ]

    /// What tells a flight from all others: no two lines of the year have the same.
    struct Key: Sendable, Hashable, CustomStringConvertible {
        let day: Day
        let carrier: String
        let number: Int
        let origin: String

        var description: String { "\(self.carrier) \(self.number) from \(self.origin) on \(self.day)" }
    }

    var key: Key
    /// Clock times as the data has them: hour × 100 + minute.
    var departure: Int?
    var scheduledDeparture: Int
    /// Minutes; negative when early.
    var departureDelay: Int?
    var arrival: Int?
    var scheduledArrival: Int
    /// Minutes; negative when early.
    var arrivalDelay: Int?
    var tailNumber: String?
    var destination: String
    /// Minutes in the air.
    var airTime: Int?
    /// Miles.
    var distance: Int
    var hour: Int
    var minute: Int
    /// The scheduled hour of departure, in UTC.
    var timeHour: String

    /// A flight that never left: the target keeps it, marked as deleted.
    var isCancelled: Bool { self.departure == nil }
}

extension Flight {
    /// Reads a flight from the columns of a record, of which the first is at `offset`.
    init(_ record: CSVRecord, from offset: Int = 0) throws(CSVFault) {
        try record.checkCount()
        self.key = Key(
            day: try Self.day(of: record, from: offset),
            carrier: try record.text(offset + 9),
            number: try record.integer(offset + 10),
            origin: try record.text(offset + 12)
        )
        self.departure = try record.optionalInteger(offset + 3)
        self.scheduledDeparture = try record.integer(offset + 4)
        self.departureDelay = try record.optionalInteger(offset + 5)
        self.arrival = try record.optionalInteger(offset + 6)
        self.scheduledArrival = try record.integer(offset + 7)
        self.arrivalDelay = try record.optionalInteger(offset + 8)
        self.tailNumber = try record.optionalText(offset + 11)
        self.destination = try record.text(offset + 13)
        self.airTime = try record.optionalInteger(offset + 14)
        self.distance = try record.integer(offset + 15)
        self.hour = try record.integer(offset + 16)
        self.minute = try record.integer(offset + 17)
        self.timeHour = try record.text(offset + 18)
    }

    /// The day of the flight, which can be read even when the rest of the line is damaged.
    static func day(of record: CSVRecord, from offset: Int = 0) throws(CSVFault) -> Day {
        let (year, month, day) = (
            try record.integer(offset), try record.integer(offset + 1), try record.integer(offset + 2)
        )
        guard let result = Day(year: year, month: month, day: day) else {
            throw record.fault(offset + 2, "the calendar has no day \(day) in month \(month) of \(year)")
        }
        return result
    }
}
