// SPDX-License-Identifier: Apache-2.0

/// A unit of the calendar in which freshness and timeliness are given.
public enum WireDatepart: String, Sendable, CaseIterable {
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

/// A number of calendar units and the unit, each of which a request may leave out or clear.
public struct ThresholdFields: Sendable, Equatable {
    /// How many units: above 0.
    public var number: Field<Int64>
    /// The unit.
    public var datepart: Field<WireDatepart>

    /// Makes a threshold; without arguments, one that the request does not mention.
    public init(number: Field<Int64> = .absent, datepart: Field<WireDatepart> = .absent) {
        self.number = number
        self.datepart = datepart
    }

    init(reading fields: inout RequestFields, _ name: String) {
        self.number = fields.integerField("\(name)_number", above: 0, atMost: Self.maximum)
        self.datepart = fields.enumField("\(name)_datepart")
    }

    /// Reads a threshold of which both parts must be given, or none.
    init(readingPair fields: inout RequestFields, _ name: String) {
        self.init(reading: &fields, name)
        fields.requirePair("\(name)_number", self.number, "\(name)_datepart", self.datepart)
    }

    func write(to writer: inout JSONWriter, _ name: String) {
        writer.field("\(name)_number", self.number) { $0.value($1) }
        writer.field("\(name)_datepart", self.datepart) { $0.value($1.rawValue) }
    }

    /// No threshold reaches further than the calendar of the interface: 9999 years, in minutes.
    public static let maximum: Int64 = 9999 * 366 * 24 * 60
}

/// A threshold with its mute, in an answer.
public struct ThresholdResponse: Sendable, Equatable {
    /// How many units.
    public var number: Int64?
    /// The unit.
    public var datepart: WireDatepart?
    /// Whether the check leaves this out.
    public var mute: Bool

    /// Makes a threshold.
    public init(number: Int64?, datepart: WireDatepart?, mute: Bool) {
        self.number = number
        self.datepart = datepart
        self.mute = mute
    }

    init(reading fields: ResponseFields, _ name: String) {
        self.number = fields["\(name)_number"]?.integer
        self.datepart = fields["\(name)_datepart"]?.string.flatMap(WireDatepart.init)
        self.mute = fields["mute_\(name)_check"]?.bool ?? false
    }

    func write(to writer: inout JSONWriter, _ name: String) {
        writer.member("\(name)_number", self.number)
        writer.member("\(name)_datepart", self.datepart?.rawValue)
        writer.member("mute_\(name)_check", self.mute)
    }
}
