// SPDX-License-Identifier: Apache-2.0

/// A moment: microseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
package struct Timestamp: Sendable, Hashable, Comparable {
    /// Microseconds since 1970-01-01T00:00:00Z.
    package let microseconds: Int64

    /// Makes a moment.
    package init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// Orders by time.
    package static func < (left: Self, right: Self) -> Bool {
        left.microseconds < right.microseconds
    }

    /// The hour of the day in UTC, 0 to 23.
    package var hourUTC: Int64 {
        let hours = self.microseconds.flooredDivision(by: 3_600_000_000)
        return hours - hours.flooredDivision(by: 24) * 24
    }

    /// The day in UTC, counted from 1970-01-01.
    package var dayUTC: Int64 {
        self.microseconds.flooredDivision(by: 86_400_000_000)
    }

    /// The same moment, moved.
    package func advanced(byMicroseconds microseconds: Int64) -> Self {
        Self(microseconds: self.microseconds + microseconds)
    }
}

extension Int64 {
    /// The quotient rounded down, also for negative numbers.
    func flooredDivision(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = self.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
