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

    /// An alert, and whether it is done with.
    package struct Entry: Sendable, Equatable {
        /// The alert.
        package let alert: StoredAlert
        /// When it had been sent; without a place to send it to, when it had been logged.
        package let sentAt: Timestamp?
    }

    private static let columns: SQLStatement = "id, level, title, message, details, raised_at, sent_at"

    /// The alert of an id.
    ///
    /// - Returns: `nil` when there is none.
    /// - Throws: ``DatabaseError``
    package func find(id: Int64) throws -> Entry? {
        try self.transaction.one("SELECT \(Self.columns) FROM alert WHERE id = \(id)", Self.decode)
    }

    /// The newest alerts, the newest of them first.
    ///
    /// - Parameter limit: how many at most.
    /// - Returns: the alerts.
    /// - Throws: ``DatabaseError``
    package func newest(limit: Int64) throws -> [Entry] {
        try self.transaction.all(
            "SELECT \(Self.columns) FROM alert ORDER BY id DESC LIMIT \(limit)",
            Self.decode
        )
    }

    /// Notes that an alert has been sent.
    ///
    /// - Parameters:
    ///   - id: the alert's id.
    ///   - now: the time.
    /// - Throws: ``DatabaseError``
    package func markSent(id: Int64, now: Timestamp) throws {
        try self.transaction.runLater("UPDATE alert SET sent_at = \(now) WHERE id = \(id) AND sent_at IS NULL")
    }

    private static func decode(_ row: inout RowReader) throws -> Entry {
        let id = try row.next(Int64.self)
        let alert = Alert(
            try row.next(),
            try row.next(),
            try row.next(),
            details: try Self.details(try row.next(), of: id)
        )
        return Entry(alert: StoredAlert(id: id, alert: alert, raisedAt: try row.next()), sentAt: try row.next())
    }

    private static func details(_ json: String, of id: Int64) throws -> [Alert.Detail] {
        let failure = DatabaseError(.decoding, "the details of the alert \(id) are not a list of pairs")
        do {
            return try JSONDecoder().decode([[String]].self, from: Data(json.utf8)).map { pair in
                guard pair.count == 2 else { throw failure }
                return Alert.Detail(pair[0], pair[1])
            }
        } catch is DecodingError {
            throw failure
        }
    }

    /// The details as JSON text: a list of pairs, because their order matters.
    private static func json(_ details: [Alert.Detail]) throws -> String {
        String(decoding: try JSONEncoder().encode(details.map { [$0.key, $0.value] }), as: UTF8.self)
    }
}

extension Alert.Level: SQLConvertible {}
