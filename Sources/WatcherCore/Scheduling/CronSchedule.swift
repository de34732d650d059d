// SPDX-License-Identifier: Apache-2.0

/// When something is to be done again and again, in the notation of `cron`, in UTC.
///
/// Five fields: minute, hour, day of month, month and day of week; each is `*` or a list of numbers, ranges and steps,
/// such as `*/15 8-17 * * mon-fri`. Instead of them, one of `@hourly`, `@daily`, `@midnight`, `@weekly`, `@monthly`,
/// `@yearly` and `@annually`.
///
/// Day of month and day of week combine as in Vixie cron, whose crontab(5) says: "If both fields are restricted (i.e.,
/// don't start with *), the command will be run when either field matches the current time." When one of them starts
/// with `*`, both have to match.
package struct CronSchedule: Sendable, Equatable, CustomStringConvertible {
    /// What is wrong with a text that is no schedule: names the field, and says what is accepted.
    package struct Failure: Error, Sendable, Equatable, CustomStringConvertible {
        /// A sentence without its full stop.
        package let description: String
    }

    /// The schedule as it was written, with one blank between two fields.
    package let description: String
    private let minutes: CronField
    private let hours: CronField
    private let daysOfMonth: CronField
    private let months: CronField
    private let daysOfWeek: CronField

    /// The days after which the calendar begins anew, the days of the week included: 400 years.
    private static let calendarCycle: Int64 = 146_097
    private static let minutesOfDay: Int64 = 1440

    /// Reads a schedule.
    ///
    /// - Parameter text: the fields, with blanks between them, or one of the words that begin with `@`.
    /// - Throws: ``Failure``
    package init(_ text: String) throws(Failure) {
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        self.description = words.joined(separator: " ")
        let fields = words.first?.hasPrefix("@") == true ? try Self.fields(of: self.description) : words
        guard fields.count == CronField.Kind.allCases.count else {
            let names = CronField.Kind.allCases.map(\.name).joined(separator: ", ")
            throw Failure(
                description: "a schedule has five fields (\(names)), such as */15 * * * *, and '\(self.description)' "
                    + "has \(fields.count)"
            )
        }
        self.minutes = try CronField(.minute, fields[0])
        self.hours = try CronField(.hour, fields[1])
        self.daysOfMonth = try CronField(.dayOfMonth, fields[2])
        self.months = try CronField(.month, fields[3])
        self.daysOfWeek = try CronField(.dayOfWeek, fields[4])
        guard self.next(after: Timestamp(microseconds: 0)) != nil else {
            let day = CronField.Kind.dayOfMonth.name
            throw Failure(description: "the \(day) '\(fields[2])' never comes in the months '\(fields[3])'")
        }
    }

    /// What a word that begins with `@` stands for.
    private static func fields(of word: String) throws(Failure) -> [String] {
        switch word.lowercased() {
        case "@hourly": return ["0", "*", "*", "*", "*"]
        case "@daily", "@midnight": return ["0", "0", "*", "*", "*"]
        case "@weekly": return ["0", "0", "*", "*", "0"]
        case "@monthly": return ["0", "0", "1", "*", "*"]
        case "@yearly", "@annually": return ["0", "0", "1", "1", "*"]
        default:
            throw Failure(
                description:
                    "'\(word)' is no schedule: write five fields such as 0 * * * *, or one of @hourly, @daily, "
                    + "@midnight, @weekly, @monthly, @yearly and @annually"
            )
        }
    }

    /// The first minute that the schedule names after a moment.
    ///
    /// - Parameter moment: a moment; when it is the beginning of a minute that the schedule names, a later one is given.
    /// - Returns: the beginning of the minute; `nil` when the schedule names none, as 30 February never comes.
    package func next(after moment: Timestamp) -> Timestamp? {
        let first = moment.microseconds.flooredDivision(by: 60_000_000) + 1
        var day = first.flooredDivision(by: Self.minutesOfDay)
        var earliest = first - day * Self.minutesOfDay
        let last = day + Self.calendarCycle
        while day <= last {
            let date = CivilDate(dayUTC: day)
            if !self.months.contains(date.month) {
                day += CivilDate.length(ofMonth: date.month, in: date.year) - date.day + 1
            } else if self.containsDay(day, date), let minute = self.minute(atLeast: earliest) {
                let (microseconds, overflow) = (day * Self.minutesOfDay + minute)
                    .multipliedReportingOverflow(by: 60_000_000)
                return overflow ? nil : Timestamp(microseconds: microseconds)
            } else {
                day += 1
            }
            earliest = 0
        }
        return nil
    }

    private func containsDay(_ dayUTC: Int64, _ date: CivilDate) -> Bool {
        // 1970-01-01 was a Thursday.
        let dayOfWeek = dayUTC + 4 - (dayUTC + 4).flooredDivision(by: 7) * 7
        let (ofMonth, ofWeek) = (self.daysOfMonth.contains(date.day), self.daysOfWeek.contains(dayOfWeek))
        return self.daysOfMonth.isRestricted && self.daysOfWeek.isRestricted ? ofMonth || ofWeek : ofMonth && ofWeek
    }

    /// The first minute of a day that is named, from one of its minutes on.
    private func minute(atLeast earliest: Int64) -> Int64? {
        guard let hour = self.hours.first(atLeast: earliest / 60) else { return nil }
        if hour == earliest / 60, let minute = self.minutes.first(atLeast: earliest % 60) { return hour * 60 + minute }
        guard let later = hour == earliest / 60 ? self.hours.first(atLeast: hour + 1) : hour else { return nil }
        return self.minutes.first(atLeast: 0).map { later * 60 + $0 }
    }
}
