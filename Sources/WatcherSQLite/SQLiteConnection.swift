// SPDX-License-Identifier: Apache-2.0
import GRDB
import WatcherDatabase

/// A connection of GRDB's, lent for one transaction or batch.
final class SQLiteConnection: DatabaseConnection {
    let dialect = SQLDialect.sqlite
    private let database: GRDB.Database

    init(_ database: GRDB.Database) {
        self.database = database
    }

    /// How many rows this connection has changed since it was opened.
    var totalChanges: Int { self.database.totalChangesCount }

    var isInTransaction: Bool { self.database.isInsideTransaction }

    /// Runs a statement that begins, ends or divides a transaction.
    func control(_ sql: StaticString) throws {
        try self.database.cachedStatement(sql: sql.description).execute()
    }

    func rollbackIfNeeded() throws {
        // SQLite has rolled back by itself after some failures, such as a full disk.
        if self.isInTransaction { try self.control("ROLLBACK") }
    }

    func execute(_ statement: SQLStatement, onRow: (any WatcherDatabase.Row) throws -> Void) throws -> Int {
        do {
            let prepared = try self.database.cachedStatement(sql: statement.text)
            let before = self.database.totalChangesCount
            prepared.setUncheckedArguments(StatementArguments(statement.arguments.map(\.databaseValue)))
            if prepared.columnCount == 0 {
                try prepared.execute()
            } else {
                let rows = try GRDB.Row.fetchCursor(prepared)
                while let row = try rows.next() { try onRow(SQLiteRow(row: row)) }
            }
            return self.database.totalChangesCount - before
        } catch let error as GRDB.DatabaseError {
            throw WatcherDatabase.DatabaseError(error)
        }
    }
}

/// A row of GRDB's.
private struct SQLiteRow: WatcherDatabase.Row {
    let row: GRDB.Row

    var count: Int { self.row.count }

    func value(at index: Int) -> SQLValue {
        let value: DatabaseValue = self.row[index]
        switch value.storage {
        case .null: return .null(.unknown)
        case .int64(let integer): return .integer(integer)
        case .double(let double): return .double(double)
        case .string(let text): return .text(text)
        case .blob(let bytes): return .text(String(decoding: bytes, as: UTF8.self))
        }
    }
}

extension SQLValue {
    fileprivate var databaseValue: DatabaseValue {
        switch self {
        case .null: .null
        case .integer(let value): value.databaseValue
        case .double(let value): value.databaseValue
        case .text(let value): value.databaseValue
        case .bool(let value): value.databaseValue
        }
    }
}
