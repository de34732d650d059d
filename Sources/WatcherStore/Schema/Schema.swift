// SPDX-License-Identifier: Apache-2.0
package import WatcherDatabase

/// The schema: every step it took to become what it is.
///
/// Steps are added, never changed.
package enum Schema {
    /// All steps in their order.
    package static let migrations: [Migration] = [
        pipelines, addresses, executions, idempotencyKeys, jobs, alerts, leases, checks, anomalies, tokens,
    ]
}
