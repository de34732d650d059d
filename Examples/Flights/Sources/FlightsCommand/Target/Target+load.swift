// SPDX-License-Identifier: Apache-2.0

import GRDB

/// What became of the rows of a day; each row is counted once.
struct LoadCounts: Sendable, Equatable {
    /// New flights that left.
    var inserts = 0
    /// Known flights that are different now, those that were thought cancelled included.
    var updates = 0
    /// Flights that never left: new ones, and known ones that turn out so.
    var softDeletes = 0
    /// Known flights that came again as they are.
    var unchanged = 0
}

/// Why the rows of a day may not be loaded, although each can be read.
struct QualityProblems: Error, Equatable {
    /// A sentence for each.
    let sentences: [String]
}

extension Target {
    /// Loads all that came on a day in one transaction: after this the target holds the whole day, or nothing of it.
    ///
    /// Loading a day again changes nothing, so a load whose end nobody learned of can be repeated.
    ///
    /// - Throws: ``QualityProblems`` when the rows contradict each other or what is loaded; `CancellationError` when
    ///   the task is cancelled.
    func load(_ batch: DayBatch) async throws -> LoadCounts {
        try await self.database.write { database in
            let problems = try Self.problems(of: batch, in: database)
            guard problems.isEmpty else { throw QualityProblems(sentences: problems) }
            var counts = LoadCounts()
            for flight in batch.flights + batch.corrections.map(\.flight) {
                try Self.load(flight, on: batch.day, counting: &counts, in: database)
            }
            try database.execute(
                sql: "INSERT INTO loaded_day (day) VALUES (?) ON CONFLICT (day) DO NOTHING",
                arguments: [batch.day.text]
            )
            return counts
        }
    }

    private static func load(
        _ flight: Flight,
        on day: Day,
        counting counts: inout LoadCounts,
        in database: Database
    ) throws {
        guard var stored = try StoredFlight.find(flight.key, in: database) else {
            try StoredFlight(
                flight: flight,
                loadedOn: day.text,
                changedOn: nil,
                deletedOn: flight.isCancelled ? day.text : nil
            ).insert(database)
            if flight.isCancelled { counts.softDeletes += 1 } else { counts.inserts += 1 }
            return
        }
        guard stored.flight != flight else {
            counts.unchanged += 1
            return
        }
        if flight.isCancelled && stored.deletedOn == nil {
            counts.softDeletes += 1
        } else {
            counts.updates += 1
        }
        stored.flight = flight
        stored.changedOn = day.text
        stored.deletedOn = flight.isCancelled ? stored.deletedOn ?? day.text : nil
        try stored.update(database)
    }

    private static func problems(of batch: DayBatch, in database: Database) throws -> [String] {
        var problems: [String] = []
        let carriers = try String.fetchSet(database, sql: "SELECT carrier FROM airline")
        var keys: Set<Flight.Key> = []
        for key in batch.flights.map(\.key) {
            if !carriers.contains(key.carrier) { problems.append("\(key): there is no airline \(key.carrier)") }
            if !keys.insert(key).inserted { problems.append("\(key) came twice") }
        }
        for correction in batch.corrections {
            let key = correction.flight.key
            if key.day >= batch.day {
                problems.append("\(correction.place): a correction of \(key), which is not of an earlier day")
            } else if try StoredFlight.find(key, in: database) == nil {
                problems.append("\(correction.place): a correction of \(key), which was never loaded")
            } else if !keys.insert(key).inserted {
                problems.append("\(correction.place): a second correction of \(key) on the same day")
            }
        }
        return problems
    }
}
