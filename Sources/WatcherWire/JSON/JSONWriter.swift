// SPDX-License-Identifier: Apache-2.0

/// Writes JSON text, without white space, straight into bytes.
///
/// Commas are placed by the writer; the caller opens and closes, and writes a ``key(_:)`` before each member's value.
public struct JSONWriter {
    /// What has been written so far, UTF-8.
    public private(set) var bytes: [UInt8] = []
    private var needsComma = false

    /// Makes an empty writer.
    public init() {
        self.bytes.reserveCapacity(128)
    }

    /// Makes room for so many bytes more, for an answer that is known to be long.
    public mutating func reserve(_ count: Int) {
        self.bytes.reserveCapacity(self.bytes.count + count)
    }

    /// What has been written so far, as a string.
    public var text: String {
        String(decoding: self.bytes, as: UTF8.self)
    }

    /// Writes an object whose members the closure writes.
    public mutating func object(_ members: (inout JSONWriter) -> Void) {
        self.nested(UInt8(ascii: "{"), UInt8(ascii: "}"), members)
    }

    /// Writes an array whose elements the closure writes.
    public mutating func array(_ elements: (inout JSONWriter) -> Void) {
        self.nested(UInt8(ascii: "["), UInt8(ascii: "]"), elements)
    }

    /// Writes a member's name; its value must follow.
    public mutating func key(_ key: String) {
        self.separate()
        self.quoted(key)
        self.bytes.append(UInt8(ascii: ":"))
        self.needsComma = false
    }

    /// Writes any value, the keys of objects sorted.
    public mutating func value(_ value: JSONValue) {
        switch value {
        case .null: self.null()
        case .bool(let value): self.value(value)
        case .number(let number): self.raw(number.text)
        case .string(let text): self.value(text)
        case .array(let elements):
            self.array { writer in
                for element in elements { writer.value(element) }
            }
        case .object(let members):
            self.object { writer in
                for (key, value) in members.sorted(by: { $0.key < $1.key }) {
                    writer.key(key)
                    writer.value(value)
                }
            }
        }
    }

    /// Writes a string.
    public mutating func value(_ value: String) {
        self.separate()
        self.quoted(value)
    }

    /// Writes an integer.
    public mutating func value(_ value: Int64) {
        self.separate()
        // Digit by digit, the last one first: a string for each number took most of the time of a long answer.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var begin = digits.count
            var rest = value.magnitude
            repeat {
                begin -= 1
                digits.initializeElement(at: begin, to: UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
                rest /= 10
            } while rest > 0
            if value < 0 {
                begin -= 1
                digits.initializeElement(at: begin, to: UInt8(ascii: "-"))
            }
            self.bytes.append(contentsOf: UnsafeMutableBufferPointer(rebasing: digits[begin...]))
        }
    }

    /// Writes a truth value.
    public mutating func value(_ value: Bool) {
        self.raw(value ? "true" : "false")
    }

    /// Writes a number; infinity and not-a-number, which JSON cannot say, become `null`.
    public mutating func value(_ value: Double) {
        self.raw(value.isFinite ? value.description : "null")
    }

    /// Writes a moment as RFC 3339 text.
    public mutating func value(_ value: WireTimestamp) {
        self.value(value.text)
    }

    /// Writes `null`.
    public mutating func null() {
        self.raw("null")
    }

    /// Writes text that is JSON already, such as a value stored as text.
    public mutating func raw(_ json: String) {
        self.separate()
        self.bytes.append(contentsOf: json.utf8)
    }

    /// Writes the members of an object that has been written already, without its braces.
    public mutating func members(of object: ArraySlice<UInt8>) {
        self.separate()
        self.bytes.append(contentsOf: object)
    }

    private mutating func nested(_ open: UInt8, _ close: UInt8, _ body: (inout JSONWriter) -> Void) {
        self.separate()
        self.bytes.append(open)
        self.needsComma = false
        body(&self)
        self.bytes.append(close)
        self.needsComma = true
    }

    private mutating func separate() {
        if self.needsComma { self.bytes.append(UInt8(ascii: ",")) }
        self.needsComma = true
    }

    private mutating func quoted(_ text: String) {
        self.bytes.append(UInt8(ascii: "\""))
        defer { self.bytes.append(UInt8(ascii: "\"")) }
        var text = text
        text.withUTF8 { self.escaped($0) }
    }

    private mutating func escaped(_ text: UnsafeBufferPointer<UInt8>) {
        // Nearly all texts stand as they are, and are taken over at once.
        let isPlain = text.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
        guard !isPlain else {
            self.bytes.append(contentsOf: text)
            return
        }
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                self.bytes.append(UInt8(ascii: "\\"))
                self.bytes.append(byte)
            case 0x0A: self.bytes.append(contentsOf: "\\n".utf8)
            case 0x0D: self.bytes.append(contentsOf: "\\r".utf8)
            case 0x09: self.bytes.append(contentsOf: "\\t".utf8)
            case 0..<0x20:
                let digits = String(byte, radix: 16)
                self.bytes.append(contentsOf: (digits.utf8.count == 1 ? "\\u000" : "\\u00").utf8)
                self.bytes.append(contentsOf: digits.utf8)
            default: self.bytes.append(byte)
            }
        }
    }
}

extension JSONWriter {
    /// Writes a member, `null` when there is no value.
    public mutating func member(_ key: String, _ value: String?) {
        self.key(key)
        if let value { self.value(value) } else { self.null() }
    }

    /// Writes a member, `null` when there is no value.
    public mutating func member(_ key: String, _ value: Int64?) {
        self.key(key)
        if let value { self.value(value) } else { self.null() }
    }

    /// Writes a member, `null` when there is no value.
    public mutating func member(_ key: String, _ value: Bool?) {
        self.key(key)
        if let value { self.value(value) } else { self.null() }
    }

    /// Writes a member, `null` when there is no value.
    public mutating func member(_ key: String, _ value: Double?) {
        self.key(key)
        if let value { self.value(value) } else { self.null() }
    }

    /// Writes a member, `null` when there is no value.
    public mutating func member(_ key: String, _ value: WireTimestamp?) {
        self.key(key)
        if let value { self.value(value) } else { self.null() }
    }

    /// Writes a member, `null` when there is no value.
    public mutating func member(_ key: String, _ value: JSONValue?) {
        self.key(key)
        if let value { self.value(value) } else { self.null() }
    }

    /// Writes a member whose value is an array of messages.
    public mutating func member(_ key: String, _ values: [some WireMessage]) {
        self.key(key)
        self.array { writer in
            for value in values { value.write(to: &writer) }
        }
    }
}
