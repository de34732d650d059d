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

    /// Runs a statement whose rows do not matter, perhaps only just before the transaction commits.
    ///
    /// - Parameters:
    ///   - statement: the text and its values.
    ///   - expectation: what must come of it.
    /// - Throws: ``DatabaseError``, of this statement or of an earlier one.
    func runLater(_ statement: SQLStatement, _ expectation: Expectation) throws

    /// Lets no other program change the schema until the transaction ends, and lifts its limits of time.
    func lockSchema() throws

    /// Whether it costs less to find out at the end that the work was in vain than to ask at its beginning.
    ///
    /// Work that throws ``DatabaseError`` with code `conflict` is run again, and then it does not.
    var isOptimistic: Bool { get }
}

extension DatabaseConnection {
    package func runLater(_ statement: SQLStatement, _ expectation: Expectation) throws {
        try expectation.check(try self.execute(statement) { _ in })
    }

    package func lockSchema() throws {}

    package var isOptimistic: Bool { false }
}

/// How many rows a statement must change.
package struct Expectation: Sendable {
    /// What is thrown when it is not one row; `nil` when any number will do.
    private let failure: DatabaseError?

    /// Any number.
    package static let any = Self(failure: nil)

    /// One row; else `failure` is thrown.
    package static func oneRow(orElse failure: DatabaseError) -> Self {
        Self(failure: failure)
    }

    /// Throws the failure when the number is not the expected one.
    package func check(_ count: Int) throws {
        if let failure, count != 1 { throw failure }
    }
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

    /// Runs a statement whose rows do not matter, at the latest before the transaction commits.
    ///
    /// A database beyond a network then gets it together with the next statement, and nobody waits for it.
    ///
    /// - Parameters:
    ///   - statement: the statement.
    ///   - expectation: what must come of it; when it does not, the transaction is undone with that failure.
    /// - Throws: ``DatabaseError``
    package func runLater(_ statement: SQLStatement, _ expectation: Expectation = .any) throws {
        try self.connection.runLater(statement, expectation)
    }

    /// Lets no other program change the schema until this transaction ends, however long that takes.
    func lockSchema() throws {
        try self.connection.lockSchema()
    }

    /// Whether it costs less to find out at the end that the work was in vain than to ask at its beginning.
    package var isOptimistic: Bool { self.connection.isOptimistic }

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

    /// Whether there is a table of this name where a new one would be made.
    ///
    /// On PostgreSQL that is the first schema of the search path alone: others may hold what they want.
    ///
    /// - Throws: ``DatabaseError``
    func hasTableInTheWay(_ name: String) throws -> Bool {
        switch self.dialect {
        case .sqlite: return try self.hasTable(name)
        case .postgres:
            let statement: SQLStatement = """
                SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = \(name)
                """
            return try self.one(statement) { try $0.next(Int64.self) } == 1
        }
    }
}

@available(*, unavailable)
extension Transaction: Sendable {}
