// SPDX-License-Identifier: Apache-2.0

/// A database that lends transactions.
///
/// The closure is synchronous and the transaction is not `Sendable`, so the compiler refuses to suspend while a
/// transaction is open, to hand it to a task, or to keep it.
package protocol Database: Sendable {
    /// Which SQL the database speaks.
    var dialect: SQLDialect { get }

    /// Lends a transaction that sees one state of the database and changes nothing.
    ///
    /// - Parameter work: reads; what it returns or throws is what this method returns or throws.
    /// - Returns: what `work` returned.
    /// - Throws: what `work` threw, or ``DatabaseError``.
    func read<Value: Sendable>(_ work: @escaping @Sendable (Transaction) throws -> Value) async throws -> Value

    /// Lends a transaction that may change the database.
    ///
    /// When this returns, everything that `work` changed is on durable storage; when it throws, nothing of it is, unless
    /// the error is a ``DatabaseError`` with code `outcomeUnknown`.
    /// `work` may be run more than once and must therefore touch nothing but the transaction. A task that is cancelled
    /// while its work waits for its turn gets `CancellationError`, and the work does not run.
    ///
    /// - Parameter work: reads and changes.
    /// - Returns: what `work` returned.
    /// - Throws: what `work` threw, `CancellationError`, or ``DatabaseError``.
    func write<Value: Sendable>(_ work: @escaping @Sendable (Transaction) throws -> Value) async throws -> Value

    /// Runs one `INSERT` of one row at most, like a ``write(_:)`` that does nothing else.
    ///
    /// A database beyond a network gets the statements of many callers at once, without waiting for each.
    ///
    /// - Parameter statement: the statement, without `RETURNING`, into a table whose `id` the database fills.
    /// - Returns: the id of the new row; `nil` when the statement inserted none.
    /// - Throws: `CancellationError`, or ``DatabaseError``.
    func insert(_ statement: SQLStatement) async throws -> Int64?

    /// Finishes the writes that were accepted and closes every connection; later calls throw.
    func close() async throws

    /// Looks for what is wrong with the database itself, whatever is kept in it, and changes nothing.
    ///
    /// - Parameter now: the clock of this machine, in microseconds since 1970.
    /// - Returns: what was found, good and bad.
    /// - Throws: ``DatabaseError``
    func diagnose(now: @Sendable () -> Int64) async throws -> [Diagnosis]

    /// What the writer has done since the database was opened.
    var writerStatistics: WriterStatistics { get }

    /// What the readers do right now.
    var readerStatistics: ReaderStatistics { get }
}

extension Database {
    package func insert(_ statement: SQLStatement) async throws -> Int64? {
        try await self.write { try $0.insert(statement) }
    }

    package func diagnose(now: @Sendable () -> Int64) async throws -> [Diagnosis] { [] }
}

/// Writes and commits.
package struct WriterStatistics: Sendable, Equatable {
    /// Writes that were committed.
    package private(set) var writes = 0
    /// Commits, each of which is one wait for durable storage.
    package private(set) var commits = 0
    /// How many commits held at most 1, 2, 4, … ``WriteQueue/largestBatch`` writes, and more than half of that.
    package private(set) var batchSizes = [Int](repeating: 0, count: Self.batchSizeBounds.count)
    /// Writes that wait for the writer.
    package var waiting = 0

    /// The upper bounds of ``batchSizes``.
    package static let batchSizeBounds = (0...9).map { 1 << $0 }

    /// Makes empty statistics.
    package init() {}

    /// Counts a commit.
    ///
    /// - Parameter writes: how many it held, at least 1.
    package mutating func count(commitOf writes: Int) {
        self.writes += writes
        self.commits += 1
        let bucket = Self.batchSizeBounds.firstIndex { writes <= $0 } ?? Self.batchSizeBounds.count - 1
        self.batchSizes[bucket] += 1
    }
}

/// Reads that are under way.
package struct ReaderStatistics: Sendable, Equatable {
    /// How many run at once at most.
    package let limit: Int
    /// How many run or wait.
    package let inProgress: Int

    /// Makes statistics.
    package init(limit: Int, inProgress: Int) {
        self.limit = limit
        self.inProgress = inProgress
    }
}

/// The SQL that a database speaks.
package enum SQLDialect: String, Sendable, CaseIterable {
    /// SQLite 3.37 or newer, which knows strict tables.
    case sqlite
    /// PostgreSQL 14 or newer.
    case postgres

    /// What people call the database.
    package var productName: String {
        switch self {
        case .sqlite: "SQLite"
        case .postgres: "PostgreSQL"
        }
    }

    /// Stands behind a `SELECT` whose rows are changed afterwards: another transaction that wants to change them waits.
    ///
    /// SQLite has one writer. PostgreSQL's form of the lock lets others go on to refer to the rows.
    ///
    /// - Parameter locked: `false` for a `SELECT` whose rows are only read.
    /// - Returns: the words.
    package func forUpdate(_ locked: Bool = true) -> SQLStatement {
        switch self {
        case .postgres where locked: " FOR NO KEY UPDATE"
        case .sqlite, .postgres: ""
        }
    }

    /// Stands behind a `SELECT` of rows to be deleted: those that another server is about to delete are left to it.
    package var skipLocked: SQLStatement {
        switch self {
        case .sqlite: ""
        case .postgres: " FOR UPDATE SKIP LOCKED"
        }
    }
}
