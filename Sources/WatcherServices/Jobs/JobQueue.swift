// SPDX-License-Identifier: Apache-2.0
package import WatcherCore
import WatcherDatabase
package import WatcherStore

/// The use cases of jobs: who may do one, and what becomes of it.
package struct JobQueue: Sendable {
    /// A job that waits for somebody to look at it, and why.
    package struct Parked: Sendable, Equatable {
        /// Its id.
        package let id: Int64
        /// Its kind.
        package let kind: String
        /// Why.
        package let reason: String
    }

    /// What became of a job that failed.
    package enum Failed: Sendable, Equatable {
        /// It is tried again at this time.
        case again(at: Timestamp)
        /// It is parked.
        case parked
        /// It was no longer the worker's.
        case lost
    }

    private let ledger: Ledger
    private let retry: JobRetry

    /// Makes the queue.
    ///
    /// - Parameters:
    ///   - ledger: where the jobs are.
    ///   - retry: when a job that failed is tried again.
    package init(_ ledger: Ledger, retry: JobRetry = JobRetry()) {
        self.ledger = ledger
        self.retry = retry
    }

    // MARK: For workers

    /// Takes jobs that are due; when there is none, nothing is written.
    ///
    /// Those that nobody here can do are parked instead, so that they do not come up again and again: of a kind that
    /// this version does not know, or whose last try ended neither well nor badly.
    ///
    /// - Parameters:
    ///   - limit: how many at most.
    ///   - kind: leaves out jobs of this kind.
    ///   - worker: the name of the worker.
    ///   - lease: for how long they are its own.
    /// - Returns: the jobs, and those that were parked.
    /// - Throws: ``ServiceError``
    package func take(
        _ limit: Int,
        leavingOut kind: JobKind? = nil,
        worker: String,
        lease: Duration
    ) async throws -> (jobs: [Job], parked: [Parked]) {
        let now = self.ledger.now()
        let isDue = try await self.ledger.read {
            try JobStore($0).hasDue(leavingOut: kind, now: now, horizon: self.horizon(now))
        }
        guard isDue else { return ([], []) }
        return try await self.ledger.write { transaction, now in
            let store = JobStore(transaction)
            var (jobs, parked): ([Job], [Parked]) = ([], [])
            let taken = try store.take(
                Int64(limit),
                leavingOut: kind,
                worker: worker,
                now: now,
                horizon: self.horizon(now),
                until: now.advanced(by: lease)
            )
            for row in taken {
                if let work = row.work, row.tries <= self.retry.lastTry {
                    jobs.append(Job(id: row.id, work: work, attempt: row.attempt, tries: row.tries))
                    continue
                }
                let reason = self.reasonToPark(row)
                _ = try store.fail(id: row.id, attempt: row.attempt, error: reason, retryAt: nil, now: now)
                parked.append(Parked(id: row.id, kind: row.kind, reason: reason))
            }
            return (jobs, parked)
        }
    }

    private func horizon(_ now: Timestamp) -> Timestamp {
        now.advanced(byMicroseconds: self.retry.horizonMicroseconds)
    }

    private func reasonToPark(_ row: TakenJob) -> String {
        guard row.work == nil else {
            return """
                it was begun \(self.retry.lastTry) times and neither done nor refused: its server may have died of it \
                each time
                """
        }
        let subject = row.subject.map { "subject \($0)" } ?? "no subject"
        return "this version does not know jobs of the kind '\(row.kind)' with \(subject)"
    }

    /// Keeps a job for longer.
    ///
    /// - Returns: `false` when it is no longer the worker's.
    /// - Throws: ``ServiceError``
    package func extend(_ job: Job, lease: Duration) async throws -> Bool {
        try await self.ledger.write { try JobStore($0).extend(job, until: $1.advanced(by: lease)) }
    }

    /// Gives jobs back that were not done; who looks next may take them.
    ///
    /// - Returns: how many of them still were the worker's.
    /// - Throws: ``ServiceError``
    package func giveBack(_ jobs: [Job]) async throws -> Int {
        try await self.ledger.write { transaction, now in
            try jobs.count { try JobStore(transaction).giveBack($0, now: now) }
        }
    }

    /// Notes that a job failed.
    ///
    /// - Returns: what becomes of it.
    /// - Throws: ``ServiceError``
    package func fail(_ job: Job, _ error: String) async throws -> Failed {
        let decision = self.retry.decision(afterFailureOf: job)
        return try await self.ledger.write { transaction, now in
            let retryAt: Timestamp? =
                switch decision {
                case .again(let delay): now.advanced(byMicroseconds: delay)
                case .park: nil
                }
            let store = JobStore(transaction)
            guard try store.fail(id: job.id, attempt: job.attempt, error: error, retryAt: retryAt, now: now) else {
                return .lost
            }
            return retryAt.map(Failed.again) ?? .parked
        }
    }

    // MARK: For people

    /// Lists jobs, the newest first.
    ///
    /// - Parameters:
    ///   - state: only those that stand there.
    ///   - kind: only those of this kind.
    ///   - limit: how many at most.
    /// - Returns: the jobs.
    /// - Throws: ``ServiceError``
    package func list(state: JobState?, kind: JobKind?, limit: Int64) async throws -> [StoredJob] {
        try await self.ledger.read { try JobStore($0).list(state: state, kind: kind, limit: limit) }
    }

    /// Has jobs tried at once, as if they were new: all of them, or none when one is not there or runs.
    ///
    /// - Parameter ids: which ones.
    /// - Returns: how many.
    /// - Throws: ``ServiceError``
    package func retry(_ ids: [Int64]) async throws -> Int {
        try await self.ledger.write { transaction, now in
            let store = JobStore(transaction)
            let states = try store.states(of: ids)
            func list(_ ids: [Int64]) -> String { ids.map { "\($0)" }.joined(separator: ", ") }
            let missing = ids.filter { states[$0] == nil }
            guard missing.isEmpty else {
                throw ServiceError(.notFound, "there is no job \(list(missing)): jobs that are done are deleted")
            }
            let running = ids.filter { states[$0] == .running }
            guard running.isEmpty else {
                throw ServiceError(.invalid, "running already: \(list(running)); nothing was changed")
            }
            return try store.retry(ids, now: now)
        }
    }

    /// Has all parked jobs tried at once, as if they were new.
    ///
    /// - Returns: how many.
    /// - Throws: ``ServiceError``
    package func retryAllParked() async throws -> Int {
        try await self.ledger.write { try JobStore($0).retry(nil, now: $1) }
    }
}

extension Timestamp {
    /// The moment a duration later.
    fileprivate func advanced(by duration: Duration) -> Self {
        let (seconds, attoseconds) = duration.components
        return self.advanced(byMicroseconds: seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
    }
}
