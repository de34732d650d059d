// SPDX-License-Identifier: Apache-2.0

/// Reads the members of a request's object, and keeps the list of everything that is wrong with them.
///
/// Strings are trimmed and lower-cased (names are case-insensitive), integers and booleans are also taken from the
/// spellings that existing clients send. Each reader gives a stand-in for a faulty value: a message built while
/// ``issues`` is not empty must not be used.
public struct RequestFields {
    /// Every fault found so far.
    public private(set) var issues: [ValidationIssue] = []

    private let members: [String: JSONValue]
    private let location: [ValidationIssue.Step]

    /// Makes a reader of an object that stands at `location`, such as `["body"]`.
    public init(_ members: [String: JSONValue], at location: [ValidationIssue.Step]) {
        self.members = members
        self.location = location
    }

    /// Records a fault of one field, or of the whole object.
    public mutating func report(_ kind: ValidationIssue.Kind, _ key: String? = nil, _ message: String) {
        let input = key.map { self.members[$0] ?? .null } ?? .object(self.members)
        self.issues.append(.init(kind, at: self.location + (key.map { [.key($0)] } ?? []), message, input: input))
    }

    private mutating func missing(_ key: String) {
        self.issues.append(
            .init(.missing, at: self.location + [.key(key)], "Field required", input: .object(self.members))
        )
    }

    /// Whether the object has this member, and it is not null.
    public func hasValue(_ key: String) -> Bool {
        self.members[key].map { $0 != .null } ?? false
    }

    // MARK: Strings

    /// A string that must be there.
    public mutating func string(_ key: String, _ length: ClosedRange<Int>) -> String {
        guard let value = self.members[key] else {
            self.missing(key)
            return ""
        }
        return self.string(key, value, length) ?? ""
    }

    /// A string that may be absent or null.
    public mutating func stringField(_ key: String, _ length: ClosedRange<Int>) -> Field<String> {
        self.field(key) { fields, value in fields.string(key, value, length) }
    }

    /// A text for people, which may be absent or null: kept exactly as it came.
    public mutating func textField(_ key: String, _ length: ClosedRange<Int>) -> Field<String> {
        self.field(key) { fields, value in fields.string(key, value, length) { $0 } }
    }

    private mutating func string(
        _ key: String,
        _ value: JSONValue,
        _ length: ClosedRange<Int>,
        _ normalized: (String) -> String = Self.normalized
    ) -> String? {
        guard case .string(let written) = value else {
            self.report(.stringType, key, "Input should be a valid string")
            return nil
        }
        let text = normalized(written)
        // The UTF-8 length bounds the number of characters, and is free.
        let count = text.utf8.count <= length.upperBound ? text.utf8.count : text.unicodeScalars.count
        if count < length.lowerBound {
            self.report(.stringTooShort, key, "String should have at least \(Self.characters(length.lowerBound))")
        } else if count > length.upperBound {
            self.report(.stringTooLong, key, "String should have at most \(Self.characters(length.upperBound))")
        } else if text.utf8.contains(0) {
            self.report(.valueError, key, "String must not contain a NUL character")
        } else {
            return text
        }
        return nil
    }

