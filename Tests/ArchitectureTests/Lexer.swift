// SPDX-License-Identifier: Apache-2.0

/// Splits Swift source into tokens, so that rules see neither comments nor strings when they look for code.
///
/// Knows nested comments, raw and multi-line strings and interpolation. Does not know regex literals; a quote in one
/// spoils at most its line.
struct Lexer {
    private let bytes: [UInt8]
    private var position = 0
    private var line = 1
    private var tokens: [Token] = []

    private init(_ text: String) {
        self.bytes = Array(text.utf8)
    }

    static func tokens(of text: String) -> [Token] {
        var lexer = Self(text)
        lexer.code(untilParenthesis: false)
        return lexer.tokens
    }

    /// Reads code to the end, or to the `)` that closes an interpolation.
    private mutating func code(untilParenthesis: Bool) {
        var depth = 0
        while let byte = self.peek() {
            switch byte {
            case UInt8(ascii: "\n"), UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
                self.advance()
            case UInt8(ascii: "/") where self.peek(1) == UInt8(ascii: "/"):
                self.lineComment()
            case UInt8(ascii: "/") where self.peek(1) == UInt8(ascii: "*"):
                self.blockComment()
            case UInt8(ascii: "\""):
                self.string(hashes: 0)
            case UInt8(ascii: "#"):
                var hashes = 0
                while self.peek(hashes) == UInt8(ascii: "#") { hashes += 1 }
                if self.peek(hashes) == UInt8(ascii: "\"") { self.string(hashes: hashes) } else { self.word() }
            case _ where Self.isWordByte(byte) || byte == UInt8(ascii: "@"):
                self.word()
            default:
                if byte == UInt8(ascii: "(") { depth += 1 }
                if byte == UInt8(ascii: ")") {
                    if untilParenthesis, depth == 0 { return }
                    depth -= 1
                }
                self.tokens.append(Token(kind: .symbol, text: String(UnicodeScalar(byte)), line: self.line))
                self.advance()
            }
        }
    }

    private mutating func word() {
        let start = self.position
        self.advance()
        while let byte = self.peek(), Self.isWordByte(byte) { self.advance() }
        self.emit(.word, from: start, line: self.line)
    }

    private mutating func lineComment() {
        let start = self.position
        while let byte = self.peek(), byte != UInt8(ascii: "\n") { self.advance() }
        self.emit(.comment, from: start, line: self.line)
    }

    private mutating func blockComment() {
        let (start, line) = (self.position, self.line)
        var depth = 0
        repeat {
            if self.take("/*") { depth += 1 } else if self.take("*/") { depth -= 1 } else { self.advance() }
        } while depth > 0 && self.peek() != nil
        self.emit(.comment, from: start, line: line)
    }

    private mutating func string(hashes: Int) {
        let line = self.line
        let pounds = String(repeating: "#", count: hashes)
        for _ in 0..<hashes { self.advance() }
        let quote = self.starts(with: "\"\"\"") ? "\"\"\"" : "\""
        _ = self.take(quote)
        var text: [UInt8] = []
        // The string stands before what it interpolates, as in the source.
        let place = self.tokens.count
        while let byte = self.peek() {
            if self.take(quote + pounds) { break }
            if quote.utf8.count == 1, byte == UInt8(ascii: "\n") { break }
            if self.take("\\" + pounds + "(") {
                self.code(untilParenthesis: true)
                _ = self.take(")")
                text.append(UInt8(ascii: "?"))
                continue
            }
            if hashes == 0, byte == UInt8(ascii: "\\") {
                text.append(byte)
                self.advance()
            }
            if let byte = self.peek() { text.append(byte) }
            self.advance()
        }
        self.tokens.insert(Token(kind: .string, text: String(decoding: text, as: UTF8.self), line: line), at: place)
    }

    private mutating func emit(_ kind: Token.Kind, from start: Int, line: Int) {
        let text = String(decoding: self.bytes[start..<self.position], as: UTF8.self)
        self.tokens.append(Token(kind: kind, text: text, line: line))
    }

    private func peek(_ offset: Int = 0) -> UInt8? {
        self.position + offset < self.bytes.count ? self.bytes[self.position + offset] : nil
    }

    private mutating func advance() {
        if self.peek() == UInt8(ascii: "\n") { self.line += 1 }
        self.position += 1
    }

    private func starts(with text: String) -> Bool {
        var offset = self.position
        for byte in text.utf8 {
            guard offset < self.bytes.count, self.bytes[offset] == byte else { return false }
            offset += 1
        }
        return true
    }

    /// Steps over `text` when it comes next; `text` holds no line break.
    private mutating func take(_ text: String) -> Bool {
        guard self.starts(with: text) else { return false }
        self.position += text.utf8.count
        return true
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"), UInt8(ascii: "`"), 0x80...:
            true
        default: false
        }
    }
}
