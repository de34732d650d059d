// SPDX-License-Identifier: Apache-2.0

/// A date in UTC, in the Gregorian calendar, which is also used for the time before it was introduced.
package struct CivilDate: Sendable, Hashable {
    /// The year; 0 is the one before the year 1.
    package let year: Int64
    /// The month, 1 to 12.
    package let month: Int64
    /// The day of the month, from 1.
    package let day: Int64

    /// The date of a day counted from 1970-01-01, as ``Timestamp/dayUTC`` counts.
    ///
    /// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
    package init(dayUTC: Int64) {
        let shifted = dayUTC + 719_468
        let era = shifted.flooredDivision(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        self.month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        self.year = yearOfEra + era * 400 + (self.month <= 2 ? 1 : 0)
        self.day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    }

    /// Makes a date; `nil` when there is no such day.
    package init?(year: Int64, month: Int64, day: Int64) {
        guard (1...12).contains(month), day >= 1, day <= Self.length(ofMonth: month, in: year) else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    /// Makes the date of a day, or of the last one of a month that has no such day.
    ///
    /// - Parameters:
    ///   - year: the year.
    ///   - month: the month, 1 to 12.
    ///   - day: the day, from 1; the last of the month when it has fewer.
    init(year: Int64, month: Int64, lastDay day: Int64) {
        self.year = year
        self.month = month
        self.day = min(day, Self.length(ofMonth: month, in: year))
    }

    /// The day, counted from 1970-01-01: the inverse of ``init(dayUTC:)``, same source.
    package var dayUTC: Int64 {
        let shifted = self.month <= 2 ? self.year - 1 : self.year
        let era = shifted.flooredDivision(by: 400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (self.month + (self.month > 2 ? -3 : 9)) + 2) / 5 + self.day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// How many days a month has.
    package static func length(ofMonth month: Int64, in year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
