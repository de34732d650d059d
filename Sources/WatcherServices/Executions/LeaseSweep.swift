// SPDX-License-Identifier: Apache-2.0
package import Logging
import ServiceLifecycle
package import WatcherCore
package import WatcherDatabase
import WatcherStore

/// Finds executions that have missed their lease, every few seconds, while the server listens.
///
/// Each run also marks the time, which tells the next one, of any server, whether somebody has listened meanwhile: leases
/// are first extended by the time in which nobody did (``LeaseClock``). Servers of one database take turns, and must
/// agree about the time: by what one is ahead of another, it takes the other's leases to be shorter. The log says so.
package struct LeaseSweep: Service {
    /// How many leases one transaction ends, so that requests never wait long behind it.
    private static let batch: Int64 = 100
    /// How far a mark may lie in the future before somebody is told, in microseconds.
    private static let noticedSkew: Int64 = 1_000_000

    private let database: any Database
    private let interval: Duration
    private let now: @Sendable () -> Timestamp
    private let instant: @Sendable () -> ContinuousClock.Instant
    private let sleep: @Sendable (Duration) async throws -> Void
    private let whenListening: @Sendable () async -> Void
    private let logger: Logger

    /// Makes the service.
    ///
    /// - Parameters:
    ///   - database: where the leases are.
    ///   - interval: how long to wait between two runs.
    ///   - now: the clock.
    ///   - instant: a clock that nobody sets.
    ///   - sleep: waits.
    ///   - whenListening: returns once heartbeats can be received, or when its task is cancelled; before, nothing is done.
    ///   - logger: told what was found, and what failed.
    package init(
        database: any Database,
        interval: Duration = .seconds(5),
        now: @escaping @Sendable () -> Timestamp,
        instant: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        whenListening: @escaping @Sendable () async -> Void,
        logger: Logger
    ) {
        self.database = database
        self.interval = interval
        self.now = now
        self.instant = instant
        self.sleep = sleep
        self.whenListening = whenListening
        self.logger = logger
    }

    /// Runs until shutdown.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await self.whenListening()
            var lastRun: ContinuousClock.Instant?
            while !Task.isCancelled {
                let (now, instant) = (self.now(), self.instant())
                do {
                    let lost = try await self.runOnce(now: now, listened: self.listened(since: lastRun, until: instant))
                    if lost > 0 {
                        self.logger.warning("executions have missed their lease", metadata: ["executions": "\(lost)"])
                    }
                    lastRun = instant
                } catch is CancellationError {
                    return
                } catch {
                    // What hindered this run may have hindered heartbeats too: the next one makes up for it.
                    lastRun = nil
                    self.logger.warning("leases were not looked at", metadata: ["error": "\(error)"])
                }
                do { try await self.sleep(self.interval) } catch { return }
            }
        }
    }

    /// How long this server has been listening without a doubt.
    ///
    /// Not since its last run, when that was longer ago than it wanted to wait: then the process, or the machine, has
    /// stood still, and nobody knows for how long.
    private func listened(since last: ContinuousClock.Instant?, until now: ContinuousClock.Instant) -> Duration {
        guard let last, now - last <= self.interval + .seconds(1) else { return .zero }
        return now - last
    }

    /// Marks the time, corrects leases, and ends those that have been missed.
    ///
    /// - Parameters:
    ///   - now: the time.
    ///   - listened: for how long, up to now, the server has been listening without a doubt.
    /// - Returns: how many executions were found to be lost.
    /// - Throws: ``DatabaseError``, `CancellationError` between two batches.
    @discardableResult
    package func runOnce(now: Timestamp, listened: Duration) async throws -> Int {
        var total = 0
        while true {
            // Each batch begins with the clock: another server may have had its turn since.
            let found = try await self.database.write { transaction -> (lost: Int, isMore: Bool, last: Timestamp?) in
                let store = LeaseStore(transaction)
                guard let last = try store.lastMark() else {
                    // Nobody knows how long nobody has listened.
                    try store.mark(now)
                    return (0, false, nil)
                }
                let correction = LeaseClock.correction(
                    last: last,
                    now: now,
                    intervalMicroseconds: self.interval.microseconds,
                    listenedMicroseconds: listened.microseconds
                )
                try store.correct(correction, now: now)
                if correction != .none || now > last { try store.mark(now) }
                let ended = try store.deleteEnded(limit: Self.batch)
                let missed = try store.missed(now: now, limit: Self.batch)
                for lease in missed { try Self.lose(lease, transaction, now: now) }
                return (missed.count, max(ended, missed.count) == Self.batch, last)
            }
            total += found.lost
            if let last = found.last, last.microseconds - now.microseconds > Self.noticedSkew {
                self.logger.warning(
                    "the clock of another server is ahead, or this one's was set back: leases may be taken for missed early",
                    metadata: ["seconds": "\((last.microseconds - now.microseconds) / 1_000_000)"]
                )
            }
            guard found.isMore else { return total }
        }
    }

    /// Ends an execution as lost, and raises the alert about it.
    private static func lose(_ missed: LeaseStore.Missed, _ transaction: Transaction, now: Timestamp) throws {
        let (execution, lease) = (missed.execution, missed.lease)
        guard let end = ExecutionStateMachine.lose(execution, missing: lease) else { return }
        try ExecutionStore(transaction).end(execution, with: end.report, as: .lost, end.figures)
        try LeaseStore(transaction).delete(execution.id)
        let alert = Alert(lost: execution, of: missed.pipelineName, missing: lease)
        try AlertStore(transaction).raise(alert, now: now)
    }
}

extension Duration {
    /// Whole microseconds.
    fileprivate var microseconds: Int64 {
        self.components.seconds * 1_000_000 + self.components.attoseconds / 1_000_000_000_000
    }
}
