// SPDX-License-Identifier: Apache-2.0
package import WatcherCore
package import WatcherDatabase

/// The table that remembers what people have been told of the queue, whichever server told them.
package struct QueueAlarmStore {
    private static let name = "jobs"

    private let transaction: Transaction

    /// Works in a transaction.
    package init(_ transaction: Transaction) {
        self.transaction = transaction
    }

    /// Notes that it has become as bad as this.
    ///
    /// - Returns: whether it was better before: of several servers that note it at once, one is told so.
    /// - Throws: ``DatabaseError``
    package func rise(to severity: QueueSeverity) throws -> Bool {
        try self.transaction.run(
            """
            INSERT INTO queue_alarm (name, severity) VALUES (\(Self.name), \(severity.rawValue))
            ON CONFLICT (name) DO UPDATE SET severity = excluded.severity
            WHERE queue_alarm.severity < excluded.severity
            """
        ) == 1
    }

    /// Notes that it has become no worse than this.
    package func settle(at severity: QueueSeverity) throws {
        try self.transaction.run(
            """
            UPDATE queue_alarm SET severity = \(severity.rawValue)
            WHERE name = \(Self.name) AND severity > \(severity.rawValue)
            """
        )
    }
}
