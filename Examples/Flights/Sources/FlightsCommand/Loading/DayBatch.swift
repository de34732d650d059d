// SPDX-License-Identifier: Apache-2.0

/// All that came on one day: its flights, and corrections of earlier ones.
struct DayBatch: Sendable, Equatable {
    let day: Day
    let flights: [Flight]
    let corrections: [Correction]

    /// How many rows came.
    var count: Int { self.flights.count + self.corrections.count }

    /// The days of the flights that came, whether or not they change anything.
    var touchedDays: [Day] {
        Set([self.day] + self.corrections.map(\.flight.key.day)).sorted()
    }
}
