// SPDX-License-Identifier: Apache-2.0
import WatcherWire

/// What JSON values of one kind look like, in the words of JSON Schema 2020-12.
struct Schema: Sendable {
    /// A member of an object.
    struct Property: Sendable {
        let name: String
        let schema: Schema
        let isRequired: Bool
    }

    /// All keywords but those about properties.
    var keywords: [String: JSONValue]
    /// The members of an object, in the order in which people read them.
    var properties: [Property] = []

    /// The schema as it stands in the document.
    var json: JSONValue {
        var members = self.keywords
        if !self.properties.isEmpty {
            let pairs = self.properties.map { ($0.name, $0.schema.json) }
            members["properties"] = .object(Dictionary(pairs, uniquingKeysWith: { _, last in last }))
            let required = self.properties.filter(\.isRequired).map { JSONValue($0.name) }
            if !required.isEmpty { members["required"] = .array(required) }
        }
        return .object(members)
    }

    /// What it stands for, as a sentence.
    var description: String { self.keywords["description"]?.string ?? "" }

    /// The same with one more keyword.
    func with(_ keyword: String, _ value: JSONValue) -> Schema {
        var schema = self
        schema.keywords[keyword] = value
        return schema
    }

    /// The same, or null.
    var orNull: Schema {
        var schema = self
        if let reference = schema.keywords.removeValue(forKey: "$ref") {
            schema.keywords["anyOf"] = [["$ref": reference], ["type": "null"]]
            return schema
        }
        switch schema.keywords["type"] {
        case .array(let types): schema.keywords["type"] = .array(types + ["null"])
        case let type?: schema.keywords["type"] = [type, "null"]
        case nil: break
        }
        if let values = schema.keywords["enum"]?.array { schema.keywords["enum"] = .array(values + [nil]) }
        return schema
    }
}

extension Schema {
    private init(_ type: JSONValue, _ description: String) {
        self.init(keywords: ["type": type, "description": JSONValue(description)])
    }

    /// A text; characters are Unicode scalars.
    static func string(_ description: String, _ length: ClosedRange<Int>? = nil, format: String? = nil) -> Schema {
        var schema = Schema("string", description)
        if let length {
            if length.lowerBound > 0 { schema.keywords["minLength"] = JSONValue(length.lowerBound) }
            schema.keywords["maxLength"] = JSONValue(length.upperBound)
        }
        if let format { schema.keywords["format"] = JSONValue(format) }
        return schema
    }

    /// One of a few texts.
    static func choice(_ description: String, _ values: [String]) -> Schema {
        Schema("string", description).with("enum", .array(values.map { JSONValue($0) }))
    }

    /// An integer of 64 bits.
    static func integer(_ description: String, _ bounds: ClosedRange<Int64>, standard: Int64? = nil) -> Schema {
        var schema = Schema("integer", description)
            .with("format", "int64")
            .with("minimum", JSONValue(bounds.lowerBound))
            .with("maximum", JSONValue(bounds.upperBound))
        if let standard { schema.keywords["default"] = JSONValue(standard) }
        return schema
    }

    /// A number with or without a fraction.
    static func number(_ description: String, _ bounds: ClosedRange<Double>? = nil, standard: Double? = nil) -> Schema {
        var schema = Schema("number", description)
        if let bounds {
            schema.keywords["minimum"] = JSONValue(bounds.lowerBound)
            schema.keywords["maximum"] = JSONValue(bounds.upperBound)
        }
        if let standard { schema.keywords["default"] = JSONValue(standard) }
        return schema
    }

    /// A truth value.
    static func bool(_ description: String, standard: Bool? = nil) -> Schema {
        let schema = Schema("boolean", description)
        return standard.map { schema.with("default", JSONValue($0)) } ?? schema
    }

    /// An array.
    static func list(of element: Schema, _ description: String, _ count: ClosedRange<Int>? = nil) -> Schema {
        var schema = Schema("array", description).with("items", element.json)
        if let count {
            if count.lowerBound > 0 { schema.keywords["minItems"] = JSONValue(count.lowerBound) }
            schema.keywords["maxItems"] = JSONValue(count.upperBound)
        }
        return schema
    }

    /// An object whose members all look alike.
    static func map(of element: Schema, _ description: String) -> Schema {
        Schema("object", description).with("additionalProperties", element.json)
    }

    /// An object of any content.
    static func anyObject(_ description: String) -> Schema {
        Schema("object", description)
    }

    /// A schema of the document's components.
    static func reference(to name: String, _ description: String? = nil) -> Schema {
        var schema = Schema(keywords: ["$ref": "#/components/schemas/\(name)"])
        if let description { schema.keywords["description"] = JSONValue(description) }
        return schema
    }

    /// What a client sends: members that it does not know are ignored.
    static func request(
        _ description: String,
        required: KeyValuePairs<String, Schema> = [:],
        _ optional: [(String, Schema)] = []
    ) -> Schema {
        var schema = Schema("object", description)
        schema.properties =
            required.map { Property(name: $0, schema: $1, isRequired: true) }
            + optional.map { Property(name: $0, schema: $1, isRequired: false) }
        return schema
    }

    /// What the server sends: all members, and no others.
    static func answer(_ description: String, _ members: [(String, Schema)]) -> Schema {
        var schema = Schema("object", description).with("additionalProperties", false)
        schema.properties = members.map { Property(name: $0, schema: $1, isRequired: true) }
        return schema
    }
}

/// A schema that others refer to by its name.
struct NamedSchema: Sendable {
    let name: String
    let schema: Schema

    init(_ name: String, _ schema: Schema) {
        self.name = name
        self.schema = schema
    }

    /// A reference to it.
    var reference: Schema { .reference(to: self.name) }

    /// A list of it.
    func list(_ description: String) -> Schema {
        .list(of: self.reference, description)
    }
}

extension NamedSchema {
    /// All components of the document.
    static let all =
        ProblemSchemas.all + ServerSchemas.all + PipelineSchemas.all + AddressSchemas.all + ExecutionSchemas.all
        + LineageSchemas.all + MonitoringSchemas.all + AnomalySchemas.all + ReportingSchemas.all
}
