// SPDX-License-Identifier: Apache-2.0
package import WatcherCore
import WatcherDatabase
import WatcherStore

/// Tells how the ledger of a running server is.
package struct DiagnosticsService: Sendable {
    private let ledger: Ledger

    /// Makes a service.
    package init(_ ledger: Ledger) {
        self.ledger = ledger
    }

    /// Looks at what ``LedgerDiagnosis`` looks at, and counts what there is to do.
    ///
    /// The database itself is not looked into, as 'watcher doctor' does: that may read all of it.
    ///
    /// - Returns: what was found.
    /// - Throws: ``ServiceError``
    package func report() async throws -> LedgerReport {
        let database = self.ledger.database
        let findings: [Diagnosis]
        do {
            findings = try await LedgerDiagnosis(database: database, now: self.ledger.now).findings()
        } catch let error as DatabaseError {
            throw ServiceError(error)
        }
        // Before the next read, which is not to count itself.
        let (writer, readers) = (database.writerStatistics, database.readerStatistics)
        return try await self.ledger.read { transaction, now in
            let schedules = try DiagnosisStore(transaction).schedules()
            return LedgerReport(
                database: transaction.dialect.productName,
                findings: findings.map { finding in
                    .init(finding.level.reported, finding.subject, finding.finding, remedy: finding.remedy)
                },
                steps: try Self.steps(transaction),
                jobs: try Self.jobs(transaction),
                queue: QueueReport(
                    counts: try JobStore(transaction).counts(except: nil, now: now),
                    schedules: Int64(schedules.count)
                ),
                schedules: schedules.map { .init(name: $0.name, firedAt: $0.firedAt) },
                load: .init(
                    writesWaiting: writer.waiting,
                    readsInProgress: readers.inProgress,
                    readLimit: readers.limit
                )
            )
        }
    }

    private static func steps(_ transaction: Transaction) throws -> [LedgerReport.Step] {
        let names = Dictionary(uniqueKeysWithValues: Schema.migrations.map { ($0.id, $0.name) })
        do {
            return try Migrator(Schema.migrations).takenSteps(transaction).map { step in
                .init(id: step.id, name: names[step.id] ?? "", takenAt: Timestamp(microseconds: step.appliedAt))
            }
        } catch let error as DatabaseError where error.code == .schema {
            // A newer server has taken more: the findings say so.
            return []
        }
    }

    private static func jobs(_ transaction: Transaction) throws -> [LedgerReport.Jobs] {
        try MetricsStore(transaction).jobs().reduce(into: []) { all, count in
            if all.last?.kind != count.kind { all.append(LedgerReport.Jobs(kind: count.kind)) }
            let last = all.count - 1
            switch count.state {
            case .waiting: all[last].waiting = count.count
            case .running: all[last].running = count.count
            case .parked: all[last].parked = count.count
            }
        }
    }
}

extension Diagnosis.Level {
    fileprivate var reported: LedgerReport.Level {
        switch self {
        case .ok: .ok
        case .warning: .warning
        case .problem: .problem
        }
    }
}
