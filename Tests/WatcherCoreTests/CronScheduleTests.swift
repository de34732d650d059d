// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import WatcherCore

struct CronScheduleTests {
    @Test("the next minute is the one that looking at every minute finds", arguments: 0..<60 as Range<UInt64>)
    func agreesWithLookingAtEveryMinute(seed: UInt64) throws {
        var random = Numbers(seed: seed)
        let sample = CronSample(using: &random)
        let schedule = try CronSchedule(sample.text)
        // From 2023 to 2028: the year before a leap year, to the next but one.
        var moment = Timestamp(microseconds: random.next(upTo: 5 * 365 * 86_400) * 1_000_000 + Self.start)
        let end = moment.advanced(byMicroseconds: 400 * CronSample.day)
        for _ in 0..<20 {
            let expected = sample.next(after: moment, before: end)
            let next = schedule.next(after: moment).flatMap { $0 < end ? $0 : nil }
            #expect(next == expected, "'\(sample.text)' after \(moment.textUTC)")
            guard let next, next == expected else { return }
            moment = next
        }
    }

    private static let start: Int64 = 1_672_531_200_000_000

    @Test(
        "words, names and rare days",
        arguments: [
            ("@hourly", "2024-02-28 23:59:59", "2024-02-29 00:00:00"),
            ("@Daily", "2023-02-28 00:00:00", "2023-03-01 00:00:00"),
            ("@midnight", "2023-12-31 12:00:00", "2024-01-01 00:00:00"),
            ("@weekly", "2024-03-02 12:00:00", "2024-03-03 00:00:00"),
            ("@monthly", "2024-02-01 00:00:00", "2024-03-01 00:00:00"),
            ("@yearly", "2024-02-01 00:00:00", "2025-01-01 00:00:00"),
            ("@annually", "2024-02-01 00:00:00", "2025-01-01 00:00:00"),
            (" 5/20\t* * *  * ", "1969-12-31 23:46:00", "1970-01-01 00:05:00"),
            ("0 9 * FEB-mar Sun,wEd", "2024-03-31 09:00:00", "2025-02-02 09:00:00"),
            ("0 9 * * sun-sun", "2024-03-01 09:00:00", "2024-03-03 09:00:00"),
            ("0 9 * * sat-sun", "2024-03-02 09:00:00", "2024-03-03 09:00:00"),
            ("0 9 * * 7", "2024-03-02 09:00:00", "2024-03-03 09:00:00"),
            // One that starts with * restricts nothing, so that both must match: an odd day that is a Monday.
            ("0 0 */2 * mon", "2024-03-01 00:00:00", "2024-03-11 00:00:00"),
            ("0 0 13 * fri", "2024-09-01 00:00:00", "2024-09-06 00:00:00"),
            // 1900 and 2100 have no 29 February.
            ("0 0 29 2 *", "1896-02-29 00:00:00", "1904-02-29 00:00:00"),
            ("59 23 29 2 *", "2096-02-29 23:59:00", "2104-02-29 23:59:00"),
            ("0 0 29 2 */7", "2088-03-01 00:00:00", "2128-02-29 00:00:00"),
        ]
    )
    func examples(text: String, after: String, next: String) throws {
        let after = try Self.moment(after)
        #expect(try CronSchedule(text).next(after: after)?.textUTC == "\(next) UTC")
        // A moment within a minute is after the minute's beginning.
        #expect(try CronSchedule(text).next(after: after.advanced(byMicroseconds: 1))?.textUTC == "\(next) UTC")
    }

    @Test("what never comes is not looked for without an end")
    func never() throws {
        #expect(try CronSchedule("* * * * *").next(after: Timestamp(microseconds: .max)) == nil)
    }

    @Test("a schedule is written as it was read, with single blanks")
    func description() throws {
        #expect(try CronSchedule("  */15\t8-17 * *  mon-FRI ").description == "*/15 8-17 * * mon-FRI")
        #expect(try CronSchedule("0 0 * * 0") == CronSchedule("0  0 * * 0"))
    }

