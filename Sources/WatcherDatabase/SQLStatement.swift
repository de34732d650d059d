// SPDX-License-Identifier: Apache-2.0

/// A statement: a literal whose interpolations become bound values.
///
/// `"SELECT id FROM pipeline WHERE name = \(name)"` has the text `… WHERE name = $1` and one value; text can come in
/// no other way, so nothing can be injected. Placeholders are numbered in the order in which they stand, which is the
/// one form that SQLite and PostgreSQL read alike. A `$` stands for nothing else: string constants are bound too.
package struct SQLStatement: Sendable, Equatable, ExpressibleByStringInterpolation {
    /// The SQL.
    package let text: String
    /// The values of the placeholders, in their order.
    package let arguments: [SQLValue]

    /// Makes a statement without values.
    package init(stringLiteral value: StaticString) {
        self.text = value.description
        self.arguments = []
    }

    /// Makes a statement with values.
    package init(stringInterpolation: StringInterpolation) {
        self.text = String(decoding: stringInterpolation.text, as: UTF8.self)
        self.arguments = stringInterpolation.arguments
    }

    private init(text: String, arguments: [SQLValue]) {
        self.text = text
        self.arguments = arguments
    }

    /// The statement with a text behind it, which holds no values.
    package func followed(by text: StaticString) -> SQLStatement {
        SQLStatement(text: self.text + text.description, arguments: self.arguments)
    }

    /// Takes the schema's own text, which holds no values.
    package init(schema text: SchemaText) {
        self.text = text.text
        self.arguments = []
    }

    /// Collects the parts of a literal.
    package struct StringInterpolation: StringInterpolationProtocol {
        /// UTF-8: a string would be checked and copied at every append, and a statement is built for every request.
        fileprivate var text: [UInt8] = []
        fileprivate var arguments: [SQLValue] = []

        package init(literalCapacity: Int, interpolationCount: Int) {
            self.text.reserveCapacity(literalCapacity + interpolationCount * 3)
            self.arguments.reserveCapacity(interpolationCount)
        }

        package mutating func appendLiteral(_ literal: StaticString) {
            literal.withUTF8Buffer { self.text.append(contentsOf: $0) }
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
                self.appendLiteral(", ")
                self.append(value.sqlValue)
            }
        }

        /// Binds values as they stand, such as those of a row that was read.
        package mutating func appendInterpolation(values: [SQLValue]) {
            for (index, value) in values.enumerated() {
                if index > 0 { self.appendLiteral(", ") }
                self.append(value)
            }
        }

        /// Puts a part of a statement in, with its values.
        package mutating func appendInterpolation(_ part: SQLStatement) {
            // The part counts its placeholders from 1; here they go on from where this statement is.
            var arguments = part.arguments.makeIterator()
            var inPlaceholder = false
            for byte in part.text.utf8 {
                if byte == UInt8(ascii: "$"), let argument = arguments.next() {
                    self.append(argument)
                    inPlaceholder = true
                } else if !inPlaceholder || !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
                    self.text.append(byte)
                    inPlaceholder = false
                }
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
            self.text.append(UInt8(ascii: "$"))
            self.text.append(contentsOf: String(self.arguments.count).utf8)
        }
    }
}
