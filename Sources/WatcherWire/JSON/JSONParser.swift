// SPDX-License-Identifier: Apache-2.0

/// Why a text is not JSON.
public struct JSONParseError: Error, Sendable, Equatable {
    /// What was wrong, as a sentence.
    public let message: String
    /// Where: the offset of the first offending byte.
    public let offset: Int
    /// Whether the text is not even UTF-8.
    public let notUTF8: Bool
}

/// A strict JSON parser (RFC 8259).
///
/// By hand because the request path needs what Foundation's does not give: numbers with all their digits, the offset
/// of an error, UTF-8 faults told from syntax faults, and a depth bound.
public struct JSONParser {
    /// Values nested deeper than this are refused, so that no input can exhaust the stack.
    public static let maximumDepth = 256
    /// The same for answers, in which metadata of any depth stands inside lists and trees.
    public static let maximumAnswerDepth = 1024

    private let bytes: UnsafeRawBufferPointer
    private var offset = 0
    private var depth = 0
    private let maximumDepth: Int

    /// Parses a whole text.
    ///
    /// - Parameters:
    ///   - bytes: the text; white space around the value is allowed, anything else is not.
    ///   - maximumDepth: how deep values may be nested.
    /// - Returns: the value.
    /// - Throws: ``JSONParseError``
    public static func parse(
        _ bytes: UnsafeRawBufferPointer,
        maximumDepth: Int = Self.maximumDepth
    ) throws(JSONParseError) -> JSONValue {
        var parser = JSONParser(bytes: bytes, maximumDepth: maximumDepth)
        parser.skipWhitespace()
        let value = try parser.value()
        parser.skipWhitespace()
        guard parser.offset == bytes.count else { throw parser.error("Extra data after the JSON value") }
        return value
    }

    /// Parses a whole text held in an array.
    public static func parse(
        _ bytes: [UInt8],
        maximumDepth: Int = Self.maximumDepth
    ) throws(JSONParseError) -> JSONValue {
        try bytes.withUnsafeBufferPointer { bytes throws(JSONParseError) in
            try Self.parse(UnsafeRawBufferPointer(bytes), maximumDepth: maximumDepth)
        }
    }

    /// Parses a whole text held in a string.
    public static func parse(_ text: String) throws(JSONParseError) -> JSONValue {
        try Self.parse(Array(text.utf8))
    }

    private init(bytes: UnsafeRawBufferPointer, maximumDepth: Int) {
        self.bytes = bytes
        self.maximumDepth = maximumDepth
    }

    private func error(_ message: String) -> JSONParseError {
        // A stray byte outside a string may be the first sign of a text that is not UTF-8 at all.
        let notUTF8 = String(validating: self.bytes, as: UTF8.self) == nil
        return JSONParseError(message: message, offset: self.offset, notUTF8: notUTF8)
    }

    private var current: UInt8? {
        self.offset < self.bytes.count ? self.bytes[self.offset] : nil
    }

