// SPDX-License-Identifier: Apache-2.0

/// One fault of one field of a request: an element of a 422 answer's `detail`.
public struct ValidationIssue: Sendable, Equatable {
    /// What kind of fault, by the name that existing clients know.
    public struct Kind: Sendable, Hashable, RawRepresentable {
        /// The name on the wire.
        public let rawValue: String

        /// Takes a name on the wire.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// A field that must be there is not.
        public static let missing = Self(rawValue: "missing")
        /// A string with too few characters.
        public static let stringTooShort = Self(rawValue: "string_too_short")
        /// A string with too many characters.
        public static let stringTooLong = Self(rawValue: "string_too_long")
        /// Something else where a string should be.
        public static let stringType = Self(rawValue: "string_type")
        /// A string or number that is not an integer of 64 bits.
        public static let intParsing = Self(rawValue: "int_parsing")
        /// Something else where an integer should be.
        public static let intType = Self(rawValue: "int_type")
        /// A number with a fraction where an integer should be.
        public static let intFromFloat = Self(rawValue: "int_from_float")
        /// A string that is not a number, or a number beyond a double's range.
        public static let floatParsing = Self(rawValue: "float_parsing")
        /// Something else where a number should be.
        public static let floatType = Self(rawValue: "float_type")
        /// Something else where a boolean should be.
        public static let boolType = Self(rawValue: "bool_type")
        /// A number that is not above the bound.
        public static let greaterThan = Self(rawValue: "greater_than")
        /// A number below the bound.
        public static let greaterThanEqual = Self(rawValue: "greater_than_equal")
        /// A number above the bound.
        public static let lessThanEqual = Self(rawValue: "less_than_equal")
        /// A string that is not one of a list.
        public static let `enum` = Self(rawValue: "enum")
        /// Something else where an object should be.
        public static let dictType = Self(rawValue: "dict_type")
        /// Something else where an array should be.
        public static let listType = Self(rawValue: "list_type")
        /// A body that is not JSON.
        public static let jsonInvalid = Self(rawValue: "json_invalid")
        /// A value of the right type that breaks a rule.
        public static let valueError = Self(rawValue: "value_error")
    }

    /// One step of the way to a field.
    public enum Step: Sendable, Hashable, ExpressibleByStringInterpolation {
        /// A member of an object, or the part of the request: `body`, `query`, `path`.
        case key(String)
        /// An element of an array, or the offset of a byte.
        case index(Int)

        /// Makes a ``key(_:)``.
        public init(stringLiteral value: String) {
            self = .key(value)
        }
    }

    /// The kind of fault.
    public let kind: Kind
    /// The way to the field, from `body`, `query` or `path` on.
    public let location: [Step]
    /// What was wrong, as a sentence without its full stop.
    public let message: String
    /// The faulty value, or the object that lacks the field.
    public let input: JSONValue

    /// Makes an issue.
    public init(_ kind: Kind, at location: [Step], _ message: String, input: JSONValue) {
        self.kind = kind
        self.location = location
        self.message = message
        self.input = input
    }

    /// The way to the field as people write it: `source_addresses.0.name`.
    public var path: String {
        let steps = self.location.count > 1 ? self.location.dropFirst() : self.location[...]
        return steps.map { step in
            switch step {
            case .key(let key): key
            case .index(let index): String(index)
            }
        }.joined(separator: ".")
    }
}

extension ValidationIssue: WireMessage {
    /// Writes the issue as `{"type", "loc", "msg", "input"}`.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("type", self.kind.rawValue)
            writer.key("loc")
            writer.array { writer in
                for step in self.location {
                    switch step {
                    case .key(let key): writer.value(key)
                    case .index(let index): writer.value(Int64(index))
                    }
                }
            }
            writer.member("msg", self.message)
            writer.member("input", self.input)
        }
    }
}
