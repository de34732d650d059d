// SPDX-License-Identifier: Apache-2.0
import GRDB
import Synchronization
import WatcherDatabase

/// Performs batches of writes, one transaction each; called by the write queue's thread only.
final class SQLiteWriter: Sendable {
    private let connections: any DatabaseWriter
    private let counts = Mutex(WriterStatistics())

    init(_ connections: any DatabaseWriter) {
        self.connections = connections
    }

    var statistics: WriterStatistics { self.counts.withLock { $0 } }

    /// Performs a batch in one transaction, and answers every write after the commit.
    ///
    /// 1. The writes run one after the other without savepoints. One that fails before it changed anything has
    ///    nothing to undo: it alone fails. This is how nearly all refusals end, so they cost nothing.
    /// 2. When one fails after it changed something, the whole batch is rolled back and runs again with a savepoint
    ///    around each write, so that the guilty one is undone alone.
    /// 3. When the commit itself fails, all writes fail with its error: nothing of them is in the database.
    func commit(_ wanted: [any PendingWork]) {
        guard !wanted.isEmpty else { return }
        var failures: [(any Error)?] = []
        do {
            failures = try self.connections.writeWithoutTransaction { database in
                let connection = SQLiteConnection(database)
                if let failures = try Self.perform(wanted, isolated: false, on: connection) { return failures }
                return try Self.perform(wanted, isolated: true, on: connection) ?? []
            }
            let committed = failures.count { $0 == nil }
            if committed > 0 { self.counts.withLock { $0.count(commitOf: committed) } }
        } catch {
            let failure = (error as? GRDB.DatabaseError).map { WatcherDatabase.DatabaseError($0) as any Error } ?? error
            failures = Array(repeating: failure, count: wanted.count)
        }
        for (write, failure) in zip(wanted, failures) { write.finish(failure) }
    }

    /// Runs the writes in one transaction.
    ///
    /// - Returns: the error of each write, once committed; `nil` when they were rolled back and must run isolated.
    private static func perform(
        _ writes: [any PendingWork],
        isolated: Bool,
        on connection: SQLiteConnection
    ) throws -> [(any Error)?]? {
        try connection.control("BEGIN IMMEDIATE")
        do {
            var failures: [(any Error)?] = []
            failures.reserveCapacity(writes.count)
            for write in writes {
                let changes = connection.totalChanges
                if isolated { try connection.control("SAVEPOINT write") }
                do {
                    try write.perform(in: Transaction(connection))
                    failures.append(nil)
                } catch {
                    failures.append(error)
                    if isolated {
                        try connection.control("ROLLBACK TO write")
                    } else if connection.totalChanges != changes || !connection.isInTransaction {
                        try connection.rollbackIfNeeded()
                        return nil
                    }
                }
                if isolated { try connection.control("RELEASE write") }
            }
            try connection.control("COMMIT")
            return failures
        } catch {
            try connection.rollbackIfNeeded()
            throw error
        }
    }
}
