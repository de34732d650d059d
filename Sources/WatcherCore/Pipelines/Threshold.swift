// SPDX-License-Identifier: Apache-2.0

/// A unit of the calendar.
package enum Datepart: String, Sendable, CaseIterable {
    /// 60 seconds.
    case minute
    /// 60 minutes.
    case hour
    /// 24 hours.
    case day
    /// 7 days.
    case week
    /// A calendar month.
    case month
    /// A calendar year.
    case year
}

/// How old data may become (freshness), or how long an execution may take (timeliness).
package struct Threshold: Sendable, Equatable {
    /// How many units, above 0; there is a number exactly when there is a unit.
    package var number: Int64?
    /// The unit.
    package var datepart: Datepart?
    /// Whether the check leaves this out.
    package var isMuted: Bool

    /// Makes a threshold; without arguments, none.
    package init(number: Int64? = nil, datepart: Datepart? = nil, isMuted: Bool = false) {
        self.number = number
        self.datepart = datepart
        self.isMuted = isMuted
    }

    /// Whether number and unit are both there, or neither.
    package var isWhole: Bool { (self.number == nil) == (self.datepart == nil) }
}

/// A change of a threshold.
package struct ThresholdUpdate: Sendable, Equatable {
    /// How many units.
    package var number: Update<Int64>
    /// The unit.
    package var datepart: Update<Datepart>
    /// Whether the check leaves this out.
    package var isMuted: Update<Bool>

    /// Makes a change; without arguments, none.
    package init(
        number: Update<Int64> = .keep,
        datepart: Update<Datepart> = .keep,
        isMuted: Update<Bool> = .keep
    ) {
        self.number = number
        self.datepart = datepart
        self.isMuted = isMuted
    }

    /// The threshold after the change.
    package func applied(to stored: Threshold) -> Threshold {
        Threshold(
            number: self.number.applied(to: stored.number),
            datepart: self.datepart.applied(to: stored.datepart),
            isMuted: self.isMuted.applied(to: stored.isMuted)
        )
    }
}
