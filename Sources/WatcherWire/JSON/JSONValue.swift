// SPDX-License-Identifier: Apache-2.0

/// Any JSON value, held without loss.
///
/// Numbers keep their digits (``JSONNumber``), so `1e20` or a 30-digit integer comes back equal. Objects are compared
/// without regard to the order of their members, as JSON says, and written with their keys sorted, so equal values
/// have equal texts.
///
/// Literals work: `["partition": "2013-01-01", "files": 3, "ratio": 0.5, "tags": ["a", nil]]`.
public enum JSONValue: Sendable, Hashable {
    /// The JSON `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number, exactly as written.
    case number(JSONNumber)
    /// A string.
    case string(String)
    /// An array.
    case array([JSONValue])
    /// An object; of a repeated key the last value counts.
    case object([String: JSONValue])
}

extension JSONValue {
    /// The members, when this is an object.
    public var object: [String: JSONValue]? {
        if case .object(let members) = self { members } else { nil }
    }

    /// The elements, when this is an array.
    public var array: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The text, when this is a string.
    public var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The truth value, when this is `true` or `false`.
    public var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The value as a 64-bit integer, when it is a number that is one exactly.
    public var integer: Int64? {
        if case .number(let number) = self { number.integer } else { nil }
    }

    /// The value as a double, when it is a number that fits.
    public var double: Double? {
        if case .number(let number) = self { number.double } else { nil }
    }

    /// The member of an object; `nil` for an absent one and for other values.
    public subscript(key: String) -> JSONValue? {
        self.object?[key]
    }

    /// Whether a NUL character stands in any string or key of this value; databases cannot keep one.
    public var containsNUL: Bool {
        switch self {
        case .null, .bool, .number: false
        case .string(let text): text.utf8.contains(0)
        case .array(let elements): elements.contains(where: \.containsNUL)
        case .object(let members): members.contains { $0.key.utf8.contains(0) || $0.value.containsNUL }
        }
    }
}

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringInterpolation, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    /// Makes `null`.
    public init(nilLiteral: ()) {
        self = .null
    }

    /// Makes a truth value.
    public init(booleanLiteral value: Bool) {
        self = .bool(value)
    }

    /// Makes an integer.
    public init(integerLiteral value: Int64) {
        self = .number(JSONNumber(value))
    }

    /// Makes a number; a value that JSON cannot say (infinity, not a number) becomes `null`.
    public init(floatLiteral value: Double) {
        self = .init(value)
    }

    /// Makes a string.
    public init(stringLiteral value: String) {
        self = .string(value)
    }

    /// Makes an array.
    public init(arrayLiteral elements: JSONValue...) {
        self = .array(elements)
    }

    /// Makes an object; of a repeated key the last value counts.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements, uniquingKeysWith: { _, last in last }))
    }
}

extension JSONValue {
    /// Makes a string from a variable.
    public init(_ value: some StringProtocol) {
        self = .string(String(value))
    }

    /// Makes a truth value from a variable.
    public init(_ value: Bool) {
        self = .bool(value)
    }

    /// Makes an integer from a variable of any integer type.
    public init(_ value: some BinaryInteger) {
        self = .number(JSONNumber(value))
    }

    /// Makes a number from a variable; infinity and not-a-number, which JSON cannot say, become `null`.
    public init(_ value: Double) {
        self = JSONNumber(value).map(JSONValue.number) ?? .null
    }
}

extension JSONValue: CustomStringConvertible {
    /// The JSON text, keys sorted.
    public var description: String {
        var writer = JSONWriter()
        writer.value(self)
        return writer.text
    }
}
