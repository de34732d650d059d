// SPDX-License-Identifier: Apache-2.0

extension Timestamp {
    /// The first moment there is.
    package static let earliest = Self(microseconds: .min)
    /// The last moment there is.
    package static let latest = Self(microseconds: .max)

    /// The moment a number of calendar units later, in UTC; a negative number goes back.
    ///
    /// Minutes, hours, days and weeks are exact durations. A month or a year later is the same day and time of another
    /// month, or that month's last day when it has no such day: 31 January and a month is 28 or 29 February.
    /// What lies beyond the moments there are becomes the last, or the first, of them.
    ///
    /// - Parameters:
    ///   - number: how many units.
    ///   - datepart: the unit.
    /// - Returns: the moment.
    package func advanced(by number: Int64, _ datepart: Datepart) -> Self {
        switch datepart {
        case .minute: self.advanced(by: number, timesMicroseconds: 60_000_000)
        case .hour: self.advanced(by: number, timesMicroseconds: 3_600_000_000)
        case .day: self.advanced(by: number, timesMicroseconds: CivilDate.microsecondsPerDay)
        case .week: self.advanced(by: number, timesMicroseconds: 7 * CivilDate.microsecondsPerDay)
        case .month: self.advanced(byMonths: number, past: number)
        case .year:
            // So many years overflow as months only when they are beyond every moment anyway.
            self.advanced(byMonths: number.multipliedReportingOverflow(by: 12).partialValue, past: number)
        }
    }

    private func advanced(by number: Int64, timesMicroseconds unit: Int64) -> Self {
        let (step, stepOverflows) = number.multipliedReportingOverflow(by: unit)
        let (sum, sumOverflows) = self.microseconds.addingReportingOverflow(step)
        return stepOverflows || sumOverflows ? Self.end(towards: number) : Self(microseconds: sum)
    }

    /// Moves by months.
    ///
    /// - Parameters:
    ///   - months: how many; meaningless when `number` is beyond ``CivilDate/furthestYear``.
    ///   - number: the number of units that they come from, which says the direction and the magnitude.
    /// - Returns: the moment.
    private func advanced(byMonths months: Int64, past number: Int64) -> Self {
        guard number != 0 else { return self }
        guard number.magnitude <= UInt64(24 * CivilDate.furthestYear) else { return Self.end(towards: number) }
        let date = CivilDate(dayUTC: self.dayUTC)
        let timeOfDay = self.microseconds &- self.dayUTC &* CivilDate.microsecondsPerDay
        let month = date.year * 12 + date.month - 1 + months
        let target = CivilDate(
            year: month.flooredDivision(by: 12),
            month: month - month.flooredDivision(by: 12) * 12 + 1,
            day: date.day
        )
        let (start, startOverflows) = target.clamped.dayUTC.multipliedReportingOverflow(
            by: CivilDate.microsecondsPerDay
        )
        let (sum, sumOverflows) = start.addingReportingOverflow(timeOfDay)
        return startOverflows || sumOverflows ? Self.end(towards: number) : Self(microseconds: sum)
    }

    private static func end(towards number: Int64) -> Self {
        number < 0 ? .earliest : .latest
    }

    /// The moment in RFC 3339, in UTC, without its fraction of a second: `2025-01-10T00:10:00Z`.
    package var text: String {
        let date = CivilDate(dayUTC: self.dayUTC)
        let seconds = (self.microseconds &- self.dayUTC &* CivilDate.microsecondsPerDay) / 1_000_000
        func digits(_ value: Int64, _ count: Int = 2) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, count - text.count)) + text
        }
        let day = "\(digits(date.year, 4))-\(digits(date.month))-\(digits(date.day))"
        return "\(day)T\(digits(seconds / 3600)):\(digits(seconds / 60 % 60)):\(digits(seconds % 60))Z"
    }
}

/// A day of the proleptic Gregorian calendar.
///
/// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
struct CivilDate: Equatable {
    static let microsecondsPerDay: Int64 = 86_400_000_000
    /// No moment lies in a later year, or as long before year 0.
    static let furthestYear: Int64 = 300_000

    var year: Int64
    var month: Int64
    var day: Int64

    init(year: Int64, month: Int64, day: Int64) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// The date of a day counted from 1970-01-01.
    init(dayUTC: Int64) {
        let shifted = dayUTC + 719_468
        let era = shifted.flooredDivision(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        self.day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        self.month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        self.year = yearOfEra + era * 400 + (self.month <= 2 ? 1 : 0)
    }

    /// The day counted from 1970-01-01.
    var dayUTC: Int64 {
        let shifted = self.month <= 2 ? self.year - 1 : self.year
        let era = shifted.flooredDivision(by: 400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (self.month + (self.month > 2 ? -3 : 9)) + 2) / 5 + self.day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// This day, or the last of the month when the month has no such day.
    var clamped: Self {
        let length: Int64 =
            switch self.month {
            case 2: self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0) ? 29 : 28
            case 4, 6, 9, 11: 30
            default: 31
            }
        return Self(year: self.year, month: self.month, day: min(self.day, length))
    }
}
