// SPDX-License-Identifier: Apache-2.0

/// What an execution says of itself while it runs.
package struct Heartbeat: Sendable, Equatable {
    /// For how long it may then be silent, in seconds.
    package var leaseSeconds: Int64
    /// How much of the work is done, 0 to 1.
    package var progress: Update<Double>
    /// What it is doing, for people.
    package var message: Update<String>

    /// Makes a heartbeat.
    package init(leaseSeconds: Int64 = 60, progress: Update<Double> = .keep, message: Update<String> = .keep) {
        self.leaseSeconds = leaseSeconds
        self.progress = progress
        self.message = message
    }
}

/// What is known of a running execution by its heartbeats.
package struct ExecutionLease: Sendable, Equatable {
    /// When the last heartbeat was received.
    package let heartbeatAt: Timestamp
    /// Up to when the execution counts as alive.
    package let expiresAt: Timestamp
    /// How much of the work is done, 0 to 1; `nil` when it never said.
    package let progress: Double?
    /// What it is doing, for people; `nil` when it never said.
    package let message: String?

    /// Takes what is stored.
    package init(heartbeatAt: Timestamp, expiresAt: Timestamp, progress: Double?, message: String?) {
        self.heartbeatAt = heartbeatAt
        self.expiresAt = expiresAt
        self.progress = progress
        self.message = message
    }
}
