// SPDX-License-Identifier: Apache-2.0
import GRDB
import GRDBSQLite
import WatcherDatabase

/// A connection of GRDB's, lent for one transaction or batch.
///
/// GRDB prepares and caches the statements; values are bound and rows are read by SQLite's own functions: in a profile of
/// starts, `StatementArguments` alone had taken more than a quarter of the writer's time, because it allocates for each
/// value.
final class SQLiteConnection: DatabaseConnection {
    let dialect = SQLDialect.sqlite
    private let database: GRDB.Database

    init(_ database: GRDB.Database) {
        self.database = database
    }

    /// How many statements have changed the schema, which SQLite does not count as changes.
    private var schemaChanges = 0

    /// Grows with every change that would have to be undone.
    var totalChanges: Int { self.database.totalChangesCount + self.schemaChanges }

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
        let prepared: OpaquePointer
        do {
            prepared = try self.database.cachedStatement(sql: statement.text).sqliteStatement
        } catch let error as GRDB.DatabaseError {
            throw WatcherDatabase.DatabaseError(error)
        }
        // A statement that is not reset would keep its locks, and its values alive.
        defer {
            sqlite3_reset(prepared)
            sqlite3_clear_bindings(prepared)
        }
        for (index, argument) in statement.arguments.enumerated() {
            try self.check(argument.bind(to: prepared, at: Int32(index + 1)), statement)
        }
        if sqlite3_stmt_readonly(prepared) == 0, !Self.changesRows(statement) { self.schemaChanges += 1 }
        let before = self.database.totalChangesCount
        let row = SQLiteRow(statement: prepared)
        while true {
            switch sqlite3_step(prepared) {
            case SQLITE_ROW: try onRow(row)
            case SQLITE_DONE: return self.database.totalChangesCount - before
            case let code:
                try self.check(code, statement)
                throw DatabaseError(.statement, "SQLite neither finished nor failed", statement: statement.text)
            }
        }
    }

    func insert(_ statement: SQLStatement) throws -> Int64? {
        // The connection's last id also outlives statements that inserted nothing.
        try self.execute(statement) { _ in } > 0 ? sqlite3_last_insert_rowid(self.database.sqliteConnection) : nil
    }

    private static func changesRows(_ statement: SQLStatement) -> Bool {
        ["INSERT", "UPDATE", "DELETE", "WITH"].contains { statement.text.utf8.starts(with: $0.utf8) }
    }

    private func check(_ code: CInt, _ statement: SQLStatement) throws {
        guard code != SQLITE_OK else { return }
        throw WatcherDatabase.DatabaseError(
            GRDB.DatabaseError(
                resultCode: ResultCode(rawValue: sqlite3_extended_errcode(self.database.sqliteConnection)),
                message: self.database.lastErrorMessage,
                sql: statement.text
            )
        )
    }
}

/// The row on which a statement stands.
private struct SQLiteRow: WatcherDatabase.Row {
    let statement: OpaquePointer

    var count: Int { Int(sqlite3_column_count(self.statement)) }

    func value(at index: Int) -> SQLValue {
        let index = Int32(index)
        switch sqlite3_column_type(self.statement, index) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(self.statement, index))
        case SQLITE_FLOAT: return .double(sqlite3_column_double(self.statement, index))
        case SQLITE_NULL: return .null(.unknown)
        default:
            let bytes = UnsafeBufferPointer(
                start: sqlite3_column_text(self.statement, index),
                count: Int(sqlite3_column_bytes(self.statement, index))
            )
            return .text(String(decoding: bytes, as: UTF8.self))
        }
    }
}

extension SQLValue {
    fileprivate func bind(to statement: OpaquePointer, at index: CInt) -> CInt {
        switch self {
        case .null: return sqlite3_bind_null(statement, index)
        case .integer(let value): return sqlite3_bind_int64(statement, index, value)
        case .double(let value): return sqlite3_bind_double(statement, index, value)
        case .bool(let value): return sqlite3_bind_int64(statement, index, value ? 1 : 0)
        case .text(var text):
            // SQLITE_TRANSIENT, a macro that Swift does not see: SQLite makes its own copy.
            let copy = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
            return text.withUTF8 { bytes in
                // An empty text has no address; SQLite would take that for a null.
                guard let start = bytes.baseAddress else { return sqlite3_bind_text(statement, index, "", 0, copy) }
                return start.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
                    sqlite3_bind_text(statement, index, $0, CInt(bytes.count), copy)
                }
            }
        }
    }
}
