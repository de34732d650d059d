// SPDX-License-Identifier: Apache-2.0
import WatcherWire

/// Holds JSON values against schemas: those keywords of JSON Schema that the document uses to say what a value is.
///
/// A keyword that it does not know is a fault, so that no schema passes because it was not understood.
struct SchemaCheck {
    /// The document in which references are looked up.
    let document: JSONValue

    private static let notes: Set = ["description", "default", "format", "pattern", "dependentRequired"]

    /// What is wrong with a value; empty when nothing is.
    func faults(_ value: JSONValue, _ schema: JSONValue, at path: String = "$") -> [String] {
        guard let keywords = schema.object else { return ["\(path): no schema"] }
        return keywords.flatMap { keyword, argument -> [String] in
            switch keyword {
            case "$ref":
                guard let target = self.resolve(argument.string ?? "") else { return ["\(path): no \(argument)"] }
                return self.faults(value, target, at: path)
            case "anyOf":
                let all = (argument.array ?? []).map { self.faults(value, $0, at: path) }
                return all.contains([]) ? [] : ["\(path): fits none of \(all)"]
            case "type":
                let types = argument.array ?? [argument]
                return types.contains { Self.isOf(type: $0.string ?? "", value) } ? [] : ["\(path): no \(argument)"]
            case "enum": return argument.array?.contains(value) == true ? [] : ["\(path): \(value) not in \(argument)"]
            case "required":
                let missing = (argument.array ?? []).filter { value.object != nil && value[$0.string ?? ""] == nil }
                return missing.map { "\(path): lacks \($0)" }
            case "properties":
                return (value.object ?? [:]).flatMap { name, member in
                    argument[name].map { self.faults(member, $0, at: "\(path).\(name)") } ?? []
                }
            case "additionalProperties":
                let others = (value.object ?? [:]).filter { keywords["properties"]?[$0.key] == nil }
                if argument == false { return others.map { "\(path): unknown member \($0.key)" } }
                return others.flatMap { self.faults($0.value, argument, at: "\(path).\($0.key)") }
            case "items":
                return (value.array ?? []).enumerated().flatMap { self.faults($1, argument, at: "\(path)[\($0)]") }
            case "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems":
                guard let size = Self.size(of: value, for: keyword), let bound = argument.double else { return [] }
                let holds = keyword.hasPrefix("min") ? size >= bound : size <= bound
                return holds ? [] : ["\(path): \(value) breaks \(keyword) \(argument)"]
            case let note where Self.notes.contains(note): return []
            default: return ["\(path): the check does not know \(keyword)"]
            }
        }
    }

    /// The component that a reference names.
    func resolve(_ reference: String) -> JSONValue? {
        guard reference.hasPrefix("#/") else { return nil }
        return reference.dropFirst(2).split(separator: "/").reduce(self.document) { $0?[String($1)] }
    }

    private static func size(of value: JSONValue, for keyword: String) -> Double? {
        if keyword.hasSuffix("Length") { return value.string.map { Double($0.unicodeScalars.count) } }
        if keyword.hasSuffix("Items") { return value.array.map { Double($0.count) } }
        return value.double
    }

    private static func isOf(type: String, _ value: JSONValue) -> Bool {
        switch value {
        case .null: type == "null"
        case .bool: type == "boolean"
        case .number(let number): type == "number" || (type == "integer" && !number.isFractional)
        case .string: type == "string"
        case .array: type == "array"
        case .object: type == "object"
        }
    }
}
