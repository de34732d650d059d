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
}
