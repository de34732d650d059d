// SPDX-License-Identifier: Apache-2.0

extension Timestamp {
    /// The first moment there is.
    package static let earliest = Self(microseconds: .min)
    /// The last moment there is.
    package static let latest = Self(microseconds: .max)

    private static let microsecondsPerDay: Int64 = 86_400_000_000
    /// No moment lies in a later year, or as long before year 0.
    private static let furthestYear: Int64 = 300_000

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
        case .day: self.advanced(by: number, timesMicroseconds: Self.microsecondsPerDay)
        case .week: self.advanced(by: number, timesMicroseconds: 7 * Self.microsecondsPerDay)
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
    ///   - months: how many; meaningless when `number` is beyond ``furthestYear``.
    ///   - number: the number of units that they come from, which says the direction and the magnitude.
    /// - Returns: the moment.
    private func advanced(byMonths months: Int64, past number: Int64) -> Self {
        guard number != 0 else { return self }
        guard number.magnitude <= UInt64(24 * Self.furthestYear) else { return Self.end(towards: number) }
        let date = CivilDate(dayUTC: self.dayUTC)
        let timeOfDay = self.microseconds &- self.dayUTC &* Self.microsecondsPerDay
        let month = date.year * 12 + date.month - 1 + months
        let target = CivilDate(
            year: month.flooredDivision(by: 12),
            month: month - month.flooredDivision(by: 12) * 12 + 1,
            lastDay: date.day
        )
        let (start, startOverflows) = target.dayUTC.multipliedReportingOverflow(
            by: Self.microsecondsPerDay
        )
        let (sum, sumOverflows) = start.addingReportingOverflow(timeOfDay)
        return startOverflows || sumOverflows ? Self.end(towards: number) : Self(microseconds: sum)
    }

    private static func end(towards number: Int64) -> Self {
        number < 0 ? .earliest : .latest
    }
}
