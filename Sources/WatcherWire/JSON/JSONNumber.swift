// SPDX-License-Identifier: Apache-2.0

/// A JSON number with all the digits it was written with.
///
/// Two numbers are equal when they stand for the same value, however written: `1`, `1.0` and `10e-1` are one number.
public struct JSONNumber: Sendable {
    /// The number as JSON text.
    public let text: String

    /// Makes an integer.
    public init(_ value: some BinaryInteger) {
        self.text = String(value)
    }

    /// Makes a number from a double; `nil` for infinity and not-a-number, which JSON cannot say.
    public init?(_ value: Double) {
        guard value.isFinite else { return nil }
        self.text = value.description
    }

    /// Takes a text that the parser has checked.
    init(checked text: String) {
        self.text = text
    }

    /// The value as a 64-bit integer when it is one exactly (`3`, `3.0`, `3e2`); `nil` for fractions and beyond 64 bits.
    public var integer: Int64? {
        if let value = Int64(self.text) { return value }
        let canonical = self.canonical
        guard canonical.exponent >= 0, canonical.exponent <= 19 else { return nil }
        let zeros = String(repeating: "0", count: Int(canonical.exponent))
        return Int64((canonical.negative ? "-" : "") + canonical.digits + zeros)
    }

    /// The nearest double; `nil` when the value is beyond its range.
    public var double: Double? {
        guard let value = Double(self.text), value.isFinite else { return nil }
        return value
    }

    /// Whether the value has a fractional part.
    public var isFractional: Bool {
        self.canonical.exponent < 0
    }

    /// The value as sign, significant digits without outer zeros, and power of ten: the same for every spelling of it.
    private var canonical: (negative: Bool, digits: String, exponent: Int64) {
        var digits: [UInt8] = []
        var exponent: Int64 = 0
        var negative = false
        var inFraction = false
        var bytes = self.text.utf8[...]
        while let byte = bytes.popFirst() {
            switch byte {
            case UInt8(ascii: "-"): negative = true
            case UInt8(ascii: "."): inFraction = true
            case UInt8(ascii: "e"), UInt8(ascii: "E"):
                let written = bytes.first == UInt8(ascii: "+") ? bytes.dropFirst() : bytes
                // An exponent beyond 18 digits is clamped: such numbers are only ever compared with each other.
                let magnitude = Int64(Substring(written)) ?? (written.first == UInt8(ascii: "-") ? -1 : 1) * 1 << 60
                exponent += max(-1 << 60, min(1 << 60, magnitude))
                bytes = bytes[bytes.endIndex...]
            default:
                digits.append(byte)
                if inFraction { exponent -= 1 }
            }
        }
        while digits.last == UInt8(ascii: "0") {
            digits.removeLast()
            exponent += 1
        }
        let significant = digits.drop { $0 == UInt8(ascii: "0") }
        guard !significant.isEmpty else { return (false, "0", 0) }
        return (negative, String(decoding: significant, as: UTF8.self), exponent)
    }
}

extension JSONNumber: Hashable {
    /// Whether both stand for the same value.
    public static func == (left: Self, right: Self) -> Bool {
        left.text == right.text || left.canonical == right.canonical
    }

    /// Feeds the value, not its spelling.
    public func hash(into hasher: inout Hasher) {
        let canonical = self.canonical
        hasher.combine(canonical.negative)
        hasher.combine(canonical.digits)
        hasher.combine(canonical.exponent)
    }
}
