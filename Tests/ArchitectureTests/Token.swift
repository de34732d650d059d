// SPDX-License-Identifier: Apache-2.0

/// One piece of Swift source, as far as the rules of the architecture need to tell pieces apart.
struct Token: Equatable {
    /// What a token is.
    enum Kind: Equatable {
        /// A name, keyword, number or attribute: `func`, `title`, `@Test`, `#if`.
        case word
        /// One character that is none of the others: `{`, `.`, `!`.
        case symbol
        /// The text of a string literal; interpolated code follows as tokens of its own.
        case string
        /// A comment with its slashes.
        case comment
    }

    let kind: Kind
    let text: String
    /// Counted from 1.
    let line: Int

    func isWord(_ text: String) -> Bool { self.kind == .word && self.text == text }
    func isSymbol(_ text: String) -> Bool { self.kind == .symbol && self.text == text }
}
