// SPDX-License-Identifier: Apache-2.0

/// How far a pipeline has read its source: a text that only the pipeline itself understands.
///
/// A watermark may be sent as string, integer, number, truth value, date or date-time; it is stored and comes back as
/// the text of what was sent (`42` as `"42"`).
public struct Watermark: Sendable, Hashable {
    /// A longer watermark is refused; characters are Unicode scalars.
    public static let maximumLength = 4096

    /// The watermark as text, exactly as it came.
    public let text: String

    /// Makes a watermark of a text.
    public init(_ text: String) {
        self.text = text
    }

    /// Makes a watermark of an integer, such as a sequence number.
    public init(_ integer: some BinaryInteger) {
        self.text = String(integer)
    }

    /// Makes a watermark of a moment: RFC 3339 text in UTC.
    public init(_ timestamp: WireTimestamp) {
        self.text = timestamp.text
    }

    /// Takes what a request holds; `nil` for null, arrays and objects, which are no watermarks.
    public init?(json: JSONValue) {
        switch json {
        case .string(let text): self.text = text
        case .number(let number): self.text = number.text
        case .bool(let value): self.text = value ? "true" : "false"
        case .null, .array, .object: return nil
        }
    }

    /// The watermark as an integer, when its text is one.
    public var integer: Int64? { Int64(self.text) }

    /// The watermark as a moment, when its text is a date or date-time.
    public var timestamp: WireTimestamp? { WireTimestamp(self.text) }
}

extension Watermark: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral, CustomStringConvertible {
    /// Makes a watermark of a text.
    public init(stringLiteral value: String) {
        self.init(value)
    }

    /// Makes a watermark of an integer.
    public init(integerLiteral value: Int64) {
        self.init(value)
    }

    /// The watermark as text.
    public var description: String { self.text }
}
