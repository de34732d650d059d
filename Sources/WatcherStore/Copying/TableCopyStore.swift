// SPDX-License-Identifier: Apache-2.0
package import WatcherCore
package import WatcherDatabase

/// The rows of any table, as they stand.
package struct TableCopyStore {
    /// How many rows one statement inserts: of the widest table some 2500 values, of which SQLite binds 32,766 at most
    /// and PostgreSQL 65,535.
    private static let rowsPerStatement = 100

    private let transaction: Transaction

    /// Works in a transaction.
    package init(_ transaction: Transaction) {
        self.transaction = transaction
    }

    /// Whether the tables that are there have no rows; tables may be missing.
    package func isEmpty() throws -> Bool {
        try CopiedTable.all.allSatisfy { table in
            guard try self.transaction.hasTable(table.name) else { return true }
            return try self.transaction.one("SELECT 1 FROM \(table.statement) LIMIT 1") { _ in true } == nil
        }
    }

    /// The number of rows of a table.
    package func count(of table: CopiedTable) throws -> Int64 {
        try self.transaction.one("SELECT count(*) FROM \(table.statement)") { try $0.next(Int64.self) } ?? 0
    }

    /// Reads rows in the order of their primary key.
    ///
    /// - Parameters:
    ///   - table: the table.
    ///   - key: the key behind which they stand; `nil` for the first ones.
    ///   - limit: how many at most.
    /// - Returns: the rows, a value for each column.
    /// - Throws: ``DatabaseError``
    package func rows(of table: CopiedTable, after key: [SQLValue]?, limit: Int64) throws -> [[SQLValue]] {
        let behind: SQLStatement = key.map { " WHERE (\(table.keyList)) > (\(values: $0))" } ?? ""
        return try self.transaction.all(
            """
            SELECT \(table.columnList) FROM \(table.statement)\(behind) ORDER BY \(table.keyList) LIMIT \(limit)
            """
        ) { row in
            var values: [SQLValue] = []
            values.reserveCapacity(table.columns.count)
            for column in table.columns { values.append(try column.read(&row)) }
            return values
        }
    }

    /// Inserts rows with the keys that they have.
    package func insert(_ rows: [[SQLValue]], into table: CopiedTable) throws {
        for start in stride(from: 0, to: rows.count, by: Self.rowsPerStatement) {
            let end = min(start + Self.rowsPerStatement, rows.count)
            let values = rows[start..<end].map { row -> SQLStatement in "(\(values: row))" }
            try self.transaction.run(
                "INSERT INTO \(table.statement) (\(table.columnList)) VALUES \(values, separatedBy: ", ")"
            )
        }
    }

    /// Lets the database count on from the largest id that was inserted, which it has not given itself.
    package func continueIDs(of table: CopiedTable) throws {
        guard table.hasIdentity else { return }
        switch self.transaction.dialect {
        case .sqlite:
            // The next id always is the largest one that is there, plus 1.
            break
        case .postgres:
            // Of a table without rows the largest id is null, and nothing happens.
            try self.transaction.run(
                """
                SELECT setval(pg_get_serial_sequence(\(table.name), 'id'), (SELECT max(id) FROM \(table.statement)))
                """
            )
        }
    }
}

extension StableHash {
    /// The hash of a row: the same for the same values, whichever database they come from.
    package init(row: [SQLValue]) {
        self.init()
        for value in row {
            switch value {
            case .null: self.combine(bytes: CollectionOfOne(0))
            case .integer(let value): self.combine(1, UInt64(bitPattern: value))
            // Of the two zeros SQLite keeps one, which adding the other gives.
            case .double(let value): self.combine(2, (value + 0).bitPattern)
            case .bool(let value): self.combine(3, value ? 1 : 0)
            case .text(let value):
                self.combine(bytes: CollectionOfOne(4))
                self.combine(value)
            }
        }
    }

    private mutating func combine(_ kind: UInt8, _ bits: UInt64) {
        self.combine(bytes: CollectionOfOne(kind))
        withUnsafeBytes(of: bits.littleEndian) { self.combine(bytes: $0) }
    }
}
