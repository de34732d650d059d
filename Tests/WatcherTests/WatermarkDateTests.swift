// SPDX-License-Identifier: Apache-2.0

import Testing
import Watcher

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

struct WatermarkDateTests {
    @Test("a moment becomes a date-time in UTC, to the microsecond")
    func takesMoments() {
        #expect(Watermark(Date(timeIntervalSince1970: 1_357_016_400)) == "2013-01-01T05:00:00Z")
        #expect(Watermark(Date(timeIntervalSince1970: 1_357_016_400.25)) == "2013-01-01T05:00:00.250000Z")
        #expect(Watermark(Date(timeIntervalSince1970: -0.5)) == "1969-12-31T23:59:59.500000Z")
    }

    @Test("moments beyond the calendar are kept at its ends")
    func boundsMoments() {
        #expect(WireTimestamp(Date(timeIntervalSince1970: .infinity)) == .maximum)
        #expect(WireTimestamp(Date(timeIntervalSince1970: -.infinity)) == .minimum)
        #expect(WireTimestamp(Date(timeIntervalSince1970: 1e12)) == .maximum)
    }

    @Test("a moment survives the way to a timestamp and back")
    func convertsBack() {
        let date = Date(timeIntervalSince1970: 1_357_016_400.25)
        #expect(WireTimestamp(date).date == date)
    }

    private static let days: [([Int], String)] = [
        ([2013, 1, 1], "2013-01-01"), ([2012, 2, 29], "2012-02-29"), ([2013, 2, 29], "2013-03-01"),
        ([2013, 12, 32], "2014-01-01"), ([2013, 13, 1], "2014-01-01"), ([2013, 0, 1], "2012-12-01"),
        ([2013, 1, 0], "2012-12-31"), ([987, 6, 5], "0987-06-05"), ([1, 1, 0], "0001-01-01"),
        ([12_000, 1, 1], "9999-01-01"), ([Int.max, Int.max, Int.max], "9999-12-31"),
        ([Int.min, Int.min, Int.min], "0001-01-01"),
    ]

    @Test("a calendar day becomes a date, and days beyond the month count on", arguments: days)
    func takesDays(parts: [Int], text: String) {
        #expect(Watermark.date(year: parts[0], month: parts[1], day: parts[2]).text == text)
    }

    @Test("watermarks are written as literals of text and number")
    func takesLiterals() {
        let text: Watermark = "2013-01-01"
        let number: Watermark = 42
        #expect(text.text == "2013-01-01")
        #expect(number.text == "42")
    }
}