    private mutating func skipWhitespace() {
        while let byte = self.current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            self.offset += 1
        }
    }

    private mutating func value() throws(JSONParseError) -> JSONValue {
        guard let byte = self.current else { throw self.error("Expected a value, found the end of the text") }
        switch byte {
        case UInt8(ascii: "{"): return try self.nested { parser throws(JSONParseError) in try parser.object() }
        case UInt8(ascii: "["): return try self.nested { parser throws(JSONParseError) in try parser.array() }
        case UInt8(ascii: "\""): return .string(try self.string())
        case UInt8(ascii: "t"): return try self.word("true", .bool(true))
        case UInt8(ascii: "f"): return try self.word("false", .bool(false))
        case UInt8(ascii: "n"): return try self.word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try self.number())
        default: throw self.error("Expected a value")
        }
    }

    private mutating func nested(
        _ body: (inout JSONParser) throws(JSONParseError) -> JSONValue
    ) throws(JSONParseError) -> JSONValue {
        guard self.depth < self.maximumDepth else {
            throw self.error("Nested deeper than \(self.maximumDepth) levels")
        }
        self.depth += 1
        defer { self.depth -= 1 }
        self.offset += 1
        self.skipWhitespace()
        return try body(&self)
    }

    private mutating func object() throws(JSONParseError) -> JSONValue {
        var members: [String: JSONValue] = [:]
        if self.current == UInt8(ascii: "}") {
            self.offset += 1
            return .object(members)
        }
        while true {
            guard self.current == UInt8(ascii: "\"") else {
                throw self.error("Expected a property name in double quotes")
            }
            let key = try self.string()
            self.skipWhitespace()
            guard self.current == UInt8(ascii: ":") else { throw self.error("Expected ':' after a property name") }
            self.offset += 1
            self.skipWhitespace()
            members[key] = try self.value()
            self.skipWhitespace()
            switch self.current {
            case UInt8(ascii: ","):
                self.offset += 1
                self.skipWhitespace()
            case UInt8(ascii: "}"):
                self.offset += 1
                return .object(members)
            default: throw self.error("Expected ',' or '}'")
            }
        }
    }

    private mutating func array() throws(JSONParseError) -> JSONValue {
        var elements: [JSONValue] = []
        if self.current == UInt8(ascii: "]") {
            self.offset += 1
            return .array(elements)
        }
        while true {
            elements.append(try self.value())
            self.skipWhitespace()
            switch self.current {
            case UInt8(ascii: ","):
                self.offset += 1
                self.skipWhitespace()
            case UInt8(ascii: "]"):
                self.offset += 1
                return .array(elements)
            default: throw self.error("Expected ',' or ']'")
            }
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONParseError) -> JSONValue {
        let end = self.offset + word.utf8CodeUnitCount
        guard end <= self.bytes.count,
            UnsafeRawBufferPointer(rebasing: self.bytes[self.offset..<end])
                .elementsEqual(UnsafeRawBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
        else { throw self.error("Expected a value") }
        self.offset = end
        return value
    }

    private mutating func number() throws(JSONParseError) -> JSONNumber {
        let start = self.offset
        if self.current == UInt8(ascii: "-") { self.offset += 1 }
        if self.current == UInt8(ascii: "0") {
            self.offset += 1
        } else {
            try self.digits()
        }
        if self.current == UInt8(ascii: ".") {
            self.offset += 1
            try self.digits()
        }
        if self.current == UInt8(ascii: "e") || self.current == UInt8(ascii: "E") {
            self.offset += 1
            if self.current == UInt8(ascii: "+") || self.current == UInt8(ascii: "-") { self.offset += 1 }
            try self.digits()
        }
        return JSONNumber(checked: String(decoding: self.bytes[start..<self.offset], as: UTF8.self))
    }

    private mutating func digits() throws(JSONParseError) {
        let start = self.offset
        while let byte = self.current, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { self.offset += 1 }
        guard self.offset > start else { throw self.error("Expected a digit") }
    }

    private mutating func string() throws(JSONParseError) -> String {
        self.offset += 1
        let start = self.offset
        while let byte = self.current {
            switch byte {
            case UInt8(ascii: "\""):
                let text = try self.validated(self.bytes[start..<self.offset])
                self.offset += 1
                return text
            case UInt8(ascii: "\\"): return try self.escapedString(from: start)
            case 0..<0x20: throw self.error("Control characters in a string must be escaped")
            default: self.offset += 1
            }
        }
        throw self.error("Unterminated string")
    }

    /// The slow path, taken from the first backslash on.
    private mutating func escapedString(from start: Int) throws(JSONParseError) -> String {
        var decoded = Array(self.bytes[start..<self.offset])
        while let byte = self.current {
            switch byte {
            case UInt8(ascii: "\""):
                let text = try self.validated(decoded[...])
                self.offset += 1
                return text
            case UInt8(ascii: "\\"):
                self.offset += 1
                try self.escape(into: &decoded)
            case 0..<0x20: throw self.error("Control characters in a string must be escaped")
            default:
                decoded.append(byte)
                self.offset += 1
            }
        }
        throw self.error("Unterminated string")
    }

    private mutating func escape(into decoded: inout [UInt8]) throws(JSONParseError) {
        guard let byte = self.current else { throw self.error("Unterminated string") }
        let plain: UInt8
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): plain = byte
        case UInt8(ascii: "b"): plain = 0x08
        case UInt8(ascii: "f"): plain = 0x0C
        case UInt8(ascii: "n"): plain = 0x0A
        case UInt8(ascii: "r"): plain = 0x0D
        case UInt8(ascii: "t"): plain = 0x09
        case UInt8(ascii: "u"):
            self.offset += 1
            let scalar = try self.escapedScalar()
            decoded.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            return
        default: throw self.error("Invalid escape in a string")
        }
        decoded.append(plain)
        self.offset += 1
    }

    private mutating func escapedScalar() throws(JSONParseError) -> Unicode.Scalar {
        let first = try self.hexadecimal()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, self.current == UInt8(ascii: "\\") else { throw self.error("Lone surrogate in a string") }
        self.offset += 1
        guard self.current == UInt8(ascii: "u") else { throw self.error("Lone surrogate in a string") }
        self.offset += 1
        let second = try self.hexadecimal()
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00))
        else { throw self.error("Lone surrogate in a string") }
        return scalar
    }

    private mutating func hexadecimal() throws(JSONParseError) -> UInt16 {
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = self.current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
                throw self.error("Expected four hexadecimal digits after \\u")
            }
            value = value << 4 | UInt16(digit)
            self.offset += 1
        }
        return value
    }

    private func validated(_ slice: some Collection<UInt8>) throws(JSONParseError) -> String {
        guard let text = String(validating: slice, as: UTF8.self) else {
            throw JSONParseError(message: "The text is not UTF-8", offset: self.offset, notUTF8: true)
        }
        return text
    }
}
