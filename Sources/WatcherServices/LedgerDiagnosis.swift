// SPDX-License-Identifier: Apache-2.0
package import WatcherCore
package import WatcherDatabase
import WatcherStore

/// Looks for what is wrong with a ledger, and says what to do about it; changes nothing.
package struct LedgerDiagnosis: Sendable {
    /// How late a job or a schedule may be before somebody should look: 10 minutes.
    private static let jobPatience: Int64 = 600 * 1_000_000
    /// After this time without firing nobody runs the schedule, unless it is a rare one: 25 hours.
    private static let schedulePatience: Int64 = 25 * 3600 * 1_000_000
    /// So many keys that nobody needs any more tell that nobody deletes them.
    private static let manyKeys: Int64 = 10_000
    /// How many parked jobs are named one by one.
    private static let mostNamed: Int64 = 5

    private let database: any Database
    private let schedules: [String: CronSchedule?]
    private let now: @Sendable () -> Timestamp

    /// Makes a diagnosis.
    ///
    /// - Parameters:
    ///   - database: what may be a ledger.
    ///   - schedules: the schedules by which servers fire, `nil` for never; one that is not named is judged by a day.
    ///   - now: the clock.
    package init(
        database: any Database,
        schedules: [String: CronSchedule?] = [:],
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.database = database
        self.schedules = schedules
        self.now = now
    }

    /// Looks at the schema and, when it is this program's, at jobs, schedules and keys.
    ///
    /// - Returns: what was found, good and bad.
    /// - Throws: ``DatabaseError``
    package func findings() async throws -> [Diagnosis] {
        let now = self.now()
        do {
            return try await self.database.read { transaction in
                let (schema, isCurrent) = try Self.schema(transaction)
                guard isCurrent else { return [schema] }
                let store = DiagnosisStore(transaction)
                return try [schema] + Self.jobs(store, now) + self.lateness(store, now) + [Self.keys(store, now)]
            }
        } catch let error as DatabaseError where error.code == .foreign {
            // Out here, because a statement may have failed, after which PostgreSQL lets a transaction do nothing.
            return [.problem("schema", error.message, remedy: "name another file or database with --database")]
        }
    }

    /// Whether the tables are those that this program knows.
    private static func schema(_ transaction: Transaction) throws -> (Diagnosis, isCurrent: Bool) {
        if try CopyProgressStore(transaction).isUnderway() {
            let remedy = "run the same 'watcher copy' again, which goes on where it ended; until then no server starts"
            return (.problem("schema", "the database holds an unfinished copy", remedy: remedy), false)
        }
        let migrator = Migrator(Schema.migrations)
        let taken: [TakenStep]
        let pending: [Migration]
        do {
            (taken, pending) = (try migrator.takenSteps(transaction), try migrator.pendingSteps(transaction))
        } catch let error as DatabaseError where error.code == .schema {
            return (.problem("schema", error.message, remedy: "install that version of the program"), false)
        }
        guard let next = pending.first else {
            return (.ok("schema", "up to date (step \(taken.last?.id ?? 0))"), true)
        }
        let finding =
            taken.isEmpty
            ? "there is no ledger in the database yet"
            : "\(pending.count) steps are missing, from step \(next.id) (\(next.name)) on"
        return (.warning("schema", finding, remedy: "run 'watcher migrate'"), false)
    }

    private static func jobs(_ store: DiagnosisStore, _ now: Timestamp) throws -> [Diagnosis] {
        var findings: [Diagnosis] = []
        let parked = try store.parkedJobCount()
        if parked > 0 {
            let named = try store.parkedJobs(limit: Self.mostNamed).map { job in
                "\(job.id) (\(job.kind)\(job.lastError.map { ": \($0)" } ?? ""))"
            }
            let more = parked > Self.mostNamed ? " and \(parked - Self.mostNamed) more" : ""
            findings.append(
                .problem(
                    "jobs",
                    "\(parked) parked after their last try: \(named.joined(separator: ", "))\(more)",
                    remedy: "see to the cause, and have them done again with 'watcher jobs'"
                )
            )
        }
        let overdue = try store.overdueJobs(before: now.advanced(byMicroseconds: -Self.jobPatience))
        if let oldest = overdue.oldest, overdue.count > 0 {
            let minutes = (now.microseconds - oldest.microseconds) / 60_000_000
            findings.append(
                .problem(
                    "jobs",
                    "\(overdue.count) overdue, the first since \(minutes) minutes: checks and alerts are not done",
                    remedy: "run 'watcher serve', or give it more jobs.workers"
                )
            )
        }
        return findings.isEmpty ? [.ok("jobs", "none is parked or overdue")] : findings
    }

    /// Which schedules nobody fires; the ledger knows when each fired last or, before that, was first seen.
    private func lateness(_ store: DiagnosisStore, _ now: Timestamp) throws -> [Diagnosis] {
        let schedules = try store.schedules()
        let late = schedules.compactMap { self.late($0.name, $0.firedAt, now) }
        guard late.isEmpty else { return late }
        guard !schedules.isEmpty else { return [.ok("schedules", "no server has seen any yet")] }
        return [.ok("schedules", "none is late: \(schedules.map(\.name).joined(separator: ", "))")]
    }

    private func late(_ name: String, _ firedAt: Timestamp, _ now: Timestamp) -> Diagnosis? {
        switch self.schedules[name] {
        case .some(.none): return nil
        case .some(.some(let schedule)):
            guard let due = schedule.next(after: firedAt) else { return nil }
            let late = now.microseconds - due.microseconds
            guard late > Self.jobPatience else { return nil }
            return .warning(
                "schedules",
                "\(name) was to fire \(late / 60_000_000) minutes ago, by its schedule '\(schedule)', and has not",
                remedy: "run 'watcher serve'; when it runs, look into its log"
            )
        case .none:
            let silence = now.microseconds - firedAt.microseconds
            guard silence > Self.schedulePatience else { return nil }
            return .warning(
                "schedules",
                "\(name) last fired, or was first seen, \(silence / 3_600_000_000) hours ago",
                remedy: "run 'watcher serve', unless the schedule is off or rarer than daily"
            )
        }
    }

    private static func keys(_ store: DiagnosisStore, _ now: Timestamp) throws -> Diagnosis {
        let limit = now.advanced(byMicroseconds: -Ledger.keyLifetimeMicroseconds - Self.jobPatience)
        let count = try store.keys(before: limit, limit: Self.manyKeys)
        guard count >= Self.manyKeys else { return .ok("keys", "expired idempotency keys are deleted") }
        return .warning(
            "keys",
            "\(Self.manyKeys) idempotency keys or more have expired and are still there",
            remedy: "let 'watcher serve' run, which deletes them; when it does, look into its log"
        )
    }
}
