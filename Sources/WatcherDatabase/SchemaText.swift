// SPDX-License-Identifier: Apache-2.0

/// The text of a schema statement: a literal in which a column's type is the dialect's word for it.
package struct SchemaText: Sendable, ExpressibleByStringInterpolation {
    /// The SQL.
    package let text: String

    /// Makes a statement without types.
    package init(stringLiteral value: StaticString) {
        self.text = value.description
    }

    /// Makes a statement with types.
    package init(stringInterpolation: StringInterpolation) {
        self.text = stringInterpolation.text
    }

    /// Collects the pieces of a literal.
    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        package init(literalCapacity: Int, interpolationCount: Int) {
            self.text.reserveCapacity(literalCapacity + interpolationCount * 16)
        }

        package mutating func appendLiteral(_ literal: StaticString) {
            self.text += literal.description
        }

        /// Puts the dialect's word in.
        package mutating func appendInterpolation(_ word: SchemaWord) {
            self.text += word.text
        }
    }
}

/// A word of a schema that differs between databases.
package struct SchemaWord: Sendable {
    fileprivate let text: String
}

extension SQLDialect {
    /// The type of an `id` column that the database fills, as primary key.
    package var identity: SchemaWord {
        switch self {
        case .sqlite: SchemaWord(text: "INTEGER PRIMARY KEY")
        }
    }

    /// The type of 64-bit integers, moments and durations.
    package var int64: SchemaWord {
        switch self {
        case .sqlite: SchemaWord(text: "INTEGER")
        }
    }

    /// The type of doubles.
    package var double: SchemaWord {
        switch self {
        case .sqlite: SchemaWord(text: "REAL")
        }
    }

    /// The type of texts, ordered by code point.
    package var string: SchemaWord {
        switch self {
        case .sqlite: SchemaWord(text: "TEXT")
        }
    }

    /// The type of truth values.
    package var bool: SchemaWord {
        switch self {
        case .sqlite: SchemaWord(text: "INTEGER")
        }
    }

    /// The type of JSON texts.
    package var json: SchemaWord {
        switch self {
        case .sqlite: SchemaWord(text: "TEXT")
        }
    }

    /// What stands behind the closing parenthesis of a table that is one tree, ordered by its primary key.
    package var orderedTableEnd: SchemaWord {
        switch self {
        case .sqlite: SchemaWord(text: "STRICT, WITHOUT ROWID")
        }
    }

    /// What stands behind a table's closing parenthesis.
    package var tableEnd: SchemaWord {
        switch self {
        case .sqlite: SchemaWord(text: "STRICT")
        }
    }
}
