// SPDX-License-Identifier: Apache-2.0
import Foundation
import Logging
import Synchronization
import WatcherDatabase

/// Performs batches of writes on one connection; called by the write queue's thread only.
///
/// `@unchecked Sendable`: `connection` and `conflicting` are touched by that thread only, but for `init`, which is over
/// before the thread starts, and `close`, which is called when it has ended.
final class PostgresWriter: @unchecked Sendable {
    /// How long a statement waits for a lock that another server holds, before its transaction gives up what it holds
    /// itself: two that wait for each other would else stand still until PostgreSQL looks for deadlocks, a second later,
    /// and one row that is locked for long would hold up the writes to all others.
    private static let lockTimeout = "100ms"
    /// How often a batch is run, each time without one more guilty write, before its writes run one by one.
    private static let mostRounds = 4
    /// How long a write is tried that comes into conflict again and again.
    private static let persistence: Duration = .seconds(5)
    /// How long a batch waits for a database that is away.
    private static let patience: Duration = .seconds(3)

    private let settings: PostgresSettings
    private let logger: Logger
    private let counts = Mutex(WriterStatistics())
    private var connection: PostgresConnection?
    /// Writes that came into conflict, each with the time after which it has failed.
    private var conflicting: [(write: any PendingWork, deadline: ContinuousClock.Instant)] = []

    /// Takes the first connection, which proves that the settings are right.
    init(_ settings: PostgresSettings, logger: Logger) throws {
        self.settings = settings
        self.logger = logger
        self.connection = try Self.connect(settings)
    }

    private static func connect(_ settings: PostgresSettings) throws -> PostgresConnection {
        try PostgresConnection(settings, session: ["lock_timeout": Self.lockTimeout])
    }

    var statistics: WriterStatistics { self.counts.withLock { $0 } }

    /// Closes the connection; called when the queue's thread has ended.
    func close() {
        self.connection = nil
    }

    /// Performs a batch in one transaction, and answers every write after the commit.
    ///
    /// 1. Inserts that are a whole write go first, all sent at once; then the other writes, one after the other. One
    ///    that fails before it changed anything has nothing to undo: it alone fails.
    /// 2. When the database refuses a statement, or a write fails after it changed something, the transaction is rolled
    ///    back and run again without the guilty one, which then has a transaction of its own.
    /// 3. One that comes into conflict with another server there is tried again behind later batches, for a while.
    /// 4. When the connection breaks before the commit, nothing has been done, and the batch runs on a new one. When it
    ///    breaks during the commit, nobody knows, and all are told so: the idempotency key decides when they ask again.
    ///
    /// - Returns: whether there are writes to be tried again.
    func commit(_ batch: [any PendingWork]) -> Bool {
        let deadline = ContinuousClock.now + Self.persistence
        var alone = self.conflicting.filter { !$0.write.finishIfCancelled() }
        self.conflicting = []
        let repeated = alone.count
        if batch.isEmpty, !alone.isEmpty { Thread.sleep(forTimeInterval: 0.005) }

        var together = batch
        var rounds = 0
        while !together.isEmpty {
            do {
                let failures = try self.perform(together)
                self.count(commitOf: failures.count { $0 == nil })
                for (write, failure) in zip(together, failures) { write.finish(failure) }
                together = []
            } catch let failure as BatchFailure {
                rounds += 1
                if let guilty = failure.guilty, rounds < Self.mostRounds {
                    alone.append((together.remove(at: guilty), deadline))
                } else {
                    alone += together.map { ($0, deadline) }
                    together = []
                }
            } catch {
                for write in together { write.finish(error) }
                together = []
            }
        }
        // Once the database has been waited for in vain, the others do not wait for it too.
        var outage: DatabaseError?
        for (index, (write, deadline)) in alone.enumerated() {
            if let outage {
                write.finish(outage)
            } else {
                outage = self.performAlone(write, isRepeated: index < repeated, until: deadline)
            }
        }
        return !self.conflicting.isEmpty
    }

    private func count(commitOf writes: Int) {
        guard writes > 0 else { return }
        self.counts.withLock { $0.count(commitOf: writes) }
    }

    /// A batch was rolled back because of one of its writes.
    private struct BatchFailure: Error {
        /// Which one; `nil` when it is not known.
        let guilty: Int?
    }

