// SPDX-License-Identifier: Apache-2.0
package import WatcherCore
import WatcherDatabase
import WatcherStore

/// The check for pipelines whose data is too old.
package struct FreshnessService: Sendable {
    /// How many pipelines one transaction reads.
    private static let page: Int64 = 1000

    private let ledger: Ledger

    /// Makes a service.
    package init(_ ledger: Ledger) {
        self.ledger = ledger
    }

    /// What a check has found.
    package struct Outcome: Sendable, Equatable {
        /// Every pipeline whose data is too old, by id.
        package internal(set) var stale: [StalePipeline] = []
        /// The names of the pipelines whose data was too old, and is not any more as this check has found.
        package internal(set) var restored: [String] = []

        /// Makes the outcome of a check that found nothing.
        package init() {}

        /// Those of ``stale`` that no check has found before.
        package var new: [StalePipeline] { self.stale.filter(\.isNew) }
    }

    /// A pipeline whose data is too old.
    package struct StalePipeline: Sendable, Equatable {
        /// Its id.
        package let id: Int64
        /// Its name.
        package let name: String
        /// How its data is too old.
        package let staleness: FreshnessRule.Staleness
        /// Whether this check is the first to find it.
        package internal(set) var isNew: Bool
    }

    /// Asks for a check, which a worker makes soon.
    ///
    /// - Parameter reply: how to answer.
    /// - Returns: the answer.
    /// - Throws: ``ServiceError``
    package func request(_ reply: Reply<Void>) async throws -> Answer {
        try await self.ledger.write(reply) { transaction, now in
            try JobStore(transaction).enqueue(.freshness, now: now)
        }
    }

    /// Makes the check that a job asks for.
    package func run(_ job: Job) async throws {
        try await self.check(finishing: job)
    }

    /// Looks at every pipeline, notes what it finds, and tells people what is new.
    ///
    /// A pipeline is found once for each time its data last changed, also when two servers look at once. What was found
    /// is noted in the transaction that raises the alert and ends the job, so a check that is killed has done all of
    /// that or nothing, and can be made again. A pipeline that is found, and then muted or set inactive, is not fresh
    /// for that: people are told so only when a check finds it fresh.
    ///
    /// - Parameter job: the job that asks for the check; it is done with it.
    /// - Returns: what was found.
    /// - Throws: ``ServiceError``
    @discardableResult
    package func check(finishing job: Job? = nil) async throws -> Outcome {
        let now = self.ledger.now()
        var outcome = Outcome()
        var restored: [Int64: String] = [:]
        let open = try await self.ledger.read { try FreshnessLogStore($0).openPipelines() }
        var last: Int64 = 0
        while true {
            let page = try await self.ledger.read { [last] transaction in
                try MonitoredPipelineStore(transaction).page(after: last, limit: Self.page)
            }
            for pipeline in page {
                switch FreshnessRule.judge(pipeline, now: now) {
                case .inactive, .muted, .noThreshold: break
                case .fresh: if open.contains(pipeline.id) { restored[pipeline.id] = pipeline.name }
                case .stale(let staleness):
                    outcome.stale.append(
                        StalePipeline(id: pipeline.id, name: pipeline.name, staleness: staleness, isNew: false)
                    )
                }
            }
            guard let id = page.last?.id, page.count == Self.page else { break }
            last = id
        }
        guard job != nil || !outcome.stale.isEmpty || !restored.isEmpty else { return outcome }
        return try await self.record(outcome, restored, checkedAt: now, job)
    }

    private func record(
        _ outcome: Outcome,
        _ restored: [Int64: String],
        checkedAt: Timestamp,
        _ job: Job?
    ) async throws -> Outcome {
        try await self.ledger.write { transaction, now in
            var outcome = outcome
            let log = FreshnessLogStore(transaction)
            let alerts = AlertStore(transaction)
            let new = try log.add(
                outcome.stale.map { FreshnessLogStore.Finding(pipelineID: $0.id, staleness: $0.staleness) },
                now: now
            )
            for index in outcome.stale.indices { outcome.stale[index].isNew = new.contains(outcome.stale[index].id) }
            if !new.isEmpty { try alerts.raise(Self.alert(outcome.new, now: checkedAt), now: now) }
            let resolved = try log.resolve(restored.keys.sorted(), now: now)
            outcome.restored = resolved.sorted().compactMap { restored[$0] }
            if !resolved.isEmpty { try alerts.raise(Self.notice(outcome.restored), now: now) }
            if let job { try JobStore(transaction).finish(job) }
            return outcome
        }
    }

    private static func alert(_ stale: [StalePipeline], now: Timestamp) -> Alert {
        let details = stale.map { pipeline in
            let staleness = pipeline.staleness
            let change = staleness.hasLoaded ? "last changed" : "never loaded, created"
            return Alert.Detail(
                pipeline.name,
                "\(change) \(staleness.lastChange.text), expected within \(staleness.limit.text), "
                    + "overdue by \(now.elapsed(since: staleness.deadline))"
            )
        }
        return Alert(
            .warning,
            "Freshness Check Failed",
            "\(FindingList.count(stale.count, "pipeline")) overdue: the data has not changed in time",
            details: FindingList.details(details)
        )
    }

    private static func notice(_ names: [String]) -> Alert {
        Alert(
            .info,
            "Freshness Restored",
            "\(FindingList.count(names.count, "pipeline")) fresh again",
            details: FindingList.details(names.map { Alert.Detail($0, "fresh again") })
        )
    }
}
