// SPDX-License-Identifier: Apache-2.0
package import Logging
import ServiceLifecycle
import WatcherCore

/// Does jobs while the server runs.
///
/// A job is taken for a while, which is extended as long as its handler runs: when the server dies, others take the job
/// soon after. What the handler does is in one transaction with the end of the job, which fails when the job has been
/// lost; so a job may be begun more than once, and takes effect once.
package struct JobWorkers: Service {
    /// How the jobs are done.
    package struct Configuration: Sendable {
        /// How many at once.
        package var concurrentJobs = 2
        /// How long to wait before looking again when nothing is due.
        package var pollInterval: Duration = .seconds(1)
        /// How long after a server died its jobs are taken by others.
        package var lease: Duration = .seconds(60)
        /// How long jobs under way may go on when the server ends: longer than a notifier may take, because a message
        /// that was given up after it had arrived is sent again.
        package var shutdownGrace: Duration = .seconds(12)

        /// Makes a configuration.
        package init() {}
    }

    private enum Event: Sendable {
        case ended(Job)
        case timeToLook
        case shutdown
        case graceIsOver
    }

    /// The job has been lost while its handler ran.
    private struct LeaseLost: Error {}

    private let queue: JobQueue
    private let handlers: JobHandlers
    private let name: String
    private let configuration: Configuration
    private let sleep: @Sendable (Duration) async throws -> Void
    private let logger: Logger

    /// Makes the service.
    ///
    /// - Parameters:
    ///   - queue: the jobs.
    ///   - handlers: who does which.
    ///   - name: the worker's name, which people see beside the jobs that it has.
    ///   - configuration: how the jobs are done.
    ///   - sleep: waits, and throws when the task is cancelled.
    ///   - logger: told of jobs that fail.
    package init(
        _ queue: JobQueue,
        handlers: JobHandlers,
        name: String,
        configuration: Configuration = .init(),
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        logger: Logger
    ) {
        self.queue = queue
        self.handlers = handlers
        self.name = name
        self.configuration = configuration
        self.sleep = sleep
        self.logger = logger
    }

    /// Does jobs until shutdown; then gives those back that do not end in time.
    package func run() async {
        await withTaskGroup(of: Event.self) { group in
            group.addTask {
                // It throws when the task is cancelled, and then it is time to end, too.
                try? await gracefulShutdown()
                return .shutdown
            }
            var outage = Outage("jobs cannot be looked for", self.logger)
            var running: [Job] = []
            var isWaiting = false
            while true {
                while running.count < self.configuration.concurrentJobs {
                    let leavingOut = self.isFull(ofAlerts: running) ? JobKind.alert : nil
                    let taken = await outage.noting { try await self.take(1, leavingOut: leavingOut) } ?? []
                    guard let job = taken.first else { break }
                    running.append(job)
                    group.addTask {
                        await self.perform(job)
                        return .ended(job)
                    }
                }
                if !isWaiting {
                    isWaiting = true
                    group.addTask {
                        // When it is cancelled, the shutdown comes as well.
                        try? await self.sleep(self.configuration.pollInterval)
                        return .timeToLook
                    }
                }
                switch await group.next() {
                case .ended(let job): running.removeAll { $0 == job }
                case .timeToLook: isWaiting = false
                case .shutdown, .graceIsOver, nil: return await self.drain(&group, running)
                }
            }
        }
    }

    /// Whether all but one of the jobs that may run are alerts, which may all be waiting for one slow receiver.
    private func isFull(ofAlerts jobs: [Job]) -> Bool {
        let most = max(1, self.configuration.concurrentJobs - 1)
        return jobs.count { $0.work.kind == .alert } >= most
    }

    /// Does every job that is due, and every one that becomes so by it.
    ///
    /// - Returns: how many were done.
    /// - Throws: ``ServiceError``
    @discardableResult
    package func runOnce() async throws -> Int {
        var done = 0
        while true {
            let jobs = try await self.take(self.configuration.concurrentJobs)
            guard !jobs.isEmpty else { return done }
            done += await withTaskGroup(of: Bool.self) { group in
                for job in jobs { group.addTask { await self.perform(job) } }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
        }
    }

    private func take(_ limit: Int, leavingOut kind: JobKind? = nil) async throws -> [Job] {
        let (jobs, parked) = try await self.queue.take(
            limit,
            leavingOut: kind,
            worker: self.name,
            lease: self.configuration.lease
        )
        for job in parked {
            self.logger.error(
                "a job is parked",
                metadata: ["job": "\(job.id)", "kind": "\(job.kind)", "error": "\(job.reason)"]
            )
        }
        return jobs
    }

    // MARK: One job

    /// Does a job, or notes why that failed.
    ///
    /// - Returns: whether it was done.
    @discardableResult
    private func perform(_ job: Job) async -> Bool {
        do {
            try await self.runUnderLease(job)
            return true
        } catch is LeaseLost {
            self.logger.info("a job was taken by another worker", metadata: Self.metadata(job))
        } catch {
            // When the server ends, who cancelled this gives the job back.
            if !Task.isCancelled { await self.noteFailure(of: job, error) }
        }
        return false
    }

    /// Runs the handler, and beside it extends the lease.
    private func runUnderLease(_ job: Job) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.handlers.run(job) }
            group.addTask { try await self.keep(job) }
            defer { group.cancelAll() }
            do {
                try await group.next()
            } catch let lost as LeaseLost {
                // A job that has just been done is no longer there either.
                group.cancelAll()
                do { try await group.next() } catch { throw lost }
            }
        }
    }

    /// Extends a job's lease again and again; ends by throwing only.
    private func keep(_ job: Job) async throws {
        while true {
            try await self.sleep(self.configuration.lease / 4)
            do {
                guard try await self.queue.extend(job, lease: self.configuration.lease) else { throw LeaseLost() }
            } catch let error as ServiceError {
                // There is time for more than one try; and a job that is lost cannot take effect.
                self.logger.warning("a job's lease was not extended", metadata: Self.metadata(job, error))
            }
        }
    }

    private func noteFailure(of job: Job, _ error: any Error) async {
        do {
            let metadata = Self.metadata(job, error)
            switch try await self.queue.fail(job, "\(error)") {
            case .again: self.logger.warning("a job failed; it will be tried again", metadata: metadata)
            case .parked: self.logger.error("a job is parked: its last try failed", metadata: metadata)
            case .lost: self.logger.info("a job was taken by another worker", metadata: metadata)
            }
        } catch let second {
            // Its lease ends, and then it is tried again.
            self.logger.warning(
                "a job failed, which could not be noted",
                metadata: Self.metadata(job, error).merging(["second error": "\(second)"]) { first, _ in first }
            )
        }
    }

    // MARK: The end

    /// Lets jobs end for a while, then gives back what is left, without waiting for handlers that do not end.
    private func drain(_ group: inout TaskGroup<Event>, _ jobs: [Job]) async {
        var running = jobs
        group.addTask {
            // When it is cancelled, the time is over.
            try? await self.sleep(self.configuration.shutdownGrace)
            return .graceIsOver
        }
        loop: while !running.isEmpty {
            switch await group.next() {
            case .ended(let job): running.removeAll { $0 == job }
            case .timeToLook, .shutdown: break
            case .graceIsOver, nil: break loop
            }
        }
        group.cancelAll()
        guard !running.isEmpty else { return }
        do {
            let count = try await self.queue.giveBack(running)
            self.logger.info("jobs were given back", metadata: ["jobs": "\(count)"])
        } catch {
            let ids = running.map { "\($0.id)" }.joined(separator: ", ")
            self.logger.warning(
                "jobs were not given back; others take them when their time is over",
                metadata: ["jobs": "\(ids)", "error": "\(error)"]
            )
        }
    }

    private static func metadata(_ job: Job, _ error: (any Error)? = nil) -> Logger.Metadata {
        var metadata: Logger.Metadata = [
            "job": "\(job.id)", "kind": "\(job.work.kind.rawValue)", "try": "\(job.tries)",
        ]
        if let error { metadata["error"] = "\(error)" }
        return metadata
    }
}
