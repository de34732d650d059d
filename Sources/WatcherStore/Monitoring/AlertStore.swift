// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
package import WatcherCore
package import WatcherDatabase

/// The table of alerts.
package struct AlertStore {
    private let transaction: Transaction

    /// Works in a transaction.
    package init(_ transaction: Transaction) {
        self.transaction = transaction
    }

    /// Stores an alert, and adds the job that sends it.
    ///
    /// In the transaction that stores what was found, so that nothing is told twice or forgotten.
    ///
    /// - Parameters:
    ///   - alert: what people are told.
    ///   - now: the time.
    /// - Throws: ``DatabaseError``
    package func raise(_ alert: Alert, now: Timestamp) throws {
        let id = try self.transaction.insert(
            """
            INSERT INTO alert (level, title, message, details, raised_at)
            VALUES (\(alert.level), \(alert.title), \(alert.message), \(try Self.json(alert.details)), \(now))
            """
        )
        guard let id else { throw DatabaseError(.decoding, "an alert was stored without an id") }
        try JobStore(self.transaction).enqueue(.alert(id: id), now: now)
    }

    /// The details as JSON text: a list of pairs, because their order matters.
    private static func json(_ details: [Alert.Detail]) throws -> String {
        String(decoding: try JSONEncoder().encode(details.map { [$0.key, $0.value] }), as: UTF8.self)
    }
}

extension Alert.Level: SQLConvertible {}
