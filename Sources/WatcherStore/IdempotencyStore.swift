// SPDX-License-Identifier: Apache-2.0
package import WatcherCore
package import WatcherDatabase

/// The table of idempotency keys and the answers that were given under them.
package struct IdempotencyStore {
    private let transaction: Transaction

    /// Works in a transaction.
    package init(_ transaction: Transaction) {
        self.transaction = transaction
    }

    /// What was answered under a key.
    package struct Entry: Sendable, Equatable {
        /// A hash of the request.
        package let fingerprint: Int64
        /// The status of the answer.
        package let status: Int64
        /// The body of the answer.
        package let body: String

        /// Makes an entry.
        package init(fingerprint: Int64, status: Int64, body: String) {
            self.fingerprint = fingerprint
            self.status = status
            self.body = body
        }
    }

    /// What was answered under a key since a moment.
    package func find(_ key: String, since: Timestamp) throws -> Entry? {
        try self.transaction.one(
            """
            SELECT fingerprint, answer_status, answer_body FROM idempotency_key
            WHERE name = \(key) AND created_at >= \(since)
            """
        ) { Entry(fingerprint: try $0.next(), status: try $0.next(), body: try $0.next()) }
    }

    /// Notes what is answered under a key, in place of an entry from before a moment.
    ///
    /// - Throws: ``DatabaseError`` with code `conflict`, now or before the commit, when there is an answer since then,
    ///   perhaps one that another server has given while this transaction was under way.
    package func save(_ key: String, _ entry: Entry, since moment: Timestamp, now: Timestamp) throws {
        try self.transaction.runLater(
            """
            INSERT INTO idempotency_key (name, fingerprint, answer_status, answer_body, created_at)
            VALUES (\(key), \(entry.fingerprint), \(entry.status), \(entry.body), \(now))
            ON CONFLICT (name) DO UPDATE SET fingerprint = excluded.fingerprint,
                answer_status = excluded.answer_status, answer_body = excluded.answer_body,
                created_at = excluded.created_at
            WHERE idempotency_key.created_at < \(moment)
            """,
            .oneRow(orElse: DatabaseError(.conflict, "the idempotency key has been answered meanwhile"))
        )
    }

    /// Deletes entries from before a moment.
    ///
    /// - Parameters:
    ///   - moment: the moment.
    ///   - limit: how many at most, so that the writer is not held for long.
    /// - Returns: how many were deleted.
    /// - Throws: ``DatabaseError``
    package func deleteEntries(before moment: Timestamp, limit: Int64) throws -> Int {
        try self.transaction.run(
            """
            DELETE FROM idempotency_key WHERE name IN (
                SELECT name FROM idempotency_key WHERE created_at < \(moment) ORDER BY created_at
                LIMIT \(limit)\(self.transaction.dialect.skipLocked))
            """
        )
    }
}
