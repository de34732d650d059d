// SPDX-License-Identifier: Apache-2.0

/// A moment, as the wire writes it: RFC 3339 with microseconds.
public struct WireTimestamp: Sendable, Hashable, Comparable {
    /// Microseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
    public let microseconds: Int64

    /// The first moment the wire can say: year 1.
    public static let minimum = Self(microseconds: -62_135_596_800_000_000)
    /// The last moment the wire can say: the end of year 9999.
    public static let maximum = Self(microseconds: 253_402_300_799_999_999)

    /// Makes a moment from microseconds since 1970-01-01T00:00:00Z.
    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// Orders by time.
    public static func < (left: Self, right: Self) -> Bool {
        left.microseconds < right.microseconds
    }

    /// The canonical text: UTC with `Z`, a six-digit fraction only when it is not zero.
    public var text: String {
        let (days, rest) = Self.floorDivide(self.microseconds, 86_400_000_000)
        let (year, month, day) = Self.civil(fromDays: days)
        let (seconds, fraction) = (rest / 1_000_000, rest % 1_000_000)
        var text = ""
        text.reserveCapacity(27)
        Self.append(year, digits: 4, to: &text)
        text += "-"
        Self.append(month, digits: 2, to: &text)
        text += "-"
        Self.append(day, digits: 2, to: &text)
        text += "T"
        Self.append(seconds / 3600, digits: 2, to: &text)
        text += ":"
        Self.append(seconds / 60 % 60, digits: 2, to: &text)
        text += ":"
        Self.append(seconds % 60, digits: 2, to: &text)
        if fraction != 0 {
            text += "."
            Self.append(fraction, digits: 6, to: &text)
        }
        text += "Z"
        return text
    }
}

// MARK: - Parsing

extension WireTimestamp {
    /// Reads RFC 3339 text, and what the existing clients send besides.
    ///
    /// Accepted: `2025-01-10T00:10:00.123456+02:00`; `t`, `z` or a space for `T` and `Z`; seconds left out; no offset,
    /// which means UTC; a date alone, which means its midnight in UTC. Digits beyond microseconds are cut off.
    /// Anything else, and dates that do not exist or lie outside the years 1 to 9999, gives `nil`.
    public init?(_ text: String) {
        var scanner = DigitScanner(text)
        guard let year = scanner.number(4), scanner.take("-"), let month = scanner.number(2), scanner.take("-"),
            let day = scanner.number(2), year >= 1, let days = Self.days(year: year, month: month, day: day)
        else { return nil }
        var microseconds = days * 86_400_000_000
        if !scanner.atEnd {
            guard scanner.take("T") || scanner.take("t") || scanner.take(" "),
                let time = Self.timeOfDay(&scanner), let offset = Self.offset(&scanner), scanner.atEnd
            else { return nil }
            microseconds += time - offset
        }
        self.init(checking: microseconds)
    }

    /// Takes seconds since 1970-01-01T00:00:00Z, fractions allowed; `nil` outside the years 1 to 9999.
    public init?(epochSeconds: JSONNumber) {
        if let seconds = epochSeconds.integer {
            let (microseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
            guard !overflow else { return nil }
            self.init(checking: microseconds)
        } else {
            guard let seconds = epochSeconds.double, let microseconds = Int64(exactly: (seconds * 1e6).rounded()) else {
                return nil
            }
            self.init(checking: microseconds)
        }
    }

    private init?(checking microseconds: Int64) {
        self.init(microseconds: microseconds)
        guard self >= Self.minimum, self <= Self.maximum else { return nil }
    }

    private static func timeOfDay(_ scanner: inout DigitScanner) -> Int64? {
        guard let hour = scanner.number(2), hour < 24, scanner.take(":"), let minute = scanner.number(2), minute < 60
        else { return nil }
        var microseconds = (hour * 3600 + minute * 60) * 1_000_000
        guard scanner.take(":") else { return microseconds }
        guard let second = scanner.number(2), second < 60 else { return nil }
        microseconds += second * 1_000_000
        guard scanner.take(".") else { return microseconds }
        guard let fraction = scanner.fraction(digits: 6) else { return nil }
        return microseconds + fraction
    }

    /// The offset from UTC in microseconds; none written means UTC.
    private static func offset(_ scanner: inout DigitScanner) -> Int64? {
        if scanner.atEnd || scanner.take("Z") || scanner.take("z") { return 0 }
        let sign: Int64
        if scanner.take("+") { sign = 1 } else if scanner.take("-") { sign = -1 } else { return nil }
        guard let hours = scanner.number(2), hours < 24 else { return nil }
        _ = scanner.take(":")
        guard let minutes = scanner.number(2), minutes < 60 else { return nil }
        return sign * (hours * 3600 + minutes * 60) * 1_000_000
    }
}

// MARK: - Calendar

extension WireTimestamp {
    /// Days since 1970-01-01 of a date in the proleptic Gregorian calendar; `nil` when there is no such date.
    ///
    /// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`.
    static func days(year: Int64, month: Int64, day: Int64) -> Int64? {
        guard (1...12).contains(month), day >= 1, day <= Self.length(ofMonth: month, in: year) else { return nil }
        let shifted = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = Self.floorDivide(shifted, 400)
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// The date of a day counted from 1970-01-01: the inverse of ``days(year:month:day:)``, same source.
    static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = Self.floorDivide(days + 719_468, 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    private static func length(ofMonth month: Int64, in year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func floorDivide(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }

    private static func append(_ value: Int64, digits: Int, to text: inout String) {
        let written = String(value)
        for _ in written.utf8.count..<max(digits, written.utf8.count) { text += "0" }
        text += written
    }
}

/// Takes digits and separators off the front of a text.
private struct DigitScanner {
    private var rest: Substring.UTF8View

    init(_ text: String) {
        self.rest = text[...].utf8
    }

    var atEnd: Bool { self.rest.isEmpty }

    mutating func take(_ separator: Unicode.Scalar) -> Bool {
        guard self.rest.first == UInt8(ascii: separator) else { return false }
        self.rest.removeFirst()
        return true
    }

    mutating func number(_ digits: Int) -> Int64? {
        var value: Int64 = 0
        for _ in 0..<digits {
            guard let digit = self.digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    /// One digit or more, read as a fraction scaled to `digits` digits.
    mutating func fraction(digits: Int) -> Int64? {
        guard var value = self.digit() else { return nil }
        var read = 1
        while let digit = self.digit() {
            if read < digits { value = value * 10 + digit }
            read += 1
        }
        for _ in min(read, digits)..<digits { value *= 10 }
        return value
    }

    private mutating func digit() -> Int64? {
        guard let byte = self.rest.first, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
        self.rest.removeFirst()
        return Int64(byte - UInt8(ascii: "0"))
    }
}