    /// Runs the writes in one transaction.
    ///
    /// - Returns: the error of each write, once committed.
    /// - Throws: ``BatchFailure``, or why nothing can be done now, or that the outcome is unknown.
    private func perform(_ writes: [any PendingWork]) throws -> [(any Error)?] {
        try self.inTransaction { connection in
            connection.isOptimistic = true
            do {
                return try Self.perform(writes, on: connection)
            } catch  where !connection.isBroken {
                throw BatchFailure(guilty: connection.guilty ?? connection.owner)
            }
        } committing: { connection in
            do {
                try connection.commit()
            } catch  where !connection.isBroken {
                throw BatchFailure(guilty: connection.guilty)
            }
        }
    }

    private static func perform(
        _ writes: [any PendingWork],
        on connection: PostgresConnection
    ) throws -> [(any Error)?] {
        let insertions = writes.indices.compactMap { index in
            writes[index].insertion.map { (owner: Int?.some(index), statement: $0) }
        }
        for (insertion, id) in zip(insertions, try connection.insert(insertions)) {
            if let owner = insertion.owner { writes[owner].accept(id) }
        }
        return try writes.indices.map { index in
            guard writes[index].insertion == nil else { return nil }
            connection.owner = index
            let changes = connection.totalChanges
            do {
                try writes[index].perform(in: Transaction(connection))
                return nil
            } catch {
                // After an error of the server's, the transaction can only be rolled back.
                let error = error
                let isConflict = (error as? DatabaseError)?.isWorthRepeating(again: false) ?? false
                guard connection.totalChanges == changes, !connection.hasFailed, !isConflict else { throw error }
                return error
            }
        }
    }

    /// Runs one write in a transaction of its own; one that comes into conflict is kept for later.
    ///
    /// - Returns: the error of a database that is away; `nil` else.
    private func performAlone(
        _ write: any PendingWork,
        isRepeated: Bool,
        until deadline: ContinuousClock.Instant
    ) -> DatabaseError? {
        do {
            try self.inTransaction { connection in
                connection.isOptimistic = false
                // Others wait behind it, and it will be tried again.
                try connection.control("SET LOCAL lock_timeout = '10ms'")
                try write.perform(in: Transaction(connection))
            } committing: { connection in
                try connection.commit()
            }
            self.count(commitOf: 1)
            write.finish(nil)
        } catch let error as DatabaseError where error.isWorthRepeating(again: isRepeated) && .now < deadline {
            self.logger.debug("a write is tried again", metadata: ["error": "\(error)"])
            self.conflicting.append((write, deadline))
        } catch {
            write.finish(error)
            if let error = error as? DatabaseError, error.code == .unreachable { return error }
        }
        return nil
    }

    /// Lends a connection with an open transaction, and commits it; begins again when the connection breaks before.
    private func inTransaction<Value>(
        _ body: (PostgresConnection) throws -> Value,
        committing commit: (PostgresConnection) throws -> Void
    ) throws -> Value {
        let deadline = ContinuousClock.now + Self.patience
        while true {
            let connection = try self.connected(until: deadline)
            do {
                try connection.begin("BEGIN")
                let value = try body(connection)
                try commit(connection)
                return value
            } catch {
                if !connection.isBroken { connection.rollback() }
                let isUnknown = (error as? DatabaseError)?.code == .outcomeUnknown
                guard connection.isBroken else { throw error }
                self.connection = nil
                self.logger.warning("the connection to the database was lost", metadata: ["error": "\(error)"])
                // Else nothing has been committed, and the same work can be done once more.
                guard !isUnknown, !(error is BatchFailure), ContinuousClock.now < deadline else { throw error }
                Thread.sleep(forTimeInterval: 0.01)
            }
        }
    }

    /// The connection, which is made anew when it was lost; waits for a database that is away until the deadline.
    private func connected(until deadline: ContinuousClock.Instant) throws -> PostgresConnection {
        if let connection, !connection.isGone() { return connection }
        self.connection = nil
        let connection = try PostgresConnection.retrying(until: deadline) { try Self.connect(self.settings) }
        self.connection = connection
        self.logger.info("connected to the database again")
        return connection
    }
}

extension PostgresConnection {
    /// Connects to a database that was there before; when it is away, waits for it until the deadline.
    ///
    /// - Throws: ``DatabaseError`` with code `unreachable`, whatever the reason: the settings were right once.
    static func retrying(
        until deadline: ContinuousClock.Instant,
        _ connect: () throws -> PostgresConnection
    ) throws -> PostgresConnection {
        var pause = 0.05
        while true {
            do {
                return try connect()
            } catch let error as DatabaseError {
                guard ContinuousClock.now < deadline else { throw DatabaseError(.unreachable, error.message) }
            }
            Thread.sleep(forTimeInterval: pause)
            pause = min(pause * 2, 1)
        }
    }
}