    /// A name as it is stored: without outer white space, in lower case.
    public static func normalized(_ text: String) -> String {
        let utf8 = text.utf8
        if utf8.allSatisfy({ $0 > 0x20 && $0 < 0x80 && !(0x41...0x5A).contains($0) }) { return text }
        if utf8.allSatisfy({ $0 < 0x80 }) {
            // Nearly all names and moments: bytes, instead of the tables of Unicode.
            let isSpace: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) || (0x1C...0x1F).contains($0) }
            guard let first = utf8.firstIndex(where: { !isSpace($0) }),
                let last = utf8.lastIndex(where: { !isSpace($0) })
            else { return "" }
            return String(
                decoding: utf8[first...last].map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 },
                as: UTF8.self
            )
        }
        let scalars = text.unicodeScalars
        let isSpace: (Unicode.Scalar) -> Bool = { $0.properties.isWhitespace || (0x1C...0x1F).contains($0.value) }
        guard let first = scalars.firstIndex(where: { !isSpace($0) }),
            let last = scalars.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(scalars[first...last]).lowercased()
    }

    private static func characters(_ count: Int) -> String {
        count == 1 ? "1 character" : "\(count) characters"
    }

    /// A string of a list, which must be there; `standIn` takes the place of a faulty one.
    public mutating func enumeration<Value>(_ key: String, standIn: Value) -> Value
    where Value: RawRepresentable<String> & CaseIterable & Sendable {
        guard let value = self.members[key] else {
            self.missing(key)
            return standIn
        }
        return self.enumeration(value, at: [.key(key)]) ?? standIn
    }

    /// A string of a list, which may be absent or null.
    public mutating func enumField<Value>(_ key: String) -> Field<Value>
    where Value: RawRepresentable<String> & CaseIterable & Sendable {
        self.field(key) { fields, value in fields.enumeration(value, at: [.key(key)]) }
    }

    /// Strings of a list: an array with at least one and at most ``maximumElements``, or one string alone.
    public mutating func enumerations<Value>(_ key: String) -> [Value]
    where Value: RawRepresentable<String> & CaseIterable & Sendable {
        guard let value = self.members[key] else {
            self.missing(key)
            return []
        }
        switch value {
        case .string: return self.enumeration(value, at: [.key(key)]).map { [$0] } ?? []
        case .array(let elements) where (1...Self.maximumElements).contains(elements.count):
            return elements.enumerated().compactMap { index, element in
                self.enumeration(element, at: [.key(key), .index(index)])
            }
        case .array(let elements):
            let message = "List should have 1 to \(Self.maximumElements) elements, not \(elements.count)"
            // Without the input: it may be the size of the whole body.
            self.issues.append(.init(.valueError, at: self.location + [.key(key)], message, input: .null))
        case .null, .bool, .number, .object: self.report(.listType, key, "Input should be a valid list")
        }
        return []
    }

    private mutating func enumeration<Value>(_ value: JSONValue, at steps: [ValidationIssue.Step]) -> Value?
    where Value: RawRepresentable<String> & CaseIterable & Sendable {
        if case .string(let text) = value, let found = Value(rawValue: Self.normalized(text)) { return found }
        let known = Value.allCases.map { "'\($0.rawValue)'" }
        let message = "Input should be \(known.dropLast().joined(separator: ", ")) or \(known.last ?? "")"
        self.issues.append(.init(.enum, at: self.location + steps, message, input: value))
        return nil
    }

    // MARK: Numbers and truth values

    /// An integer that must be there.
    public mutating func integer(_ key: String) -> Int64 {
        guard let value = self.members[key] else {
            self.missing(key)
            return 0
        }
        return self.integer(key, value) ?? 0
    }

    /// An integer that may be absent or null, with its bounds.
    public mutating func integerField(
        _ key: String,
        above exclusive: Int64? = nil,
        atLeast minimum: Int64? = nil,
        atMost maximum: Int64? = nil
    ) -> Field<Int64> {
        self.field(key) { fields, value in
            guard let number = fields.integer(key, value) else { return nil }
            if let exclusive, number <= exclusive {
                fields.report(.greaterThan, key, "Input should be greater than \(exclusive)")
            } else if let minimum, number < minimum {
                fields.report(.greaterThanEqual, key, "Input should be greater than or equal to \(minimum)")
            } else if let maximum, number > maximum {
                fields.report(.lessThanEqual, key, "Input should be less than or equal to \(maximum)")
            } else {
                return number
            }
            return nil
        }
    }

    private mutating func integer(_ key: String, _ value: JSONValue) -> Int64? {
        let unparsable = "Input should be a valid integer, unable to parse string as an integer"
        switch value {
        case .number(let number):
            if let integer = number.integer { return integer }
            if number.isFractional {
                self.report(.intFromFloat, key, "Input should be a valid integer, got a number with a fractional part")
            } else {
                self.report(.intParsing, key, "Input should be a valid integer of at most 64 bits")
            }
        case .string(let written):
            let text = Self.normalized(written)
            if let integer = Int64(text) { return integer }
            guard let parsed = try? JSONParser.parse(text), case .number(let number) = parsed else {
                self.report(.intParsing, key, unparsable)
                return nil
            }
            if let integer = number.integer { return integer }
            self.report(.intParsing, key, number.isFractional ? unparsable : "\(unparsable) of at most 64 bits")
        case .null, .bool, .array, .object:
            self.report(.intType, key, "Input should be a valid integer")
        }
        return nil
    }

    /// A number that may be absent or null, with its bounds; also as a string.
    public mutating func doubleField(_ key: String, atLeast minimum: Double, atMost maximum: Double) -> Field<Double> {
        self.field(key) { fields, value in
            var written = value
            if case .string(let text) = value {
                // What is no number in JSON either, such as `nan` or `0x10`, is none here.
                guard let parsed = try? JSONParser.parse(Self.normalized(text)), case .number = parsed else {
                    fields.report(
                        .floatParsing,
                        key,
                        "Input should be a valid number, unable to parse string as a number"
                    )
                    return nil
                }
                written = parsed
            }
            guard case .number(let digits) = written else {
                fields.report(.floatType, key, "Input should be a valid number")
                return nil
            }
            // Beyond the range of a double it is beyond the bounds too.
            let number = digits.double ?? (digits.text.hasPrefix("-") ? -.infinity : .infinity)
            if number < minimum {
                fields.report(.greaterThanEqual, key, "Input should be greater than or equal to \(minimum)")
            } else if number > maximum {
                fields.report(.lessThanEqual, key, "Input should be less than or equal to \(maximum)")
            } else {
                return number
            }
            return nil
        }
    }

    /// A truth value that must be there.
    public mutating func bool(_ key: String) -> Bool {
        guard let value = self.members[key] else {
            self.missing(key)
            return false
        }
        return self.bool(key, value) ?? false
    }

    /// A truth value that may be absent or null.
    public mutating func boolField(_ key: String) -> Field<Bool> {
        self.field(key) { fields, value in fields.bool(key, value) }
    }

    private mutating func bool(_ key: String, _ value: JSONValue) -> Bool? {
        switch value {
        case .bool(let value): return value
        case .number(let number) where number.integer == 0: return false
        case .number(let number) where number.integer == 1: return true
        case .string(let text):
            switch Self.normalized(text) {
            case "true", "1", "yes", "on", "t", "y": return true
            case "false", "0", "no", "off", "f", "n": return false
            default: break
            }
        default: break
        }
        self.report(.boolType, key, "Input should be a valid boolean")
        return nil
    }

    // MARK: Moments, watermarks, objects

    /// A moment that must be there.
    public mutating func timestamp(_ key: String) -> WireTimestamp {
        guard let value = self.members[key] else {
            self.missing(key)
            return .minimum
        }
        return self.timestamp(key, value) ?? .minimum
    }

    /// A moment that may be absent or null.
    public mutating func timestampField(_ key: String) -> Field<WireTimestamp> {
        self.field(key) { fields, value in fields.timestamp(key, value) }
    }

    private mutating func timestamp(_ key: String, _ value: JSONValue) -> WireTimestamp? {
        let found: WireTimestamp? =
            switch value {
            case .string(let text): WireTimestamp(Self.normalized(text))
            case .number(let number): WireTimestamp(epochSeconds: number)
            default: nil
            }
        if found == nil {
            let form = "Input should be an RFC 3339 date-time such as 2025-01-10T00:10:00Z, a date, or epoch seconds"
            self.report(.valueError, key, form)
        }
        return found
    }

    /// A watermark, which may be absent or null: kept exactly as it came.
    public mutating func watermarkField(_ key: String) -> Field<Watermark> {
        self.field(key) { fields, value in
            guard let watermark = Watermark(json: value) else {
                fields.report(.stringType, key, "Input should be a string, number, boolean, date or date-time")
                return nil
            }
            if watermark.text.utf8.count > Watermark.maximumLength,
                watermark.text.unicodeScalars.count > Watermark.maximumLength
            {
                fields.report(
                    .stringTooLong,
                    key,
                    "String should have at most \(Self.characters(Watermark.maximumLength))"
                )
                return nil
            }
            if watermark.text.utf8.contains(0) {
                fields.report(.valueError, key, "String must not contain a NUL character")
                return nil
            }
            return watermark
        }
    }

    /// An object of any content, which may be absent or null: never changed.
    public mutating func metadataField(_ key: String) -> Field<JSONValue> {
        self.field(key) { fields, value in
            guard case .object = value else {
                fields.report(.dictType, key, "Input should be a valid object")
                return nil
            }
            guard !value.containsNUL else {
                fields.report(.valueError, key, "Metadata must not contain a NUL character")
                return nil
            }
            return value
        }
    }

    /// How many elements a list may have: more would hold up every other request.
    public static let maximumElements = 1000

    /// A list of objects that must be there, at most ``maximumElements``.
    public mutating func objects<Message: WireRequest>(_ key: String) -> [Message] {
        guard let value = self.members[key] else {
            self.missing(key)
            return []
        }
        guard case .array(let elements) = value else {
            self.report(.listType, key, "Input should be a valid list")
            return []
        }
        guard elements.count <= Self.maximumElements else {
            let message = "List should have at most \(Self.maximumElements) elements, not \(elements.count)"
            // Without the input: it is the size of the whole body.
            self.issues.append(.init(.valueError, at: self.location + [.key(key)], message, input: .null))
            return []
        }
        return elements.enumerated().compactMap { index, element in
            let location = self.location + [.key(key), .index(index)]
            guard case .object(let members) = element else {
                self.issues.append(.init(.dictType, at: location, "Input should be a valid object", input: element))
                return nil
            }
            var fields = RequestFields(members, at: location)
            let message = Message(reading: &fields)
            self.issues += fields.issues
            return message
        }
    }

    /// Reports two fields of which the request has only one.
    public mutating func requirePair<A, B>(_ first: String, _ one: Field<A>, _ second: String, _ other: Field<B>) {
        guard (one.value == nil) != (other.value == nil) else { return }
        // A value that is there but faulty has been reported already.
        guard !self.issues.contains(where: { $0.path == first || $0.path == second }) else { return }
        self.report(.valueError, nil, "Both \(first) and \(second) must be provided together")
    }

    private mutating func field<Value>(
        _ key: String,
        _ read: (inout RequestFields, JSONValue) -> Value?
    ) -> Field<Value> {
        switch self.members[key] {
        case nil: .absent
        case .null: .null
        case let value?: read(&self, value).map(Field.value) ?? .absent
        }
    }
}
