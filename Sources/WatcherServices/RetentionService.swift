// SPDX-License-Identifier: Apache-2.0
package import WatcherCore
import WatcherDatabase
import WatcherStore

/// Deletes what has grown old, a batch at a time, so that requests never wait long behind it.
package struct RetentionService: Sendable {
    /// The shortest time that anything is kept, in days.
    package static let minimumDays: Int64 = 90
    /// How many rows one transaction may delete, unless told otherwise; it never deletes more than 1,000.
    package static let standardBatch: Int64 = 10_000

    /// How many rows one transaction deletes at most whatever it is told: it holds the writer of SQLite for some 10 ms,
    /// and that of PostgreSQL for some 40 ms.
    private static let largestBatch: Int64 = 1000
    /// How many trees of executions are looked at together; the ids of all their members are in memory.
    private static let treesAtOnce: Int64 = 100

    private let ledger: Ledger

    /// Makes a service.
    package init(_ ledger: Ledger) {
        self.ledger = ledger
    }

    /// Deletes what is older than a number of days, once for each idempotency key.
    ///
    /// - Parameters:
    ///   - retentionDays: the number of days.
    ///   - batchSize: how many rows one transaction deletes at most.
    ///   - reply: how to answer.
    /// - Returns: the answer.
    /// - Throws: ``ServiceError``, `CancellationError` between two batches.
    package func cleanUp(retentionDays: Int64, batchSize: Int64, _ reply: Reply<RetentionCounts>) async throws -> Answer
    {
        if let key = reply.key, let answer = try await self.ledger.answer(under: key) { return answer }
        let counts = try await self.cleanUp(retentionDays: retentionDays, batchSize: batchSize)
        return reply.key == nil ? reply.answer(counts) : try await self.ledger.write(reply) { _, _ in counts }
    }

    /// Deletes what is older than a number of days.
    ///
    /// Executions go when they and all others of their tree have ended and are old: a young or running one keeps its
    /// whole tree. Each batch is a transaction of its own, and leaves a ledger in which every child has its parent; so
    /// what is stopped in between is continued by the next call.
    ///
    /// - Parameters:
    ///   - retentionDays: the number of days.
    ///   - batchSize: how many rows one transaction deletes at most.
    ///   - onProgress: told after each batch what has been deleted so far.
    /// - Returns: what was deleted.
    /// - Throws: ``ServiceError``, `CancellationError` between two batches.
    @discardableResult
    package func cleanUp(
        retentionDays: Int64,
        batchSize: Int64 = Self.standardBatch,
        onProgress: (RetentionCounts) -> Void = { _ in }
    ) async throws -> RetentionCounts {
        let moment = self.ledger.now().advanced(by: 0 &- retentionDays, .day)
        let batch = min(max(1, batchSize), Self.largestBatch)
        var total = RetentionCounts()
        for status in ExecutionStatus.allCases where status != .running {
            try await self.deleteTrees(status, before: moment, batch: batch) { counts in
                total += counts
                onProgress(total)
            }
        }
        for log in RetentionStore.Log.allCases {
            var deleted: RetentionCounts
            repeat {
                try Task.checkCancellation()
                deleted = try await self.ledger.write { transaction, _ in
                    try RetentionStore(transaction).deleteRows(of: log, before: moment, limit: batch)
                }
                total += deleted
                onProgress(total)
            } while deleted.total == batch
        }
        return total
    }

    /// Deletes the old trees whose roots have a status, leaves first.
    private func deleteTrees(
        _ status: ExecutionStatus,
        before moment: Timestamp,
        batch: Int64,
        onProgress: (RetentionCounts) -> Void
    ) async throws {
        var last: StartOrder?
        while true {
            try Task.checkCancellation()
            let (roots, members) = try await self.ledger.read { [last] transaction in
                let store = RetentionStore(transaction)
                let roots = try store.roots(status, after: last, before: moment, limit: Self.treesAtOnce)
                return (roots, try store.oldTrees(of: roots.map(\.executionID), before: moment))
            }
            for start in stride(from: 0, to: members.count, by: Int(batch)) {
                try Task.checkCancellation()
                let ids = Array(members[start..<min(start + Int(batch), members.count)])
                let counts = try await self.ledger.write { transaction, _ in
                    try RetentionStore(transaction).deleteExecutions(ids, before: moment)
                }
                onProgress(counts)
            }
            guard let root = roots.last, roots.count == Self.treesAtOnce else { return }
            last = root
        }
    }
}
