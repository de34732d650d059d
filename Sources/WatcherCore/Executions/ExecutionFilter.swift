// SPDX-License-Identifier: Apache-2.0

/// An execution with the name of its pipeline, and its lease.
package struct NamedExecution: Sendable, Equatable {
    /// The execution.
    package let execution: Execution
    /// The name of its pipeline.
    package let pipelineName: String
    /// Its lease, while it runs; `nil` when it never sent a heartbeat.
    package let lease: ExecutionLease?

    /// Makes an execution with a name.
    package init(execution: Execution, pipelineName: String, lease: ExecutionLease?) {
        self.execution = execution
        self.pipelineName = pipelineName
        self.lease = lease
    }
}

/// Which executions a list shall hold; every condition that is there must hold.
package struct ExecutionFilter: Sendable, Equatable {
    /// Of this pipeline.
    package var pipelineID: Int64?
    /// In this status.
    package var status: ExecutionStatus?
    /// Children of this execution.
    package var parentID: Int64?
    /// Started at this moment or later.
    package var since: Timestamp?
    /// Started before this moment.
    package var until: Timestamp?
    /// Started before this one: where the last page ended.
    package var before: StartOrder?

    /// Makes a filter that lets everything through.
    package init() {}
}
