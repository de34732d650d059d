// SPDX-License-Identifier: Apache-2.0
import Foundation
import Logging
import Synchronization
import WatcherDatabase

/// Performs batches of writes on one connection; called by the write queue's thread only.
///
/// `@unchecked Sendable`: `connection` is touched by that thread only.
final class PostgresWriter: @unchecked Sendable {
    /// How long one batch waits for a lock that another server holds, before it gives up what it holds itself: two
    /// batches that wait for each other would else stand still until PostgreSQL looks for deadlocks, a second later.
    private static let batchLockTimeout = "100ms"
    /// How often a write that came into conflict is run.
    private static let attempts = 8
    /// How long a batch waits for a database that is away.
    private static let patience: Duration = .seconds(3)

    private let settings: PostgresSettings
    private let logger: Logger
    private let counts = Mutex(WriterStatistics())
    private var connection: PostgresConnection?

    /// Takes the first connection, which proves that the settings are right.
    init(_ settings: PostgresSettings, logger: Logger) throws {
        self.settings = settings
        self.logger = logger
        self.connection = try Self.connect(settings)
    }

    private static func connect(_ settings: PostgresSettings) throws -> PostgresConnection {
        try PostgresConnection(settings, session: ["lock_timeout": Self.batchLockTimeout])
    }

    var statistics: WriterStatistics { self.counts.withLock { $0 } }

    /// Closes the connection; called by the queue's thread, or when that has ended.
    func close() {
        self.connection = nil
    }

    /// Performs a batch in one transaction, and answers every write after the commit.
    ///
    /// 1. Inserts that are a whole write go first, all sent at once; then the other writes, one after the other. One
    ///    that fails before it changed anything has nothing to undo: it alone fails.
    /// 2. When one fails after it changed something, or the database refuses a statement, the transaction is rolled
    ///    back, and each write runs in a transaction of its own, again when it came into conflict with another server.
    /// 3. When the connection breaks before the commit, nothing has been done, and the batch runs on a new one. When it
    ///    breaks during the commit, nobody knows, and all are told so: the idempotency key decides when they ask again.
    func commit(_ batch: [any PendingWork]) {
        var wanted: [any PendingWork] = []
        for write in batch {
            // Asked once: whoever is told here that it was cancelled must not be performed below.
            if write.isCancelled { write.finish(CancellationError()) } else { wanted.append(write) }
        }
        guard !wanted.isEmpty else { return }
        do {
            let failures = try self.perform(wanted)
            self.count(writes: failures.count { $0 == nil }, commits: 1)
            for (write, failure) in zip(wanted, failures) { write.finish(failure) }
        } catch let error as DatabaseError where error.code == .outcomeUnknown {
            for write in wanted { write.finish(error) }
        } catch {
            for write in wanted { write.finish(self.performAlone(write)) }
        }
    }

    private func count(writes: Int, commits: Int) {
        guard writes > 0 else { return }
        self.counts.withLock { counts in
            counts.writes += writes
            counts.commits += commits
        }
    }

    /// Runs the writes in one transaction.
    ///
    /// - Returns: the error of each write, once committed.
    /// - Throws: when nothing of them has been done, or with code `outcomeUnknown`.
    private func perform(_ writes: [any PendingWork]) throws -> [(any Error)?] {
        try self.inTransaction { connection in
            let insertions = writes.filter { $0.insertion != nil }
            let ids = try connection.insert(insertions.compactMap(\.insertion))
            for (write, id) in zip(insertions, ids) { write.accept(id) }
            return try writes.map { write in
                guard write.insertion == nil else { return nil }
                let changes = connection.totalChanges
                do {
                    try write.perform(in: Transaction(connection))
                    return nil
                } catch {
                    // After an error of the server's, the transaction can only be rolled back.
                    guard connection.totalChanges == changes, !connection.hasFailed,
                        !((error as? DatabaseError)?.isWorthRepeating ?? false)
                    else { throw error }
                    return error
                }
            }
        }
    }

    /// Runs one write in a transaction of its own, and again as long as it comes into conflict with another server.
    private func performAlone(_ write: any PendingWork) -> (any Error)? {
        for attempt in 1... {
            do {
                try self.inTransaction { connection in
                    try connection.control("SET LOCAL lock_timeout = '5s'")
                    try write.perform(in: Transaction(connection))
                }
                self.count(writes: 1, commits: 1)
                return nil
            } catch let error as DatabaseError where error.isWorthRepeating && attempt < Self.attempts {
                self.logger.debug("a write is run again", metadata: ["attempt": "\(attempt)", "error": "\(error)"])
                // The other one needs time to finish; those that collided must not come back at the same moment.
                Thread.sleep(forTimeInterval: 0.002 * Double(attempt * attempt))
            } catch {
                return error
            }
        }
        return nil
    }

    /// Lends a connection with an open transaction, and commits it.
    private func inTransaction<Value>(_ body: (PostgresConnection) throws -> Value) throws -> Value {
        let deadline = ContinuousClock.now + Self.patience
        while true {
            let connection = try self.connected(until: deadline)
            do {
                try connection.begin("BEGIN")
                let value = try body(connection)
                try connection.commit()
                return value
            } catch {
                if !connection.isBroken { try? connection.rollback() }
                guard connection.isBroken else { throw error }
                self.connection = nil
                if (error as? DatabaseError)?.code == .outcomeUnknown { throw error }
                guard ContinuousClock.now < deadline else { throw error }
                // Nothing has been committed: the same work, once more.
            }
        }
    }

    /// The connection, which is made anew when it was lost; waits for a database that is away until the deadline.
    private func connected(until deadline: ContinuousClock.Instant) throws -> PostgresConnection {
        if let connection, !connection.isGone() { return connection }
        self.connection = nil
        var pause = 0.05
        while true {
            do {
                let connection = try Self.connect(self.settings)
                self.connection = connection
                self.logger.info("connected to the database again")
                return connection
            } catch let error as DatabaseError where error.code == .unreachable && ContinuousClock.now < deadline {
                Thread.sleep(forTimeInterval: pause)
                pause = min(pause * 2, 1)
            }
        }
    }
}
