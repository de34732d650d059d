// SPDX-License-Identifier: Apache-2.0

/// What the files deliver, a day at a time and in order of day.
struct Deliveries {
    private var data: DayRecords
    private var corrections: DayRecords?

    /// Opens the files.
    ///
    /// - Parameters:
    ///   - data: the file of the flights.
    ///   - made: the file of the corrections, if there is one.
    /// - Throws: an `InputFileError` or a `CSVFault` when a file cannot be read or has other columns.
    init(data: String, made: String?) throws {
        self.data = try DayRecords(path: data, columns: Flight.columns) { try Flight.day(of: $0) }
        self.corrections = try made.map { path in
            try DayRecords(path: path, columns: Correction.columns) { try Correction.day(of: $0) }
        }
    }

    /// The first day later than `day` for which something was delivered.
    mutating func nextDay(after day: Day?) throws -> Day? {
        [try self.data.nextDay(after: day), try self.corrections?.nextDay(after: day)].compactMap(\.self).min()
    }

    /// All that was delivered for a day; throws at the first fault in it.
    mutating func batch(of day: Day) throws -> DayBatch {
        DayBatch(
            day: day,
            flights: try self.data.records(of: day).map { try Flight($0) },
            corrections: try self.corrections?.records(of: day).map { try Correction($0) } ?? []
        )
    }
}
