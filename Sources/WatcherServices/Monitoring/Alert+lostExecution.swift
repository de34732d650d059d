// SPDX-License-Identifier: Apache-2.0
import WatcherCore

extension Alert {
    /// What people are told of an execution that has missed its lease.
    init(lost execution: Execution, of pipelineName: String, missing lease: ExecutionLease) {
        var details: [Detail] = [
            Detail("Pipeline", pipelineName),
            Detail("Execution", "\(execution.id)"),
            Detail("Started", execution.startDate.text),
            Detail("Last heartbeat", lease.heartbeatAt.text),
            Detail("Lease until", lease.expiresAt.text),
        ]
        if let progress = lease.progress { details.append(Detail("Progress", "\(Int((progress * 100).rounded())) %")) }
        if let message = lease.message, !message.isEmpty { details.append(Detail("Last message", message)) }
        self.init(
            .warning,
            "Execution lost",
            """
            Execution \(execution.id) of pipeline '\(pipelineName)' has sent no heartbeat within its lease. \
            Whether it ended, and how, is not known; a report of its end still counts.
            """,
            details: details
        )
    }
}
