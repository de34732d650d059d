// SPDX-License-Identifier: Apache-2.0

/// A row of an answer, valid until the next one is read.
package protocol Row {
    /// The number of columns.
    var count: Int { get }
    /// The value of a column, counted from 0.
    func value(at index: Int) -> SQLValue
}

/// Reads the columns of a row one after the other, in the order in which the statement names them.
///
/// Inlined into the stores: without knowing its type, the reading of a value cost three times as much.
@usableFromInline
package struct RowReader {
    private let row: any Row
    private var index = 0

    init(_ row: any Row) {
        self.row = row
    }

    /// Reads the next column, which must hold a value of this type.
    @inlinable
    package mutating func next<Value: SQLConvertible>(_ type: Value.Type = Value.self) throws -> Value {
        let raw = try self.advance()
        guard let value = Value(sqlValue: raw) else { throw self.mismatch(raw, Value.self) }
        return value
    }

    /// Reads the next column, which may be null.
    @inlinable
    package mutating func next<Value: SQLConvertible>(_ type: Value?.Type = Value?.self) throws -> Value? {
        let raw = try self.advance()
        if case .null = raw { return nil }
        guard let value = Value(sqlValue: raw) else { throw self.mismatch(raw, Value.self) }
        return value
    }

    @usableFromInline
    mutating func advance() throws -> SQLValue {
        guard self.index < self.row.count else {
            throw DatabaseError(.decoding, "a row has \(self.row.count) columns, and one more was to be read")
        }
        defer { self.index += 1 }
        return self.row.value(at: self.index)
    }

    @usableFromInline
    func mismatch(_ value: SQLValue, _ type: Any.Type) -> any Error {
        DatabaseError(.decoding, "column \(self.index) of a row holds \(value), not a value of type \(type)")
    }
}
