// SPDX-License-Identifier: Apache-2.0

/// A piece of a page: what is interpolated is escaped, unless it is such a piece itself.
///
/// `let cell: HTML = "<td>\(name)</td>"` is safe whatever the name, between tags as in quoted attributes.
package struct HTML: Sendable, Equatable {
    /// The markup.
    package let text: String

    private init(markup: String) {
        self.text = markup
    }

    /// Several pieces, one after the other.
    package init(_ pieces: [HTML]) {
        self.init(markup: pieces.map(\.text).joined())
    }

    /// A text, escaped; control characters, which no page may hold, become the sign for what cannot be shown.
    package init(escaping text: some StringProtocol) {
        var escaped = ""
        escaped.reserveCapacity(text.utf8.count)
        for character in text.unicodeScalars {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            case "\t", "\n": escaped.unicodeScalars.append(character)
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}": escaped.unicodeScalars.append("\u{FFFD}")
            default: escaped.unicodeScalars.append(character)
            }
        }
        self.init(markup: escaped)
    }
}

extension HTML: ExpressibleByStringInterpolation {
    /// Takes markup that stands in the source.
    package init(stringLiteral value: String) {
        self.init(markup: value)
    }

    /// Puts a page's pieces together.
    package init(stringInterpolation: StringInterpolation) {
        self.init(markup: stringInterpolation.markup)
    }

    /// Collects the pieces of a literal.
    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var markup = ""

        /// Makes an empty collection.
        package init(literalCapacity: Int, interpolationCount: Int) {
            self.markup.reserveCapacity(literalCapacity + 16 * interpolationCount)
        }

        /// Adds markup that stands in the source.
        package mutating func appendLiteral(_ literal: String) {
            self.markup += literal
        }

        /// Adds a text, escaped.
        package mutating func appendInterpolation(_ text: some StringProtocol) {
            self.markup += HTML(escaping: text).text
        }

        /// Adds a number.
        package mutating func appendInterpolation(_ number: some BinaryInteger) {
            self.markup += String(number)
        }

        /// Adds a piece as it is.
        package mutating func appendInterpolation(_ piece: HTML) {
            self.markup += piece.text
        }

        /// Adds pieces as they are.
        package mutating func appendInterpolation(_ pieces: [HTML]) {
            for piece in pieces { self.markup += piece.text }
        }
    }
}
