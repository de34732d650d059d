// SPDX-License-Identifier: Apache-2.0
import Synchronization
package import WatcherCore
import WatcherDatabase
import WatcherStore

/// Gathers the figures of the ledger and its database.
package final class MetricsService: Sendable {
    /// Where a job may stand.
    package static let jobStates = JobState.allCases.map(\.rawValue)

    /// The figures at one time.
    package struct Figures: Sendable {
        /// How many executions there are in each status; `nil` when the database did not answer.
        package fileprivate(set) var executions: [ExecutionStatus: Int64]?
        /// How many jobs of each kind there are in each state; `nil` when the database did not answer.
        package fileprivate(set) var jobs: [(kind: String, state: String, count: Int64)]?
        /// The upper bounds of ``commits``.
        package let commitSizes: [Int]
        /// How many commits held at most so many writes, and more than the bound before.
        package let commits: [Int]
        /// How many writes were committed.
        package let writes: Int
        /// How many writes wait for the writer.
        package let waitingWrites: Int
        /// How many reads run or wait.
        package let readsInProgress: Int
        /// How many reads run at once at most.
        package let readLimit: Int
    }

    /// For how long counted executions are not counted again: counting reads a whole index.
    private static let countLifetimeMicroseconds: Int64 = 30_000_000

    private let ledger: Ledger
    private let counted = Mutex<(at: Timestamp, executions: [ExecutionStatus: Int64])?>(nil)

    /// Makes a service.
    package init(_ ledger: Ledger) {
        self.ledger = ledger
    }

    /// The figures now; the executions are those of at most 30 s ago.
    ///
    /// - Throws: `CancellationError`
    package func figures() async throws -> Figures {
        let writer = self.ledger.database.writerStatistics
        let readers = self.ledger.database.readerStatistics
        var figures = Figures(
            executions: nil,
            jobs: nil,
            commitSizes: WriterStatistics.batchSizeBounds,
            commits: writer.batchSizes,
            writes: writer.writes,
            waitingWrites: writer.waiting,
            readsInProgress: readers.inProgress,
            readLimit: readers.limit
        )
        do {
            figures.jobs = try await self.ledger.read { transaction in
                try MetricsStore(transaction).jobs().map { (kind: $0.kind, state: $0.state.rawValue, count: $0.count) }
            }
            figures.executions = try await self.executions()
        } catch is ServiceError {
            // Said by the gap, and by `watcher_database_up`: the other figures are wanted most just then.
        }
        return figures
    }

    private func executions() async throws -> [ExecutionStatus: Int64] {
        let now = self.ledger.now()
        let known = self.counted.withLock { $0 }
        if let known, known.at <= now, now < known.at.advanced(byMicroseconds: Self.countLifetimeMicroseconds) {
            return known.executions
        }
        let counts = try await self.ledger.read { try MetricsStore($0).executions() }
        var executions = Dictionary(uniqueKeysWithValues: ExecutionStatus.allCases.map { ($0, Int64(0)) })
        for (status, count) in counts { executions[status] = count }
        self.counted.withLock { [executions] in $0 = (now, executions) }
        return executions
    }
}
