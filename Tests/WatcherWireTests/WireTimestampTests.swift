// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherWire

struct WireTimestampTests {
    @Test(
        "what existing clients send is read",
        arguments: [
            ("2025-01-10T00:10:00Z", "2025-01-10T00:10:00Z"),
            ("2026-11-23T10:42:15.116897Z", "2026-11-23T10:42:15.116897Z"),
            ("2026-11-23t10:42:15.1z", "2026-11-23T10:42:15.100000Z"),
            ("2025-01-10T02:10:00+02:00", "2025-01-10T00:10:00Z"),
            ("2025-01-10T00:10:00-0130", "2025-01-10T01:40:00Z"),
            ("2025-01-10T00:10:00", "2025-01-10T00:10:00Z"),
            ("2025-01-10 00:10", "2025-01-10T00:10:00Z"),
            ("2025-01-10", "2025-01-10T00:00:00Z"),
            ("2024-02-29", "2024-02-29T00:00:00Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
            ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"),
            ("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.500000Z"),
            ("2025-01-10T00:10:00.1234567899Z", "2025-01-10T00:10:00.123456Z"),
        ]
    )
    func reading(text: String, canonical: String) {
        #expect(WireTimestamp(text)?.text == canonical)
    }

    @Test(
        "what is no moment is refused",
        arguments: [
            "", "now", "2025-1-10", "2025-02-29", "2025-13-01", "2025-00-01", "2025-01-32", "2025-01-10T24:00:00Z",
            "2025-01-10T00:60:00Z", "2025-01-10T00:00:60Z", "2025-01-10T00:00:00.Z", "2025-01-10T00:00:00+2",
            "2025-01-10T00:00:00Zx", "2025-01-10T", "0000-01-01", "9999-12-31T23:59:59-01:00", "20250110", "1736467800",
        ]
    )
    func refusals(text: String) {
        #expect(WireTimestamp(text) == nil)
    }

    @Test("numbers are seconds since 1970")
    func epochSeconds() throws {
        func text(_ json: String) throws -> String? {
            guard case .number(let number) = try JSONParser.parse(json) else { return nil }
            return WireTimestamp(epochSeconds: number)?.text
        }
        #expect(try text("1736467800") == "2025-01-10T00:10:00Z")
        #expect(try text("1736467800.25") == "2025-01-10T00:10:00.250000Z")
        #expect(try text("-1") == "1969-12-31T23:59:59Z")
        #expect(try text("1e300") == nil)
        #expect(try text("9223372036854775807") == nil)
    }

    @Test("every day of four centuries is written and read back")
    func everyDay() {
        var days = 0
        var moment = WireTimestamp(microseconds: -11_676_096_000_000_000)
        while moment.text < "2000-01-01" {
            #expect(WireTimestamp(moment.text) == moment)
            moment = WireTimestamp(microseconds: moment.microseconds + 86_400_000_000)
            days += 1
        }
        #expect(days == 146_097)
    }
}
