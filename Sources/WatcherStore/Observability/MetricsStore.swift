// SPDX-License-Identifier: Apache-2.0
package import WatcherCore
package import WatcherDatabase

/// Counts what the ledger holds, for those who watch over the server.
package struct MetricsStore {
    private let transaction: Transaction

    /// Works in a transaction.
    package init(_ transaction: Transaction) {
        self.transaction = transaction
    }

    /// How many executions there are in each status; reads an index from end to end.
    package func executions() throws -> [(status: ExecutionStatus, count: Int64)] {
        try self.transaction.all("SELECT status, count(*) FROM pipeline_execution GROUP BY status ORDER BY status") {
            (status: try $0.next(), count: try $0.next())
        }
    }

    /// How many jobs of each kind there are in each state.
    ///
    /// The kinds are as stored: a newer server may have added some that this one does not know.
    package func jobs() throws -> [(kind: String, state: JobState, count: Int64)] {
        try self.transaction.all("SELECT kind, state, count(*) FROM job GROUP BY kind, state ORDER BY kind, state") {
            (kind: try $0.next(), state: try $0.next(), count: try $0.next())
        }
    }
}
