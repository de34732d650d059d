// SPDX-License-Identifier: Apache-2.0
import Logging
import WatcherCore
import WatcherServices

/// What a server does besides answering, put together as the program does it, and done when the test says so.
struct TestServer {
    private let leases: LeaseSweep
    private let scheduler: Scheduler
    private let workers: JobWorkers
    private let clock: TestClock
    private let interval: Duration

    /// Makes a server.
    ///
    /// - Parameters:
    ///   - ledger: the ledger, and the clock.
    ///   - schedules: what is done at certain times.
    ///   - notifier: where alerts go.
    ///   - secondsBetweenLooks: how long a server that listens waits before it looks again.
    ///   - concurrentJobs: how many jobs it does at once.
    init(
        _ ledger: TestLedger,
        schedules: [Scheduler.Entry],
        notifier: any Notifier,
        secondsBetweenLooks: Int64,
        concurrentJobs: Int = 2
    ) {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let clock = ledger.clock
        self.clock = clock
        self.interval = .seconds(secondsBetweenLooks)
        self.leases = LeaseSweep(
            database: ledger.database,
            interval: self.interval,
            now: { clock.now },
            whenListening: {},
            logger: logger
        )
        self.scheduler = Scheduler(ledger.ledger, entries: schedules, logger: logger)
        var configuration = JobWorkers.Configuration()
        configuration.concurrentJobs = concurrentJobs
        self.workers = JobWorkers(
            ledger.queue,
            handlers: JobHandlers(ledger.ledger, notifier: notifier, logger: logger),
            name: "test",
            configuration: configuration,
            sleep: { _ in try await untilCancelled() },
            logger: logger
        )
    }

    /// Looks at leases and schedules, and does all jobs that are due.
    ///
    /// - Parameter previous: when it looked before; `nil` when it has just begun to listen.
    /// - Returns: how many jobs were done.
    /// - Throws: what any of them throws.
    @discardableResult
    func look(previous: Timestamp?) async throws -> Int {
        try await self.leases.runOnce(now: self.clock.now, listened: previous == nil ? .zero : self.interval)
        try await self.scheduler.tick(previous: previous ?? self.clock.now)
        return try await self.workers.runOnce()
    }
}

extension Scheduler.Entry {
    /// A schedule as people write it.
    init(_ name: String, _ work: JobWork, cron: String) throws {
        let schedule = try CronSchedule(cron)
        self.init(name, work) { schedule.next(after: $0) }
    }
}
