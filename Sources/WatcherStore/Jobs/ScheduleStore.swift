// SPDX-License-Identifier: Apache-2.0
package import WatcherCore
package import WatcherDatabase

/// The table of schedules: when each of them last fired.
package struct ScheduleStore {
    private let transaction: Transaction

    /// Works in a transaction.
    package init(_ transaction: Transaction) {
        self.transaction = transaction
    }

    /// When each schedule last fired, or was first seen, by its name.
    package func firedAt() throws -> [String: Timestamp] {
        let rows = try self.transaction.all("SELECT name, fired_at FROM schedule") { row in
            (name: try row.next(String.self), firedAt: try row.next(Timestamp.self))
        }
        return Dictionary(uniqueKeysWithValues: rows.map { ($0.name, $0.firedAt) })
    }

    /// How many schedules there are.
    package func count() throws -> Int64 {
        try self.transaction.one("SELECT count(*) FROM schedule") { try $0.next(Int64.self) } ?? 0
    }

    /// Adds a schedule unless it is there; its times count from now on.
    package func add(_ name: String, now: Timestamp) throws {
        try self.transaction.run(
            "INSERT INTO schedule (name, fired_at) VALUES (\(name), \(now)) ON CONFLICT (name) DO NOTHING"
        )
    }

    /// Notes that a schedule fires now, unless another server has noted so meanwhile.
    ///
    /// - Parameters:
    ///   - name: the schedule.
    ///   - moment: when it last fired, as this server has read it.
    ///   - now: the time.
    /// - Returns: whether it is this server that fires it.
    /// - Throws: ``DatabaseError``
    package func fire(_ name: String, after moment: Timestamp, now: Timestamp) throws -> Bool {
        try self.transaction.run(
            "UPDATE schedule SET fired_at = \(now) WHERE name = \(name) AND fired_at = \(moment)"
        ) == 1
    }
}
