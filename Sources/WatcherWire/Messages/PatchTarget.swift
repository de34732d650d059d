// SPDX-License-Identifier: Apache-2.0

/// Which row a PATCH changes.
public enum PatchTarget: Sendable, Equatable {
    /// The row of this id; a name in the request renames it.
    case id(Int64)
    /// The row of this name.
    case name(String)

    /// Reads `id` (or an alias of it), or else `name`.
    init(reading fields: inout RequestFields, idAlias: String? = nil) {
        let key = [idAlias].compactMap(\.self).first { fields.hasValue($0) && !fields.hasValue("id") } ?? "id"
        if fields.hasValue(key) {
            self = .id(fields.integer(key))
        } else if fields.hasValue("name") {
            self = .name(fields.string("name", TextLimits.name))
        } else {
            self = .name("")
            fields.report(.missing, nil, "Either id or name is required")
        }
    }

    func write(to writer: inout JSONWriter) {
        if case .id(let id) = self { writer.member("id", id) }
        if case .name(let name) = self { writer.member("name", name) }
    }
}

extension RequestFields {
    /// Reads a field that may be absent but not null.
    mutating func nonNull<Value>(
        _ key: String,
        _ read: (inout RequestFields) -> Field<Value>
    ) -> Field<Value> {
        let field = read(&self)
        if case .null = field { self.report(.valueError, key, "\(key) must not be null") }
        return field
    }

    /// Reads the new name in a PATCH by id; in a PATCH by name the name says which row, and has been read.
    mutating func nonNull(
        _ key: String,
        in target: PatchTarget,
        _ read: (inout RequestFields) -> Field<String>
    ) -> Field<String> {
        guard case .id = target else { return .absent }
        return self.nonNull(key, read)
    }
}
