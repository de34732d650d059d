// SPDX-License-Identifier: Apache-2.0

/// The life of an execution: what may happen to it, and what is to be done then.
package enum ExecutionStateMachine {
    /// What a report of an end leads to.
    package enum EndAction: Sendable, Equatable {
        /// The end is recorded, and the pipeline follows when it was a success.
        case record(ExecutionStatus, ExecutionFigures)
        /// The same has been recorded already: a retry whose first answer got lost. Nothing changes.
        case alreadyRecorded
        /// Another end has been recorded already. Nothing changes, so that a late report never undoes an end.
        case refuseAlreadyEnded
        /// The end lies before the start. Nothing changes.
        case refuseEndBeforeStart
    }

    /// Decides what a report of an end leads to.
    ///
    /// A lost execution accepts its true end whenever it comes: being lost only means that nobody knew.
    package static func end(_ execution: Execution, with report: ExecutionReport) -> EndAction {
        switch execution.status {
        case .running, .lost:
            guard report.endDate >= execution.startDate else { return .refuseEndBeforeStart }
            let figures = ExecutionFigures(startDate: execution.startDate, report: report)
            return .record(report.completedSuccessfully ? .succeeded : .failed, figures)
        case .succeeded, .failed:
            return execution.report == report ? .alreadyRecorded : .refuseAlreadyEnded
        }
    }

    /// Whether a heartbeat renews the lease of an execution of this status.
    ///
    /// What has ended, or is lost, stays as it is: a late heartbeat neither revives nor ends anything.
    package static func acceptsHeartbeat(_ status: ExecutionStatus) -> Bool {
        switch status {
        case .running: true
        case .succeeded, .failed, .lost: false
        }
    }

    /// The end of an execution that has missed its lease: it was alive up to its last heartbeat, and more is not known.
    ///
    /// - Parameters:
    ///   - execution: the execution.
    ///   - lease: the lease that it has missed.
    /// - Returns: what is recorded; `nil` when the execution no longer runs. The start may be later than the heartbeat,
    ///   because clients say it; then it is the end too.
    package static func lose(
        _ execution: Execution,
        missing lease: ExecutionLease
    ) -> (report: ExecutionReport, figures: ExecutionFigures)? {
        guard self.acceptsHeartbeat(execution.status) else { return nil }
        let endDate = max(lease.heartbeatAt, execution.startDate)
        let report = ExecutionReport(endDate: endDate, completedSuccessfully: false)
        return (report, ExecutionFigures(startDate: execution.startDate, report: report))
    }
}
