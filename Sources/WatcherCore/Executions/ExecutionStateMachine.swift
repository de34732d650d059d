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
}
