// SPDX-License-Identifier: Apache-2.0
package import Logging
package import WatcherCore
import WatcherStore

/// Sends alerts that have been raised.
package struct AlertService: Sendable {
    private let ledger: Ledger
    private let notifier: (any Notifier)?
    private let logger: Logger

    /// Makes the service.
    ///
    /// - Parameters:
    ///   - ledger: where the alerts are.
    ///   - notifier: where they go; without one they are logged only.
    ///   - logger: told each alert when it has been sent.
    package init(_ ledger: Ledger, notifier: (any Notifier)?, logger: Logger) {
        self.ledger = ledger
        self.notifier = notifier
        self.logger = logger
    }

    /// Sends an alert, unless it has been sent, and finishes the job.
    ///
    /// No transaction is open while the alert is under way. A server that is killed between the place's answer and the
    /// commit leaves the alert unsent, and the next try sends it again: the place tells by its id that it is the same.
    ///
    /// - Parameter job: what a worker has taken, with work of the kind `alert`.
    /// - Throws: what the notifier threw, or ``ServiceError``; nothing is changed then, and the job is to be run again.
    package func run(_ job: Job) async throws {
        guard case .alert(let id) = job.work else {
            throw ServiceError(
                .failed,
                "The job \(job.id) is of the kind \(job.work.kind.rawValue), and sends no alert"
            )
        }
        // Nothing is sent for an alert that is gone, or was sent by a worker that lost the job before it was done.
        let entry = try await self.ledger.read { try AlertStore($0).find(id: id) }
        if let entry, entry.sentAt == nil {
            try await self.notifier?.send(entry.alert)
            // Before the commit: said twice in the worst case, rather than not at all.
            self.log(entry.alert)
        }
        try await self.ledger.write { transaction, now in
            try AlertStore(transaction).markSent(id: id, now: now)
            try JobStore(transaction).finish(job)
        }
    }

    private func log(_ stored: StoredAlert) {
        let alert = stored.alert
        self.logger.log(
            level: alert.level.logLevel,
            "\(alert.title)",
            metadata: [
                "alert": "\(stored.id)",
                "message": "\(alert.message)",
                "details": .dictionary(
                    Dictionary(alert.details.map { ($0.key, "\($0.value)") }, uniquingKeysWith: { "\($0), \($1)" })
                ),
                "sent": "\(self.notifier != nil)",
            ]
        )
    }
}

extension Alert.Level {
    /// The level at which it is logged.
    fileprivate var logLevel: Logger.Level {
        switch self {
        case .info: .info
        case .warning: .warning
        case .error: .error
        case .critical: .critical
        }
    }
}
