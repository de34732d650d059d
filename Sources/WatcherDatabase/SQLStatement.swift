// SPDX-License-Identifier: Apache-2.0

/// A statement: a literal whose interpolations become bound values.
///
/// `"SELECT id FROM pipeline WHERE name = \(name)"` has the text `… WHERE name = $1` and one value; text can come in
/// no other way, so nothing can be injected. Placeholders are numbered in the order in which they stand, which is the
/// one form that SQLite and PostgreSQL read alike.
package struct SQLStatement: Sendable, Equatable, ExpressibleByStringInterpolation {
    /// The SQL.
    package let text: String
    /// The values of `$1`, `$2`, …
    package let arguments: [SQLValue]
    /// The text around the placeholders, from which statements are composed: one more than there are values.
    private let pieces: [String]

    /// Makes a statement without values.
    package init(stringLiteral value: StaticString) {
        self.text = value.description
        self.arguments = []
        self.pieces = [self.text]
    }

    /// Makes a statement with values.
    package init(stringInterpolation: StringInterpolation) {
        self.arguments = stringInterpolation.arguments
        self.pieces = stringInterpolation.pieces
        guard var text = self.pieces.first else {
            self.text = ""
            return
        }
        for (index, piece) in self.pieces.dropFirst().enumerated() {
            text += "$"
            text += String(index + 1)
            text += piece
        }
        self.text = text
    }

    /// Takes the schema's own text, which holds no values.
    package init(schema text: SchemaText) {
        self.text = text.text
        self.arguments = []
        self.pieces = [text.text]
    }

    /// Collects the pieces of a literal.
    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var pieces: [String] = [""]
        fileprivate var arguments: [SQLValue] = []

        package init(literalCapacity: Int, interpolationCount: Int) {
            self.pieces.reserveCapacity(interpolationCount + 1)
            self.arguments.reserveCapacity(interpolationCount)
        }

        package mutating func appendLiteral(_ literal: StaticString) {
            self.pieces[self.pieces.count - 1] += literal.description
        }

        /// Binds a value.
        package mutating func appendInterpolation(_ value: some SQLConvertible) {
            self.append(value.sqlValue)
        }

        /// Binds a value or a null of its type.
        package mutating func appendInterpolation<Value: SQLConvertible>(_ value: Value?) {
            self.append(value?.sqlValue ?? .null(Value.sqlType))
        }

        /// Binds the values of an `IN (…)`; an empty list becomes a null, which is in no list.
        package mutating func appendInterpolation<Value: SQLConvertible>(list values: [Value]) {
            guard let first = values.first else {
                self.append(.null(Value.sqlType))
                return
            }
            self.append(first.sqlValue)
            for value in values.dropFirst() {
                self.pieces[self.pieces.count - 1] += ", "
                self.append(value.sqlValue)
            }
        }

        /// Puts a part of a statement in, with its values.
        package mutating func appendInterpolation(_ part: SQLStatement) {
            self.pieces[self.pieces.count - 1] += part.pieces[0]
            for (argument, piece) in zip(part.arguments, part.pieces.dropFirst()) {
                self.append(argument)
                self.pieces[self.pieces.count - 1] += piece
            }
        }

        /// Puts parts of a statement in, with their values.
        package mutating func appendInterpolation(_ parts: [SQLStatement], separatedBy separator: StaticString) {
            for (index, part) in parts.enumerated() {
                if index > 0 { self.appendLiteral(separator) }
                self.appendInterpolation(part)
            }
        }

        private mutating func append(_ value: SQLValue) {
            self.arguments.append(value)
            self.pieces.append("")
        }
    }
}
