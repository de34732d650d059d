// SPDX-License-Identifier: Apache-2.0

import GRDB

/// What a refresh of the delay summary did.
struct SummaryCounts: Sendable, Equatable {
    /// Airlines and days that the summary did not have.
    var inserts = 0
    /// Airlines and days that it had, computed anew.
    var updates = 0
}

extension Target {
    /// Computes the delays of each airline on some days anew; a flight is delayed when it left 15 minutes late or more.
    func refreshSummary(of days: [Day]) async throws -> SummaryCounts {
        try await self.database.write { database in
            var counts = SummaryCounts()
            for day in days {
                let before = try Self.summaryRows(of: day, in: database)
                try database.execute(sql: Self.refresh, arguments: [day.text])
                let after = try Self.summaryRows(of: day, in: database)
                counts.inserts += after - before
                counts.updates += before
            }
            return counts
        }
    }

    private static func summaryRows(of day: Day, in database: Database) throws -> Int {
        try Int.fetchOne(
            database,
            sql: "SELECT count(*) FROM delay_summary WHERE day = ?",
            arguments: [day.text]
        ) ?? 0
    }

    private static let refresh = """
        INSERT OR REPLACE INTO delay_summary
        SELECT flight.day, flight.carrier, airline.name,
               count(*) FILTER (WHERE deleted_on IS NULL),
               count(deleted_on),
               count(*) FILTER (WHERE deleted_on IS NULL AND dep_delay >= 15),
               avg(dep_delay) FILTER (WHERE deleted_on IS NULL),
               avg(arr_delay) FILTER (WHERE deleted_on IS NULL),
               max(dep_delay) FILTER (WHERE deleted_on IS NULL)
        FROM flight JOIN airline USING (carrier)
        WHERE flight.day = ?
        GROUP BY flight.day, flight.carrier
        """
}
