// SPDX-License-Identifier: Apache-2.0
package import Logging
import ServiceLifecycle
package import WatcherCore
import WatcherDatabase
import WatcherStore

/// Adds the jobs that are done at certain times.
///
/// Every server looks each second, and the one whose conditional update comes first fires: so each time fires once, and
/// there is no leader who could be lost.
package struct Scheduler: Service {
    /// A schedule.
    package struct Entry: Sendable {
        /// Its name, which is the same on all servers.
        package let name: String
        /// What is to be done.
        package let work: JobWork
        /// The first of its times after a moment.
        package let next: @Sendable (Timestamp) -> Timestamp?

        /// Makes a schedule.
        package init(_ name: String, _ work: JobWork, next: @escaping @Sendable (Timestamp) -> Timestamp?) {
            self.name = name
            self.work = work
            self.next = next
        }
    }

    private let ledger: Ledger
    private let entries: [Entry]
    private let interval: Duration
    private let sleep: @Sendable (Duration) async throws -> Void
    private let logger: Logger

    /// Makes the service.
    ///
    /// - Parameters:
    ///   - ledger: where schedules and jobs are.
    ///   - entries: the schedules.
    ///   - interval: how long to wait before looking again.
    ///   - sleep: waits, and throws when the task is cancelled.
    ///   - logger: told what fires, and what failed.
    package init(
        _ ledger: Ledger,
        entries: [Entry],
        interval: Duration = .seconds(1),
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        logger: Logger
    ) {
        self.ledger = ledger
        self.entries = entries
        self.interval = interval
        self.sleep = sleep
        self.logger = logger
    }

    /// Fires schedules until shutdown.
    package func run() async {
        await cancelWhenGracefulShutdown {
            var outage = Outage("schedules cannot be looked at", self.logger)
            var previous = self.ledger.now()
            while !Task.isCancelled {
                let since = previous
                let now = self.ledger.now()
                if await outage.noting({ try await self.tick(previous: since) }) != nil { previous = now }
                // Cancelled, it is time to end.
                try? await self.sleep(self.interval)
            }
        }
    }

    /// Fires what is due.
    ///
    /// - Parameter previous: when this server looked before.
    /// - Returns: the names of the schedules that this server has fired.
    /// - Throws: ``ServiceError``
    @discardableResult
    package func tick(previous: Timestamp) async throws -> [String] {
        let now = self.ledger.now()
        let firedAt = try await self.ledger.read { try ScheduleStore($0).firedAt() }
        var fired: [String] = []
        for entry in self.entries {
            guard let moment = firedAt[entry.name] else {
                try await self.ledger.write { try ScheduleStore($0).add(entry.name, now: $1) }
                continue
            }
            guard ScheduleRule.isDue(firedAt: moment, previous: previous, now: now, next: entry.next) else { continue }
            let isOurs = try await self.ledger.write { transaction, now in
                guard try ScheduleStore(transaction).fire(entry.name, after: moment, now: now) else { return false }
                try JobStore(transaction).enqueue(entry.work.reaching(backTo: moment, from: now), now: now)
                return true
            }
            guard isOurs else { continue }
            fired.append(entry.name)
            self.logger.debug("a schedule has fired", metadata: ["schedule": "\(entry.name)"])
        }
        return fired
    }
}
