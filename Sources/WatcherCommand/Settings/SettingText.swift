// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Reads the texts in which settings are written; what cannot be read gives `nil`.
enum SettingText {
    /// Any text but an empty one.
    static func text(_ text: String) -> String? {
        text.allSatisfy(\.isWhitespace) ? nil : text
    }

    /// A whole number in decimal digits.
    static func number(_ text: String, in range: ClosedRange<Int>) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy(Self.digits.contains), let number = Int(text) else { return nil }
        return range.contains(number) ? number : nil
    }

    /// A truth value.
    static func truth(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true", "yes", "on", "1": true
        case "false", "no", "off", "0": false
        default: nil
        }
    }

    /// A size in bytes: `1048576`, `512KiB`, `1MiB`, `1GiB`.
    static func size(_ text: String) -> Int? {
        let units = ["": 1, "B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30]
        guard let (count, unit) = Self.count(text), let bytes = units[unit] else { return nil }
        let (size, overflow) = count.multipliedReportingOverflow(by: bytes)
        return overflow ? nil : size
    }

    /// A span of time: `500ms`, `10s`, `2m`, `1h`, `90d`; a century at most.
    static func duration(_ text: String) -> Duration? {
        let milliseconds = ["ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000]
        guard let (count, unit) = Self.count(text), let length = milliseconds[unit] else { return nil }
        let (span, overflow) = count.multipliedReportingOverflow(by: length)
        return overflow || span > 36_525 * 86_400_000 ? nil : .milliseconds(span)
    }

    /// A value, or `off` for none.
    static func orOff<Value>(_ text: String, _ read: (String) -> Value?) -> Value?? {
        text == "off" ? .some(nil) : read(text).map(Optional.some)
    }

    /// Names among those that are known, with commas between them.
    static func names(_ text: String, among known: [String]) -> [String]? {
        let names = text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        return Set(names).isSubset(of: known) ? known.filter(names.contains) : nil
    }

    /// An address of the web.
    static func webAddress(_ text: String) -> String? {
        guard let address = URLComponents(string: text, encodingInvalidCharacters: false),
            ["http", "https"].contains(address.scheme?.lowercased()), address.host?.isEmpty == false,
            (1...65_535).contains(address.port ?? 80)
        else { return nil }
        return text
    }

    private static let digits = UInt8(ascii: "0")...UInt8(ascii: "9")

    /// A number and what follows it.
    private static func count(_ text: String) -> (Int, unit: String)? {
        let count = text.prefix { $0.isASCII && $0.isNumber }
        return Int(count).map { ($0, String(text.dropFirst(count.count))) }
    }
}
