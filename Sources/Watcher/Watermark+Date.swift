// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

extension Watermark {
    /// Makes a watermark of a moment: a date-time in UTC with microseconds, such as `2013-01-01T05:00:00Z`.
    public init(_ date: Date) {
        self.init(WireTimestamp(date))
    }

    /// Makes a watermark of a calendar day, such as `2013-01-01`.
    ///
    /// Days and months beyond the end of the month or year count on: 30 February is a day in March. The result stays
    /// within the years 1 to 9999.
    public static func date(year: Int, month: Int, day: Int) -> Watermark {
        // Bounded first, so that no sum below can overflow.
        let months = min(max(year, 1), 9999) * 12 + min(max(month, -120_000), 120_000) - 1
        let firstYear = min(max(months >= 0 ? months / 12 : -1, 1), 9999)
        let digits = String(10_000 + firstYear).dropFirst()
        let monthDigits = String(100 + max(months, 0) % 12 + 1).dropFirst()
        let first = WireTimestamp("\(digits)-\(monthDigits)-01") ?? .minimum
        let days = Int64(min(max(day, -4_000_000), 4_000_000) - 1)
        let moment = WireTimestamp(microseconds: first.microseconds + days * 86_400_000_000)
        return Watermark(String(min(max(moment, .minimum), .maximum).text.prefix(10)))
    }
}

extension WireTimestamp {
    /// Takes a moment, rounded to microseconds and kept within the years 1 to 9999.
    public init(_ date: Date) {
        let microseconds = Int64(exactly: (date.timeIntervalSince1970 * 1_000_000).rounded())
        let beyond = date.timeIntervalSince1970 < 0 ? Self.minimum : Self.maximum
        let timestamp = microseconds.map(Self.init(microseconds:)) ?? beyond
        self = min(max(timestamp, Self.minimum), Self.maximum)
    }

    /// The moment as Foundation has it.
    public var date: Date {
        Date(timeIntervalSince1970: Double(self.microseconds) / 1_000_000)
    }
}
