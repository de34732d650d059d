// SPDX-License-Identifier: Apache-2.0

/// Why a database did not do what it was asked, in words that are the same for every driver.
package struct DatabaseError: Error, Sendable, CustomStringConvertible {
    /// What kind of failure.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The name of the kind.
        package let description: String

        /// A unique or primary key is there already.
        package static let unique = Self(description: "unique")
        /// A foreign key points at nothing.
        package static let foreignKey = Self(description: "foreign key")
        /// A check constraint is broken.
        package static let check = Self(description: "check")
        /// A column that must have a value has none.
        package static let notNull = Self(description: "not null")
        /// A value does not fit its column's type.
        package static let type = Self(description: "type")
        /// Another connection holds what is needed; the same may succeed later.
        package static let busy = Self(description: "busy")
        /// Another transaction came first, and this one must be run again from its beginning.
        package static let conflict = Self(description: "conflict")
        /// What this transaction was to finish is another worker's by now; to run it again is in vain.
        package static let lost = Self(description: "lost")
        /// The database cannot be reached; nothing has been done.
        package static let unreachable = Self(description: "unreachable")
        /// The connection broke during the commit: what was to be written is there as a whole, or not at all.
        package static let outcomeUnknown = Self(description: "outcome unknown")
        /// A statement took longer than it may.
        package static let timeout = Self(description: "timeout")
        /// The role of the connection may not do this.
        package static let denied = Self(description: "denied")
        /// The storage is full or failed.
        package static let storage = Self(description: "storage")
        /// The file is not a database, or is damaged.
        package static let corrupt = Self(description: "corrupt")
        /// The database cannot be opened.
        package static let cannotOpen = Self(description: "cannot open")
        /// The database has been closed.
        package static let closed = Self(description: "closed")
        /// A row does not hold what the code expects.
        package static let decoding = Self(description: "decoding")
        /// The schema is newer than this program, or differs from what it once wrote.
        package static let schema = Self(description: "schema")
        /// The database is another program's.
        package static let foreign = Self(description: "foreign")
        /// Anything else: a mistake in a statement.
        package static let statement = Self(description: "statement")
    }

    /// What kind of failure.
    package let code: Code
    /// What went wrong, as part of a sentence.
    package let message: String
    /// The statement that failed, without its values.
    package let statement: String?

    /// Makes an error.
    package init(_ code: Code, _ message: String, statement: String? = nil) {
        self.code = code
        self.message = message
        self.statement = statement
    }

    /// One line: kind, message, statement.
    package var description: String {
        let statement = self.statement.map { " in: \($0.split(whereSeparator: \.isWhitespace).joined(separator: " "))" }
        return "database error (\(self.code)): \(self.message)\(statement ?? "")"
    }
}
