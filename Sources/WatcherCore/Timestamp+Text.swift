// SPDX-License-Identifier: Apache-2.0

extension Timestamp {
    /// The moment in UTC, without its fraction of a second, in RFC 3339: `2025-01-10T00:10:00Z`.
    package var text: String { "\(self.dayText)T\(self.timeText)Z" }

    /// The moment in UTC, without its fraction of a second, as people write it: `2025-01-10 00:10:00 UTC`.
    package var textUTC: String { "\(self.dayText) \(self.timeText) UTC" }

    private var dayText: String {
        let date = CivilDate(dayUTC: self.dayUTC)
        return "\(Self.digits(date.year, 4))-\(Self.digits(date.month))-\(Self.digits(date.day))"
    }

    private var timeText: String {
        let second = self.microseconds.flooredDivision(by: 1_000_000) - self.dayUTC * 86_400
        return [second / 3600, second / 60 % 60, second % 60].map { Self.digits($0) }.joined(separator: ":")
    }

    private static func digits(_ number: Int64, _ count: Int = 2) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
    }

    /// How long it is from an earlier moment to this one, in its two largest units, such as `2d 3h`.
    package func elapsed(since earlier: Timestamp) -> String {
        let (microseconds, overflows) = self.microseconds.subtractingReportingOverflow(earlier.microseconds)
        var rest = max(0, overflows ? .max : microseconds) / 1_000_000
        var parts: [String] = []
        for (unit, length) in [("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)] as [(String, Int64)] {
            if rest >= length { parts.append("\(rest / length)\(unit)") }
            rest %= length
        }
        return parts.isEmpty ? "less than 1s" : parts.prefix(2).joined(separator: " ")
    }
}

extension Int64 {
    /// The number with its digits in groups: `1,234,567`.
    package var grouped: String {
        let digits = String(self.magnitude)
        var text = self < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text += "," }
            text.append(digit)
        }
        return text
    }
}
