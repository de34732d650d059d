// SPDX-License-Identifier: Apache-2.0
package import WatcherDatabase

/// How far the copy of a table has come.
package struct CopyPosition: Sendable, Equatable {
    /// The primary key of the last row that was copied.
    package let key: [SQLValue]
    /// How many rows were copied.
    package let rows: Int64

    /// Makes a position.
    package init(key: [SQLValue], rows: Int64) {
        self.key = key
        self.rows = rows
    }
}

/// The table that a database has while a ledger is being copied into it: a row for each table that was begun.
///
/// It is no step of the schema, because it is there no longer than the copy takes.
package struct CopyProgressStore {
    private let transaction: Transaction

    /// Works in a transaction.
    package init(_ transaction: Transaction) {
        self.transaction = transaction
    }

    /// Whether a copy into this database has begun and not ended.
    package func isUnderway() throws -> Bool {
        try self.transaction.hasTable("copy_progress")
    }

    /// Refuses a database that holds an unfinished copy: rows are missing, and ids would be given twice.
    ///
    /// - Throws: ``DatabaseError`` with code `schema`
    package func requireNone() throws {
        guard try self.isUnderway() else { return }
        throw DatabaseError(
            .schema,
            "it holds an unfinished copy; run the same 'watcher copy' again, which goes on where it ended"
        )
    }

    /// Begins a copy.
    package func begin() throws {
        let sql = self.transaction.dialect
        try self.transaction.run(
            SQLStatement(
                schema: """
                    CREATE TABLE copy_progress (
                        table_name \(sql.string) NOT NULL PRIMARY KEY,
                        source \(sql.int64) NOT NULL,
                        last_key \(sql.string) NOT NULL,
                        row_count \(sql.int64) NOT NULL
                    ) \(sql.tableEnd)
                    """
            )
        )
    }

    /// Whether rows of another source than this one were copied.
    package func hasOtherSource(than source: Int64) throws -> Bool {
        try self.transaction.one("SELECT 1 FROM copy_progress WHERE source <> \(source) LIMIT 1") { _ in true } ?? false
    }

    /// How far the copy of a table has come; `nil` when none of its rows was copied.
    package func position(of table: CopiedTable) throws -> CopyPosition? {
        try self.transaction.one(
            "SELECT last_key, row_count FROM copy_progress WHERE table_name = \(table.name)"
        ) { row in
            let text: String = try row.next()
            guard let key = table.key(ofText: text) else {
                throw DatabaseError(.decoding, "copy_progress holds '\(text)', which is no key of \(table.name)")
            }
            return CopyPosition(key: key, rows: try row.next())
        }
    }

    /// Notes how far the copy of a table has come, in the transaction that brought it there.
    ///
    /// - Parameters:
    ///   - position: how far.
    ///   - table: the table.
    ///   - source: a number that stands for the database from which the rows come.
    /// - Throws: ``DatabaseError``
    package func save(_ position: CopyPosition, of table: CopiedTable, source: Int64) throws {
        try self.transaction.run(
            """
            INSERT INTO copy_progress (table_name, source, last_key, row_count)
            VALUES (\(table.name), \(source), \(table.text(ofKey: position.key)), \(position.rows))
            ON CONFLICT (table_name) DO UPDATE SET last_key = excluded.last_key, row_count = excluded.row_count
            """
        )
    }

    /// Ends the copy.
    package func finish() throws {
        try self.transaction.run("DROP TABLE copy_progress")
    }
}
