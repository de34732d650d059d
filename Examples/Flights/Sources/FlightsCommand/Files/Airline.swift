// SPDX-License-Identifier: Apache-2.0

/// An airline and its two-letter code.
struct Airline: Sendable, Equatable {
    let carrier: String
    let name: String

    /// Reads all airlines of a file.
    static func all(in path: String) throws -> [Airline] {
        var reader = try CSVReader(path: path, columns: ["carrier", "name"])
        var airlines: [Airline] = []
        while let record = try reader.next() {
            try record.checkCount()
            airlines.append(Airline(carrier: try record.text(0), name: try record.text(1)))
        }
        return airlines
    }
}
