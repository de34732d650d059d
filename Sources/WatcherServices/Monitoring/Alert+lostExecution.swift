// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import WatcherCore

extension Alert {
    /// What people are told of an execution that has missed its lease.
    init(lost execution: Execution, of pipelineName: String, missing lease: ExecutionLease) {
        var details: [Detail] = [
            Detail("Pipeline", pipelineName),
            Detail("Execution", "\(execution.id)"),
            Detail("Started", Self.text(execution.startDate)),
            Detail("Last heartbeat", Self.text(lease.heartbeatAt)),
            Detail("Lease until", Self.text(lease.expiresAt)),
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

    /// A moment in UTC to the second: `2025-01-10T00:10:00Z`.
    private static func text(_ moment: Timestamp) -> String {
        Date(timeIntervalSince1970: Double(moment.microseconds) / 1e6).formatted(.iso8601)
    }
}
