// SPDX-License-Identifier: Apache-2.0
import WatcherCore
import WatcherServices
import WatcherWire

extension ExecutionStart {
    init(_ request: StartExecutionRequest) {
        self.init(
            pipelineID: request.pipelineID,
            startDate: request.startDate.map(Timestamp.init),
            watermark: request.watermark?.text,
            nextWatermark: request.nextWatermark?.text,
            parentID: request.parentID
        )
    }
}

extension ExecutionReport {
    init(_ request: EndExecutionRequest) {
        self.init(
            endDate: Timestamp(request.endDate),
            completedSuccessfully: request.completedSuccessfully,
            inserts: request.inserts,
            updates: request.updates,
            softDeletes: request.softDeletes,
            totalRows: request.totalRows,
            metadata: request.executionMetadata?.description
        )
    }
}

extension Heartbeat {
    init(_ request: HeartbeatRequest) {
        self.init(progress: request.progress.update, message: request.message.update)
        if let leaseSeconds = request.leaseSeconds { self.leaseSeconds = leaseSeconds }
    }
}

extension HeartbeatResponse {
    init(_ lease: ExecutionLease) {
        self.init(
            at: WireTimestamp(lease.heartbeatAt),
            expiresAt: WireTimestamp(lease.expiresAt),
            progress: lease.progress,
            message: lease.message
        )
    }
}

extension ExecutionStatus {
    init(_ wire: WireExecutionStatus) {
        switch wire {
        case .running: self = .running
        case .succeeded: self = .succeeded
        case .failed: self = .failed
        case .lost: self = .lost
        }
    }
}

extension WireExecutionStatus {
    init(_ status: ExecutionStatus) {
        switch status {
        case .running: self = .running
        case .succeeded: self = .succeeded
        case .failed: self = .failed
        case .lost: self = .lost
        }
    }
}

extension ExecutionResponse {
    init(_ named: NamedExecution, children: [ExecutionResponse] = []) {
        let execution = named.execution
        self.init(
            id: execution.id,
            parentID: execution.parentID,
            pipelineID: execution.pipelineID,
            pipelineName: named.pipelineName,
            status: WireExecutionStatus(execution.status),
            startDate: WireTimestamp(execution.startDate),
            endDate: execution.report.map { WireTimestamp($0.endDate) },
            durationSeconds: execution.figures?.durationSeconds,
            completedSuccessfully: execution.report?.completedSuccessfully,
            inserts: execution.report?.inserts,
            updates: execution.report?.updates,
            softDeletes: execution.report?.softDeletes,
            totalRows: execution.report?.totalRows,
            watermark: execution.watermark,
            nextWatermark: execution.nextWatermark,
            executionMetadata: execution.report?.metadata,
            anomalyFlags: execution.anomalyFlags,
            throughput: execution.figures?.throughput,
            heartbeat: named.lease.map(HeartbeatResponse.init),
            childExecutions: children
        )
    }

    init(_ tree: ExecutionService.Tree) {
        let children = Dictionary(grouping: tree.descendants) { $0.execution.parentID }
        func response(_ named: NamedExecution) -> ExecutionResponse {
            ExecutionResponse(named, children: (children[named.execution.id] ?? []).map(response))
        }
        self = response(tree.root)
    }
}

extension ExecutionPage {
    init(_ page: ExecutionService.Page) {
        self.init(data: page.executions.map { ExecutionResponse($0) }, nextCursor: page.next.map(\.cursor))
    }
}

extension StartOrder {
    /// The place in a list as clients send it back; they are not told what it means.
    var cursor: String { "\(self.startDate.microseconds)_\(self.executionID)" }

    /// Reads a place in a list.
    init?(cursor: String) {
        let parts = cursor.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 2, let microseconds = Int64(parts[0]), let id = Int64(parts[1]) else { return nil }
        self.init(startDate: Timestamp(microseconds: microseconds), executionID: id)
    }
}
