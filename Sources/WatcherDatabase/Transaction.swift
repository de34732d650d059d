// SPDX-License-Identifier: Apache-2.0

/// One connection of a driver, on which statements run.
package protocol DatabaseConnection: AnyObject {
    /// Which SQL it speaks.
    var dialect: SQLDialect { get }

    /// Runs one statement.
    ///
    /// - Parameters:
    ///   - statement: the text and its values.
    ///   - onRow: gets each row.
    /// - Returns: how many rows the statement changed.
    /// - Throws: ``DatabaseError``, or what `onRow` threw.
    func execute(_ statement: SQLStatement, onRow: (any Row) throws -> Void) throws -> Int

    /// Runs an `INSERT` of one row at most into a table whose `id` the database fills.
    ///
    /// - Parameter statement: the text and its values, without `RETURNING`.
    /// - Returns: the id of the new row; `nil` when there is none.
    /// - Throws: ``DatabaseError``
    func insert(_ statement: SQLStatement) throws -> Int64?
}

/// An open transaction, lent by ``Database/read(_:)`` and ``Database/write(_:)``.
package struct Transaction {
    private let connection: any DatabaseConnection

    /// Lends a connection on which the driver has begun a transaction.
    package init(_ connection: any DatabaseConnection) {
        self.connection = connection
    }

    /// Which SQL the database speaks.
    package var dialect: SQLDialect { self.connection.dialect }

    /// Runs a statement whose rows do not matter.
    ///
    /// - Parameter statement: the statement.
    /// - Returns: how many rows it changed.
    /// - Throws: ``DatabaseError``
    @discardableResult
    package func run(_ statement: SQLStatement) throws -> Int {
        try self.connection.execute(statement) { _ in }
    }

    /// Runs an `INSERT` of one row at most into a table whose `id` the database fills.
    ///
    /// Each driver learns the id in the way that is cheapest there: on SQLite, `RETURNING` builds a temporary table for
    /// every statement, and took half of the time of an insert.
    ///
    /// - Parameter statement: the statement, without `RETURNING`.
    /// - Returns: the id of the new row; `nil` when the statement inserted none.
    /// - Throws: ``DatabaseError``
    package func insert(_ statement: SQLStatement) throws -> Int64? {
        try self.connection.insert(statement)
    }

    /// Runs a statement that gives one row or none; of several, the first counts.
    ///
    /// - Parameters:
    ///   - statement: the statement.
    ///   - decode: makes the value from the row.
    /// - Returns: the value, or `nil` without a row.
    /// - Throws: ``DatabaseError``
    package func one<Value>(_ statement: SQLStatement, _ decode: (inout RowReader) throws -> Value) throws -> Value? {
        var value: Value?
        _ = try self.connection.execute(statement) { row in
            guard value == nil else { return }
            var reader = RowReader(row)
            value = try decode(&reader)
        }
        return value
    }

    /// Runs a statement that gives rows.
    ///
    /// - Parameters:
    ///   - statement: the statement.
    ///   - decode: makes a value from each row.
    /// - Returns: the values in the order of the rows.
    /// - Throws: ``DatabaseError``
    package func all<Value>(_ statement: SQLStatement, _ decode: (inout RowReader) throws -> Value) throws -> [Value] {
        var values: [Value] = []
        _ = try self.connection.execute(statement) { row in
            var reader = RowReader(row)
            values.append(try decode(&reader))
        }
        return values
    }

    /// Whether there is a table of this name, where statements look for it.
    ///
    /// - Throws: ``DatabaseError``
    package func hasTable(_ name: String) throws -> Bool {
        let statement: SQLStatement =
            switch self.dialect {
            case .sqlite: "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = \(name)"
            case .postgres: "SELECT count(to_regclass(\(name)))"
            }
        return try self.one(statement) { try $0.next(Int64.self) } == 1
    }

    /// Asks the database for an answer, whatever is in it.
    ///
    /// - Throws: ``DatabaseError``
    package func ping() throws {
        try self.run("SELECT 1")
    }
}

@available(*, unavailable)
extension Transaction: Sendable {}
