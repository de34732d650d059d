// SPDX-License-Identifier: Apache-2.0
import Foundation
import Logging
import ServiceLifecycle
import WatcherCore
import WatcherDatabase
import WatcherServices

/// What a server does besides answering.
struct BackgroundWork {
    /// Its parts, each of which runs until shutdown.
    let services: [any Service]
    /// The part that judges leases; to be ended before the server stops listening, or it takes executions for lost whose
    /// heartbeats are refused.
    let leases: any Service

    init(
        _ ledger: Ledger,
        database: any Database,
        notifier: (any Notifier)?,
        settings: ServeSettings,
        authenticator: Authenticator,
        whenListening: @escaping @Sendable () async -> Void,
        logger: Logger
    ) {
        var configuration = JobWorkers.Configuration()
        configuration.concurrentJobs = settings.workers
        let workers = JobWorkers(
            JobQueue(ledger),
            handlers: JobHandlers(ledger, notifier: notifier, logger: logger),
            name: "\(ProcessInfo.processInfo.hostName) \(ProcessInfo.processInfo.processIdentifier)",
            configuration: configuration,
            logger: logger
        )
        let scheduler = Scheduler(ledger, entries: settings.schedules.entries, logger: logger)
        self.leases = LeaseSweep(database: database, now: ledger.now, whenListening: whenListening, logger: logger)
        let cleanup = IdempotencyCleanup(database: database, now: ledger.now, logger: logger)
        self.services = [workers, scheduler, cleanup, authenticator]
    }
}

extension ServeSettings.Schedules {
    /// The schedules that are not off.
    fileprivate var entries: [Scheduler.Entry] {
        let lookback = TimelinessService.standardLookback
        let all: [(String, JobWork, CronSchedule?)] = [
            ("freshness", .freshness, self.freshness),
            ("timeliness", .timeliness(lookbackMinutes: lookback), self.timeliness),
            ("queue", .queueMonitor, self.queue),
        ]
        return all.compactMap { name, work, schedule in
            schedule.map { schedule in Scheduler.Entry(name, work) { schedule.next(after: $0) } }
        }
    }
}
