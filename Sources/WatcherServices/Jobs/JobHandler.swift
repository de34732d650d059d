// SPDX-License-Identifier: Apache-2.0
package import Logging
package import WatcherCore

/// Does the jobs of one kind.
package protocol JobHandler: Sendable {
    /// Does a job, and takes it off the table (`JobStore.finish`) in the transaction of its effect: however often it is
    /// begun, the effect is there once.
    ///
    /// It should end soon when its task is cancelled, which happens when the server ends or the job has been lost.
    ///
    /// - Parameter job: the job, which is this worker's as long as it runs.
    /// - Throws: why it was not done: it is tried again later.
    func run(_ job: Job) async throws
}

/// Who does which jobs.
package struct JobHandlers: Sendable {
    private let freshness: any JobHandler
    private let timeliness: any JobHandler
    private let anomalies: any JobHandler
    private let alert: any JobHandler
    private let queueMonitor: any JobHandler

    /// Names a handler for each kind.
    package init(
        freshness: any JobHandler,
        timeliness: any JobHandler,
        anomalies: any JobHandler,
        alert: any JobHandler,
        queueMonitor: any JobHandler
    ) {
        self.freshness = freshness
        self.timeliness = timeliness
        self.anomalies = anomalies
        self.alert = alert
        self.queueMonitor = queueMonitor
    }

    /// Names those of a server.
    ///
    /// - Parameters:
    ///   - ledger: where the jobs are, and what they are about.
    ///   - notifier: where alerts go; without one they are logged only.
    ///   - logger: told each alert when it has been sent.
    package init(_ ledger: Ledger, notifier: (any Notifier)?, logger: Logger) {
        self.init(
            freshness: FreshnessService(ledger),
            timeliness: TimelinessService(ledger),
            anomalies: AnomalyService(ledger),
            alert: AlertService(ledger, notifier: notifier, logger: logger),
            queueMonitor: QueueMonitorService(ledger)
        )
    }

    /// Has the handler of its kind do a job.
    ///
    /// - Throws: what the handler threw.
    package func run(_ job: Job) async throws {
        switch job.work {
        case .freshness: try await self.freshness.run(job)
        case .timeliness: try await self.timeliness.run(job)
        case .anomalies: try await self.anomalies.run(job)
        case .alert: try await self.alert.run(job)
        case .queueMonitor: try await self.queueMonitor.run(job)
        }
    }
}

extension FreshnessService: JobHandler {}
extension TimelinessService: JobHandler {}
extension AnomalyService: JobHandler {}
extension AlertService: JobHandler {}
