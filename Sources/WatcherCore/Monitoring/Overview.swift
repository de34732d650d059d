// SPDX-License-Identifier: Apache-2.0

/// What somebody sees first: what runs, what ended last, and what people were told.
package struct Overview: Sendable, Equatable {
    /// How many executions each list holds at most.
    package static let mostExecutions = 20
    /// How many alerts it holds at most.
    package static let mostAlerts = 10

    /// An alert, and whether people have got it.
    package struct RaisedAlert: Sendable, Equatable {
        /// The alert.
        package let stored: StoredAlert
        /// Whether it has been sent, or logged where there is no place to send it to.
        package let isDelivered: Bool

        /// Makes a raised alert.
        package init(stored: StoredAlert, isDelivered: Bool) {
            self.stored = stored
            self.isDelivered = isDelivered
        }
    }

    /// As of when.
    package let now: Timestamp
    /// Executions that run, the last started first.
    package let running: [NamedExecution]
    /// Executions that have ended in any way, the last started first.
    package let ended: [NamedExecution]
    /// The newest alerts, newest first.
    package let alerts: [RaisedAlert]
    /// How many pipelines a freshness check has found too old, and none fresh since.
    package let stalePipelines: Int

    /// Makes an overview.
    package init(
        now: Timestamp,
        running: [NamedExecution] = [],
        ended: [NamedExecution] = [],
        alerts: [RaisedAlert] = [],
        stalePipelines: Int = 0
    ) {
        self.now = now
        self.running = running
        self.ended = ended
        self.alerts = alerts
        self.stalePipelines = stalePipelines
    }
}
