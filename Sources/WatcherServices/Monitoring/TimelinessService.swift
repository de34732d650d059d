// SPDX-License-Identifier: Apache-2.0
package import WatcherCore
import WatcherDatabase
import WatcherStore

/// The check for executions that take too long.
package struct TimelinessService: Sendable {
    /// How far back a check looks at what has completed, unless told otherwise, in minutes.
    package static let standardLookback: Int64 = 60

    /// How many pipelines one transaction reads.
    private static let pipelinePage: Int64 = 500
    /// How many parts of the index one statement reads, and how many executions of each.
    private static let windowsAtOnce = 50
    private static let windowPage: Int64 = 200
    /// How many findings one transaction notes, and one alert tells of; far more than there should ever be at once.
    private static let findingsAtOnce = 2000

    private let ledger: Ledger

    /// Makes a service.
    package init(_ ledger: Ledger) {
        self.ledger = ledger
    }

    /// What a check has found.
    package struct Outcome: Sendable, Equatable {
        /// How many executions ``late`` holds at most.
        package static let listed = 10_000

        /// How many executions are late.
        package internal(set) var count = 0
        /// How many of them no check has found before.
        package internal(set) var newCount = 0
        /// The executions that are late, those that were found before first; not more than ``listed``.
        package internal(set) var late: [LateExecution] = []

        /// Makes the outcome of a check that found nothing.
        package init() {}

        fileprivate mutating func append(_ execution: LateExecution) {
            self.count += 1
            self.newCount += execution.isNew ? 1 : 0
            if self.late.count < Self.listed { self.late.append(execution) }
        }
    }

    /// An execution that takes, or took, too long.
    package struct LateExecution: Sendable, Equatable {
        /// Its id.
        package let id: Int64
        /// Its pipeline.
        package let pipelineID: Int64
        /// The name of its pipeline.
        package let pipelineName: String
        /// When it began and ended.
        package let course: TimelinessRule.Course
        /// How long it may take.
        package let limit: TimeLimit
        /// When it should have completed at the latest.
        package let deadline: Timestamp
        /// Whether this check is the first to find it.
        package internal(set) var isNew: Bool
    }

    /// Asks for a check, which a worker makes soon.
    ///
    /// - Parameters:
    ///   - lookbackMinutes: how far back it looks at what has completed.
    ///   - reply: how to answer.
    /// - Returns: the answer.
    /// - Throws: ``ServiceError``
    package func request(lookbackMinutes: Int64, _ reply: Reply<Void>) async throws -> Answer {
        try await self.ledger.write(reply) { transaction, now in
            try JobStore(transaction).enqueue(.timeliness(lookbackMinutes: lookbackMinutes), now: now)
        }
    }

    /// Makes the check that a job asks for.
    package func run(_ job: Job) async throws {
        guard case .timeliness(let minutes) = job.work else {
            throw ServiceError(.failed, "The job \(job.id) is a \(job.work.kind.rawValue), not a check of timeliness")
        }
        try await self.check(lookbackMinutes: minutes, finishing: job)
    }

    /// Looks at the executions that run, or have completed lately, notes those that are late, and tells people.
    ///
    /// An execution is found once, also when two servers look at once. What was found is noted in the transaction that
    /// raises the alert; the last such transaction ends the job. So a check that is killed can be made again.
    ///
    /// - Parameters:
    ///   - lookbackMinutes: how far back it looks at what has completed.
    ///   - job: the job that asks for the check; it is done with it.
    /// - Returns: what was found.
    /// - Throws: ``ServiceError``
    @discardableResult
    package func check(lookbackMinutes: Int64, finishing job: Job? = nil) async throws -> Outcome {
        let now = self.ledger.now()
        let since = now.advanced(by: 0 &- lookbackMinutes, .minute)
        var outcome = Outcome()
        var unknown: [LateExecution] = []
        var last: Int64 = 0
        while true {
            let page = try await self.ledger.read { [last] transaction in
                try MonitoredPipelineStore(transaction).page(after: last, limit: Self.pipelinePage)
            }
            let pipelines = Dictionary(uniqueKeysWithValues: page.map { ($0.id, $0) })
            var windows = page.flatMap { Self.windows(of: $0, since: since) }
            while !windows.isEmpty {
                let batch = Array(windows.prefix(Self.windowsAtOnce))
                windows.removeFirst(batch.count)
                let candidates = try await self.ledger.read {
                    try TimelinessLogStore($0).candidates(in: batch, limit: Self.windowPage)
                }
                windows += batch.compactMap { $0.next(after: candidates, Self.windowPage) }
                for candidate in candidates {
                    guard let pipeline = pipelines[candidate.pipelineID],
                        let late = Self.judge(candidate, of: pipeline, since: since, now: now)
                    else { continue }
                    if candidate.isKnown { outcome.append(late) } else { unknown.append(late) }
                }
                while unknown.count >= Self.findingsAtOnce {
                    let full = Array(unknown.prefix(Self.findingsAtOnce))
                    unknown.removeFirst(full.count)
                    for late in try await self.record(full, checkedAt: now, nil) { outcome.append(late) }
                }
            }
            guard let id = page.last?.id, page.count == Self.pipelinePage else { break }
            last = id
        }
        guard job != nil || !unknown.isEmpty else { return outcome }
        for late in try await self.record(unknown, checkedAt: now, job) { outcome.append(late) }
        return outcome
    }

    private static func windows(
        of pipeline: MonitoredPipeline,
        since: Timestamp
    ) -> [TimelinessLogStore.Window] {
        guard let limit = TimelinessRule.limit(of: pipeline) else { return [] }
        return ExecutionStatus.allCases.compactMap { status in
            TimelinessRule.earliestStart(of: status, limit, since: since).map {
                // What ended before has its deadline before, too, if it was late.
                TimelinessLogStore.Window(pipelineID: pipeline.id, status: status, from: $0, endedSince: since)
            }
        }
    }

    private static func judge(
        _ candidate: TimelinessLogStore.Candidate,
        of pipeline: MonitoredPipeline,
        since: Timestamp,
        now: Timestamp
    ) -> LateExecution? {
        guard let limit = TimelinessRule.limit(of: pipeline),
            case .late(let deadline) = TimelinessRule.judge(candidate.course, of: pipeline, since: since, now: now)
        else { return nil }
        return LateExecution(
            id: candidate.executionID,
            pipelineID: pipeline.id,
            pipelineName: pipeline.name,
            course: candidate.course,
            limit: limit,
            deadline: deadline,
            isNew: false
        )
    }

    /// Notes late executions, and tells people of those that are new.
    private func record(
        _ late: [LateExecution],
        checkedAt: Timestamp,
        _ job: Job?
    ) async throws -> [LateExecution] {
        try await self.ledger.write { transaction, now in
            // One that ended while the check was under way may be here twice: as it ran, and as it ended.
            let byID = Dictionary(late.map { ($0.id, $0) }) { _, later in later }
            var late = byID.values.sorted { $0.id < $1.id }
            let new = try TimelinessLogStore(transaction).add(
                late.map { TimelinessLogStore.Finding(executionID: $0.id, deadline: $0.deadline) },
                now: now
            )
            for index in late.indices { late[index].isNew = new.contains(late[index].id) }
            if !new.isEmpty {
                try AlertStore(transaction).raise(Self.alert(late.filter(\.isNew), now: checkedAt), now: now)
            }
            if let job { try JobStore(transaction).finish(job) }
            return late
        }
    }

    private static func alert(_ late: [LateExecution], now: Timestamp) -> Alert {
        let details = late.map { execution in
            let end = execution.course.endDate
            let state = end.map { "completed \($0.text)" } ?? "still running"
            return Alert.Detail(
                "\(execution.pipelineName) (execution \(execution.id))",
                "started \(execution.course.startDate.text), \(state), expected within \(execution.limit.text), "
                    + "overdue by \((end ?? now).elapsed(since: execution.deadline))"
            )
        }
        return Alert(
            .warning,
            "Timeliness Check Failed",
            "\(FindingList.count(late.count, "execution")) overdue",
            details: FindingList.details(details)
        )
    }
}

extension TimelinessLogStore.Window {
    /// What is left of the window after a page; `nil` when that was the last.
    fileprivate func next(after candidates: [TimelinessLogStore.Candidate], _ limit: Int64) -> Self? {
        let own = candidates.filter { $0.pipelineID == self.pipelineID && $0.course.status == self.status }
        guard own.count == limit, let last = own.last else { return nil }
        return self.behind(StartOrder(startDate: last.course.startDate, executionID: last.executionID))
    }
}
