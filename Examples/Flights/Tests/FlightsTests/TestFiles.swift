// SPDX-License-Identifier: Apache-2.0

import Foundation

@testable import FlightsCommand

/// A folder that is gone when the test is over.
final class TestFolder {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "flights-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        self.path = url.path(percentEncoded: false)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: self.path)
    }

    /// Writes a file and returns its path.
    func file(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
        let path = self.path + "/" + name
        try Data(bytes).write(to: URL(filePath: path))
        return path
    }

    /// Writes a file of lines and returns its path.
    func file(_ name: String, lines: [String]) throws -> String {
        try self.file(name, lines.map { $0 + "\n" }.joined().utf8)
    }
}

/// The files that come with the example.
enum Committed {
    static let january = path("Data/flights-2013-01.csv.gz")
    static let airlines = path("Data/airlines.csv")

    static func delivery(_ number: Int) -> String { path("Data/made/delivery-\(number).csv") }

    private static func path(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../\(name)")
            .standardizedFileURL.path(percentEncoded: false)
    }
}

extension Day {
    /// A day of January 2013.
    static func january(_ day: Int) throws -> Day {
        guard let day = Day(year: 2013, month: 1, day: day) else { throw NoSuchDay() }
        return day
    }

    struct NoSuchDay: Error {}
}

extension Flight {
    /// A flight of January 2013 to Atlanta at noon.
    static func example(day: Int, number: Int = 1, carrier: String = "UA", delay: Int? = 0) throws -> Flight {
        Flight(
            key: Key(day: try .january(day), carrier: carrier, number: number, origin: "EWR"),
            departure: delay.map { 1200 + $0 },
            scheduledDeparture: 1200,
            departureDelay: delay,
            arrival: delay.map { 1400 + $0 },
            scheduledArrival: 1400,
            arrivalDelay: delay,
            tailNumber: nil,
            destination: "ATL",
            airTime: delay.map { _ in 100 },
            distance: 746,
            hour: 12,
            minute: 0,
            timeHour: "2013-01-01T17:00:00Z"
        )
    }

    /// The flight as a line of the data.
    var line: String {
        func text(_ number: Int?) -> String { number.map(String.init) ?? "NA" }
        return [
            text(self.key.day.year), text(self.key.day.month), text(self.key.day.day), text(self.departure),
            text(self.scheduledDeparture), text(self.departureDelay), text(self.arrival), text(self.scheduledArrival),
            text(self.arrivalDelay), self.key.carrier, text(self.key.number), self.tailNumber ?? "NA", self.key.origin,
            self.destination, text(self.airTime), text(self.distance), text(self.hour), text(self.minute),
            self.timeHour,
        ].joined(separator: ",")
    }
}

extension DayBatch {
    /// What came on a day of January 2013.
    static func example(_ day: Int, _ flights: [Flight], corrections: [Flight] = []) throws -> DayBatch {
        let day = try Day.january(day)
        return DayBatch(
            day: day,
            flights: flights,
            corrections: corrections.enumerated().map { index, flight in
                Correction(delivered: day, flight: flight, place: "made.csv, line \(index + 2)")
            }
        )
    }
}
