// SPDX-License-Identifier: Apache-2.0

/// Which trace a piece of work belongs to, and under which span: the `traceparent` of W3C Trace Context, level 1
/// (https://www.w3.org/TR/trace-context/).
package struct TraceContext: Sendable, Equatable {
    /// The trace: 32 hexadecimal digits, not all zero.
    package let traceID: String
    /// The span: 16 hexadecimal digits, not all zero.
    package let spanID: String
    /// Whether whoever began the trace records it.
    package let isSampled: Bool

    /// Begins a trace.
    ///
    /// - Parameters:
    ///   - isSampled: whether it is recorded.
    ///   - generator: gives its ids.
    package init(isSampled: Bool, using generator: inout some RandomNumberGenerator) {
        self.traceID = Self.hexadecimal(Self.nonZero(&generator)) + Self.hexadecimal(Self.nonZero(&generator))
        self.spanID = Self.hexadecimal(Self.nonZero(&generator))
        self.isSampled = isSampled
    }

    /// Begins a span below a span.
    ///
    /// - Parameters:
    ///   - parent: the span above.
    ///   - generator: gives its id.
    package init(below parent: Self, using generator: inout some RandomNumberGenerator) {
        self.traceID = parent.traceID
        self.spanID = Self.hexadecimal(Self.nonZero(&generator))
        self.isSampled = parent.isSampled
    }

    /// Reads a `traceparent`.
    ///
    /// It is `nil` when the text is none. Of a version that is newer than this code, only what every version begins with
    /// is read, as the standard says.
    ///
    /// - Parameter traceparent: such as `00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01`.
    package init?(traceparent: String) {
        let parts = traceparent.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, Self.isHexadecimal(parts[0], 2), parts[0] != "ff",
            parts.count == 4 || parts[0] != "00",
            Self.isHexadecimal(parts[1], 32), Self.isHexadecimal(parts[2], 16), Self.isHexadecimal(parts[3], 2),
            parts[1].contains(where: { $0 != "0" }), parts[2].contains(where: { $0 != "0" }),
            let flags = UInt8(parts[3], radix: 16)
        else { return nil }
        self.traceID = String(parts[1])
        self.spanID = String(parts[2])
        self.isSampled = flags & 1 == 1
    }

    /// The context as it travels in the header field `traceparent`.
    package var traceparent: String { "00-\(self.traceID)-\(self.spanID)-\(self.isSampled ? "01" : "00")" }

    private static func isHexadecimal(_ text: Substring, _ count: Int) -> Bool {
        text.utf8.count == count
            && text.utf8.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
            }
    }

    private static func nonZero(_ generator: inout some RandomNumberGenerator) -> UInt64 {
        max(1, generator.next())
    }

    private static func hexadecimal(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
