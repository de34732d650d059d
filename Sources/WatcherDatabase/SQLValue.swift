// SPDX-License-Identifier: Apache-2.0

/// A value bound to a statement or read from a row.
@usableFromInline
package enum SQLValue: Sendable, Equatable {
    /// No value, of a type: PostgreSQL must know which.
    case null(SQLType)
    /// 64 bits; also moments and durations, in microseconds.
    case integer(Int64)
    /// A double.
    case double(Double)
    /// A text without NUL characters.
    case text(String)
    /// A truth value.
    case bool(Bool)
}

/// The types of columns.
@usableFromInline
package enum SQLType: Sendable, Equatable {
    /// 64-bit integer.
    case integer
    /// Double.
    case double
    /// Text.
    case text
    /// Truth value.
    case bool
    /// What is read from a row: the column says.
    case unknown
}

/// A Swift type that can be bound to a statement and read from a row.
@usableFromInline
package protocol SQLConvertible: Sendable {
    /// The type of its column.
    static var sqlType: SQLType { get }
    /// The value to bind.
    var sqlValue: SQLValue { get }
    /// Reads a value; `nil` when it is of another type.
    init?(sqlValue: SQLValue)
}

extension Int64: SQLConvertible {
    @inlinable
    package static var sqlType: SQLType { .integer }
    @inlinable
    package var sqlValue: SQLValue { .integer(self) }
    @inlinable
    package init?(sqlValue: SQLValue) {
        guard case .integer(let value) = sqlValue else { return nil }
        self = value
    }
}

extension Double: SQLConvertible {
    @inlinable
    package static var sqlType: SQLType { .double }
    @inlinable
    package var sqlValue: SQLValue { .double(self) }
    @inlinable
    package init?(sqlValue: SQLValue) {
        switch sqlValue {
        case .double(let value): self = value
        case .integer(let value): self = Double(value)
        case .null, .text, .bool: return nil
        }
    }
}

extension String: SQLConvertible {
    @inlinable
    package static var sqlType: SQLType { .text }
    @inlinable
    package var sqlValue: SQLValue { .text(self) }
    @inlinable
    package init?(sqlValue: SQLValue) {
        guard case .text(let value) = sqlValue else { return nil }
        self = value
    }
}

extension Bool: SQLConvertible {
    @inlinable
    package static var sqlType: SQLType { .bool }
    @inlinable
    package var sqlValue: SQLValue { .bool(self) }
    @inlinable
    package init?(sqlValue: SQLValue) {
        switch sqlValue {
        case .bool(let value): self = value
        // SQLite has no type of its own for truth values.
        case .integer(let value) where value == 0 || value == 1: self = value == 1
        case .null, .integer, .double, .text: return nil
        }
    }
}

extension SQLConvertible where Self: RawRepresentable<String> {
    @inlinable
    package static var sqlType: SQLType { .text }
    @inlinable
    package var sqlValue: SQLValue { .text(self.rawValue) }
    @inlinable
    package init?(sqlValue: SQLValue) {
        guard case .text(let text) = sqlValue else { return nil }
        self.init(rawValue: text)
    }
}
