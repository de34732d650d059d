// SPDX-License-Identifier: Apache-2.0
import WatcherWire

/// The fields that many messages have.
extension Schema {
    /// The id of a row.
    static func id(_ description: String) -> Schema {
        .integer(description, 1...Int64.max)
    }

    /// The id of rows that a list is to hold; one that is not there leaves the list empty.
    static func filter(_ description: String) -> Schema {
        .integer(description, Int64.min...Int64.max)
    }

    /// A number of rows or seconds.
    static func count(_ description: String) -> Schema {
        .integer(description, 0...Int64.max)
    }

    /// A name that a request gives: not of white space alone.
    static func name(_ description: String) -> Schema {
        .string(description, TextLimits.name).with("pattern", #"\S"#)
    }

    /// A moment.
    static func moment(_ description: String) -> Schema {
        .string(description, format: "date-time")
    }

    /// A watermark that a request gives.
    static func watermark(_ description: String) -> Schema {
        var schema = Schema.string(description, 0...Watermark.maximumLength)
        schema.keywords["type"] = ["string", "number", "boolean"]
        return schema.orNull
    }

    /// When a row was made and changed.
    static let created: [(String, Schema)] = [
        ("created_at", .moment("When it was created.")),
        ("updated_at", .moment("When it was last changed; null when it never was.").orNull),
    ]

    private static let dateparts = WireDatepart.allCases.map(\.rawValue)

    /// A threshold that a request gives or clears.
    static func threshold(_ name: String, _ meaning: String) -> [(String, Schema)] {
        [
            (
                "\(name)_number",
                .integer("\(meaning), in units; null clears it.", 1...ThresholdFields.maximum).orNull
            ),
            ("\(name)_datepart", .choice("The unit; null clears it.", Self.dateparts).orNull),
        ]
    }

    /// Whether a check leaves something out, as a request says it.
    static func mute(_ name: String) -> (String, Schema) {
        ("mute_\(name)_check", .bool("Whether the \(name) check leaves it out."))
    }

    /// A threshold as the server answers it.
    static func answeredThreshold(_ name: String, _ meaning: String) -> [(String, Schema)] {
        [
            ("\(name)_number", .integer("\(meaning), in units.", 1...ThresholdFields.maximum).orNull),
            ("\(name)_datepart", .choice("The unit.", Self.dateparts).orNull),
            Self.mute(name),
        ]
    }

    /// The same, for a request that gives both parts of a threshold or none.
    func pairingThresholds() -> Schema {
        var dependencies: [String: JSONValue] = [:]
        for name in ["freshness", "timeliness"] {
            dependencies["\(name)_number"] = ["\(name)_datepart"]
            dependencies["\(name)_datepart"] = ["\(name)_number"]
        }
        return self.with("dependentRequired", .object(dependencies))
    }

    /// The same, for a PATCH that says in one of these fields which row it changes.
    func naming(oneOf fields: [String]) -> Schema {
        self.with("anyOf", .array(fields.map { ["required": [JSONValue($0)]] }))
    }
}