    private static let wrongFields: [(field: String, text: String, says: String)] = [
        ("minute", "*/0 * * * *", "has the step '0', and steps are from 1 to 60; accepted are *, numbers from 0 to 59"),
        ("minute", "*/90 * * * *", "has the step '90', and steps are from 1 to 60"),
        ("minute", "1/ * * * *", "has the step ''"),
        ("minute", "1/2/3 * * * *", "has the step '2/3'"),
        ("minute", "60 * * * *", "has the number 60; accepted are *, numbers from 0 to 59"),
        ("minute", "1,,2 * * * *", "has nothing where a number should be"),
        ("minute", "-5 * * * *", "has nothing where a number should be"),
        ("minute", "+5 * * * *", "has '+5'"),
        ("minute", "99999999999999999999 * * * *", "has the number 99999999999999999999"),
        ("hour", "0 24 * * *", "has the number 24; accepted are *, numbers from 0 to 23"),
        ("hour", "0 17-8 * * *", "has the range 17-8, which runs backwards: write two ranges"),
        ("hour", "0 jan * * *", "has 'jan'"),
        ("day of month", "0 0 0 * *", "has the number 0; accepted are *, numbers from 1 to 31"),
        ("day of month", "0 0 1-2-3 * *", "has '2-3'"),
        ("day of month", "0 0 ? * *", "has '?'"),
        ("month", "0 0 * 13 *", "has the number 13; accepted are *, numbers from 1 to 12, names from jan to dec"),
        ("month", "0 0 * january *", "has 'january'"),
        ("day of week", "0 0 * * 8", "has the number 8; accepted are *, numbers from 0 to 7 (0 and 7 are Sunday)"),
        ("day of week", "0 0 * * *x", "has '*x'"),
        ("day of week", "0 0 * * */8", "has the step '8', and steps are from 1 to 7"),
    ]

    @Test("a wrong field is named, with what is wrong and what is accepted", arguments: Self.wrongFields.indices)
    func wrongField(_ index: Int) {
        let (field, text, says) = Self.wrongFields[index]
        let position = ["minute", "hour", "day of month", "month", "day of week"].firstIndex(of: field) ?? 0
        let written = text.split(separator: " ")[position]
        let failure = #expect(throws: CronSchedule.Failure.self) { try CronSchedule(text) }
        #expect(failure?.description.hasPrefix("the \(field) field '\(written)' \(says)") == true, "\(failure as Any)")
        #expect(failure?.description.contains("; accepted are *, ") == true)
    }

    @Test("days that never come are refused", arguments: ["0 0 30 2 *", "* * 31 2,4,6,9,11 *"])
    func neverComes(text: String) {
        let failure = #expect(throws: CronSchedule.Failure.self) { try CronSchedule(text) }
        #expect(failure?.description.contains("the day of month") == true, "\(failure as Any)")
    }

    @Test("another number of fields, and words that mean nothing here", arguments: ["", "* * * *", "0 0 0 * * *"])
    func wrongCount(text: String) {
        let count = text.split(separator: " ").count
        let failure = #expect(throws: CronSchedule.Failure.self) { try CronSchedule(text) }
        #expect(
            failure?.description
                == "a schedule has five fields (minute, hour, day of month, month, day of week), such as */15 * * * *, "
                + "and '\(text)' has \(count)"
        )
        let word = #expect(throws: CronSchedule.Failure.self) { try CronSchedule("@reboot") }
        #expect(word?.description.hasPrefix("'@reboot' is no schedule: write five fields") == true)
    }

    @Test("dates are those of the system's calendar, and their days come back", arguments: [-719_162, -1, 0, 18_000])
    func civilDates(from first: Int64) throws {
        for day in first..<first + 3000 {
            let date = CivilDate(dayUTC: day)
            let parts = CronSample.calendar.dateComponents(
                [.year, .month, .day],
                from: Date(timeIntervalSince1970: Double(day * 86_400))
            )
            // Foundation's calendar is the Julian one before 1582.
            if day >= -141_427 {
                #expect([date.year, date.month, date.day].map(Int.init) == [parts.year, parts.month, parts.day])
            }
            #expect(date.dayUTC == day)
            #expect(CivilDate(year: date.year, month: date.month, day: date.day) == date)
        }
        #expect(CivilDate(year: 2023, month: 2, day: 29) == nil)
        #expect(CivilDate(year: 2023, month: 13, day: 1) == nil)
    }

    private static func moment(_ text: String) throws -> Timestamp {
        let date = try Date("\(text.replacing(" ", with: "T"))Z", strategy: .iso8601)
        return Timestamp(microseconds: Int64(date.timeIntervalSince1970) * 1_000_000)
    }
}
