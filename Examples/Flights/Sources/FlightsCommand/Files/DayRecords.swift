// SPDX-License-Identifier: Apache-2.0

/// The records of a file that is in order of day, handed out a day at a time.
struct DayRecords {
    private var reader: CSVReader
    private let dayOf: (CSVRecord) throws -> Day
    /// The first record that has not been handed out, and its day.
    private var ahead: (record: CSVRecord, day: Day)?
    private var isStarted = false

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - columns: the columns it must have.
    ///   - dayOf: the day of a record.
    /// - Throws: an `InputFileError` or a `CSVFault` when the file cannot be read or has other columns.
    init(path: String, columns: [String], dayOf: @escaping (CSVRecord) throws -> Day) throws {
        self.reader = try CSVReader(path: path, columns: columns)
        self.dayOf = dayOf
    }

    /// The first day later than `day` that has a record, having passed over all before it.
    mutating func nextDay(after day: Day?) throws -> Day? {
        if !self.isStarted { try self.advance() }
        while let day, let ahead = self.ahead, ahead.day <= day { try self.advance() }
        return self.ahead?.day
    }

    /// The records of a day; none when the file has nothing of it.
    ///
    /// A line whose own day cannot be read is a fault of this day: whether the day is complete cannot be known.
    mutating func records(of day: Day) throws -> [CSVRecord] {
        var records: [CSVRecord] = []
        while let ahead = self.ahead, ahead.day == day {
            records.append(ahead.record)
            try self.advance()
        }
        return records
    }

    private mutating func advance() throws {
        self.isStarted = true
        guard let record = try self.reader.next() else {
            self.ahead = nil
            return
        }
        let day = try self.dayOf(record)
        if let before = self.ahead?.day, day < before {
            throw CSVFault(
                file: record.file,
                line: record.line,
                reason: "\(day) comes after \(before); the file must be in order of day"
            )
        }
        self.ahead = (record, day)
    }
}
