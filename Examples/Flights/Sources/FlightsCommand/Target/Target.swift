// SPDX-License-Identifier: Apache-2.0

import GRDB

/// The SQLite file that the flights are loaded into.
struct Target: Sendable {
    let database: DatabaseQueue

    /// Opens the file, makes what is missing of its tables, and brings the airlines up to date.
    init(path: String, airlines: [Airline]) throws {
        self.database = try DatabaseQueue(path: path)
        try self.database.write { database in
            try database.execute(sql: Self.schema)
            for airline in airlines {
                try database.execute(
                    sql: """
                        INSERT INTO airline (carrier, name) VALUES (?, ?)
                        ON CONFLICT (carrier) DO UPDATE SET name = excluded.name
                        """,
                    arguments: [airline.carrier, airline.name]
                )
            }
        }
    }

    /// Whether a day's load has been committed.
    func holds(_ day: Day) async throws -> Bool {
        try await self.database.read { database in
            try Bool.fetchOne(
                database,
                sql: "SELECT EXISTS (SELECT 1 FROM loaded_day WHERE day = ?)",
                arguments: [day.text]
            ) ?? false
        }
    }

    private static let schema = """
        CREATE TABLE IF NOT EXISTS airline (
            carrier TEXT NOT NULL PRIMARY KEY,
            name TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;

        -- loaded_on: the load that brought the flight; changed_on: the last one that changed it;
        -- deleted_on: the one that found it cancelled. All are days of the data, not of the clock.
        CREATE TABLE IF NOT EXISTS flight (
            day TEXT NOT NULL,
            carrier TEXT NOT NULL REFERENCES airline,
            flight INTEGER NOT NULL,
            origin TEXT NOT NULL,
            dest TEXT NOT NULL,
            tailnum TEXT,
            dep_time INTEGER,
            sched_dep_time INTEGER NOT NULL,
            dep_delay INTEGER,
            arr_time INTEGER,
            sched_arr_time INTEGER NOT NULL,
            arr_delay INTEGER,
            air_time INTEGER,
            distance INTEGER NOT NULL,
            hour INTEGER NOT NULL,
            minute INTEGER NOT NULL,
            time_hour TEXT NOT NULL,
            loaded_on TEXT NOT NULL,
            changed_on TEXT,
            deleted_on TEXT,
            PRIMARY KEY (day, carrier, flight, origin)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE IF NOT EXISTS loaded_day (
            day TEXT NOT NULL PRIMARY KEY
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE IF NOT EXISTS delay_summary (
            day TEXT NOT NULL,
            carrier TEXT NOT NULL REFERENCES airline,
            airline TEXT NOT NULL,
            flights INTEGER NOT NULL,
            cancelled INTEGER NOT NULL,
            delayed INTEGER NOT NULL,
            mean_dep_delay REAL,
            mean_arr_delay REAL,
            longest_dep_delay INTEGER,
            PRIMARY KEY (day, carrier)
        ) STRICT, WITHOUT ROWID;
        """
}
