// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import FlightsCommand

struct DayTests {
    @Test(
        "a day is read from its text and written as the same text",
        arguments: ["2013-01-31", "2012-02-29", "2000-02-29", "0001-12-01"]
    )
    func daysAreReadAndWritten(text: String) {
        #expect(Day(text)?.text == text)
    }

    @Test(
        "what the calendar does not have is no day",
        arguments: [
            "", "2013", "2013-1-31", "2013-13-01", "2013-00-10", "2013-04-31", "2013-02-29", "1900-02-29", "2013-01-00",
            "2013-01-31T00:00:00Z", "-013-01-31", "2013-01-3١", "+013-01-31",
        ]
    )
    func otherTextsAreNoDays(text: String) {
        #expect(Day(text) == nil)
    }

    @Test("days are ordered as in the calendar")
    func daysAreOrdered() throws {
        let days = ["2012-12-31", "2013-01-09", "2013-01-10", "2013-02-01"].compactMap { Day($0) }
        #expect(days.count == 4)
        #expect(days.reversed().sorted() == days)
    }
}
