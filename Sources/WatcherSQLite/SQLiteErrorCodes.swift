// SPDX-License-Identifier: Apache-2.0
import GRDB
import WatcherDatabase

extension WatcherDatabase.DatabaseError {
    /// Translates an error of SQLite's; the codes are those of <https://sqlite.org/rescode.html>.
    init(_ error: GRDB.DatabaseError) {
        let code: Code =
            switch error.extendedResultCode {
            case .SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_PRIMARYKEY, .SQLITE_CONSTRAINT_ROWID: .unique
            case .SQLITE_CONSTRAINT_FOREIGNKEY: .foreignKey
            case .SQLITE_CONSTRAINT_CHECK: .check
            case .SQLITE_CONSTRAINT_NOTNULL: .notNull
            case .SQLITE_CONSTRAINT_DATATYPE: .type
            default:
                switch error.resultCode {
                case .SQLITE_BUSY, .SQLITE_LOCKED: .busy
                case .SQLITE_FULL, .SQLITE_IOERR: .storage
                case .SQLITE_CORRUPT, .SQLITE_NOTADB: .corrupt
                case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH: .cannotOpen
                case .SQLITE_MISMATCH: .type
                case .SQLITE_MISUSE: .closed
                default: .statement
                }
            }
        self.init(code, error.message ?? "SQLite error \(error.extendedResultCode.rawValue)", statement: error.sql)
    }

    /// Says which file could not be opened, and what to look at.
    init(opening path: String, _ error: GRDB.DatabaseError) {
        let translated = Self(error)
        let remedy =
            switch translated.code {
            case .corrupt: "it is not a SQLite database, or is damaged"
            case .busy: "another program holds it locked"
            default: "the folder must exist, and this user must be allowed to read and write the file and its folder"
            }
        self.init(
            translated.code == .statement ? .cannotOpen : translated.code,
            "\(path) cannot be opened: \(translated.message); \(remedy)"
        )
    }
}
