// SPDX-License-Identifier: Apache-2.0
package import WatcherCore
import WatcherStore

/// Tells what runs, what ended last, and what people were told.
package struct OverviewService: Sendable {
    private let ledger: Ledger

    /// Makes a service.
    package init(_ ledger: Ledger) {
        self.ledger = ledger
    }

    /// Reads the overview, as of one moment; its cost does not depend on how many executions there are.
    ///
    /// - Returns: the overview.
    /// - Throws: ``ServiceError``
    package func overview() async throws -> Overview {
        try await self.ledger.read { transaction, now in
            let store = ExecutionStore(transaction)
            func newest(_ status: ExecutionStatus) throws -> [NamedExecution] {
                var filter = ExecutionFilter()
                filter.status = status
                return try store.list(filter, limit: Int64(Overview.mostExecutions))
            }
            let ended = try [ExecutionStatus.succeeded, .failed, .lost].flatMap(newest).sorted { left, right in
                (left.execution.startDate, left.execution.id) > (right.execution.startDate, right.execution.id)
            }
            return Overview(
                now: now,
                running: try newest(.running),
                ended: Array(ended.prefix(Overview.mostExecutions)),
                alerts: try AlertStore(transaction).newest(limit: Int64(Overview.mostAlerts)).map { entry in
                    Overview.RaisedAlert(stored: entry.alert, isDelivered: entry.sentAt != nil)
                },
                stalePipelines: try FreshnessLogStore(transaction).openPipelines().count
            )
        }
    }
}
