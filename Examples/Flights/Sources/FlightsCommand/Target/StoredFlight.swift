// SPDX-License-Identifier: Apache-2.0

import GRDB

/// A flight as the target keeps it: a row of the table `flight`.
struct StoredFlight: Equatable {
    var flight: Flight
    /// The load that brought it.
    var loadedOn: String
    /// The last load that changed it.
    var changedOn: String?
    /// The load that found it cancelled.
    var deletedOn: String?

    /// The row of this key.
    static func find(_ key: Flight.Key, in database: Database) throws -> StoredFlight? {
        let statement = try database.cachedStatement(
            sql: "SELECT * FROM flight WHERE day = ? AND carrier = ? AND flight = ? AND origin = ?"
        )
        return try StoredFlight.fetchOne(
            statement,
            arguments: [key.day.text, key.carrier, key.number, key.origin]
        )
    }
}

extension StoredFlight: FetchableRecord {
    init(row: Row) throws {
        let text: String = row["day"]
        guard let day = Day(text) else {
            throw DatabaseError(message: "the target holds a flight of \"\(text)\", which is not a day")
        }
        self.flight = Flight(
            key: .init(day: day, carrier: row["carrier"], number: row["flight"], origin: row["origin"]),
            departure: row["dep_time"],
            scheduledDeparture: row["sched_dep_time"],
            departureDelay: row["dep_delay"],
            arrival: row["arr_time"],
            scheduledArrival: row["sched_arr_time"],
            arrivalDelay: row["arr_delay"],
            tailNumber: row["tailnum"],
            destination: row["dest"],
            airTime: row["air_time"],
            distance: row["distance"],
            hour: row["hour"],
            minute: row["minute"],
            timeHour: row["time_hour"]
        )
        self.loadedOn = row["loaded_on"]
        self.changedOn = row["changed_on"]
        self.deletedOn = row["deleted_on"]
    }
}

extension StoredFlight: PersistableRecord {
    static let databaseTableName = "flight"

    func encode(to container: inout PersistenceContainer) {
        let (flight, key) = (self.flight, self.flight.key)
        container["day"] = key.day.text
        container["carrier"] = key.carrier
        container["flight"] = key.number
        container["origin"] = key.origin
        container["dest"] = flight.destination
        container["tailnum"] = flight.tailNumber
        container["dep_time"] = flight.departure
        container["sched_dep_time"] = flight.scheduledDeparture
        container["dep_delay"] = flight.departureDelay
        container["arr_time"] = flight.arrival
        container["sched_arr_time"] = flight.scheduledArrival
        container["arr_delay"] = flight.arrivalDelay
        container["air_time"] = flight.airTime
        container["distance"] = flight.distance
        container["hour"] = flight.hour
        container["minute"] = flight.minute
        container["time_hour"] = flight.timeHour
        container["loaded_on"] = self.loadedOn
        container["changed_on"] = self.changedOn
        container["deleted_on"] = self.deletedOn
    }
}
