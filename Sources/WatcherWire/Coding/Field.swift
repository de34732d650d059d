// SPDX-License-Identifier: Apache-2.0

/// A field of a request that may be absent, which keeps what is stored, or null, which clears it.
public enum Field<Value: Sendable>: Sendable {
    /// Not in the request.
    case absent
    /// In the request as `null`.
    case null
    /// In the request with a value.
    case value(Value)

    /// Makes a field from an optional: no value means ``null``.
    public init(_ value: Value?) {
        self = value.map(Self.value) ?? .null
    }

    /// The value, when there is one.
    public var value: Value? {
        if case .value(let value) = self { value } else { nil }
    }

    /// Changes the value and keeps absence and null.
    public func map<Other>(_ transform: (Value) -> Other) -> Field<Other> {
        switch self {
        case .absent: .absent
        case .null: .null
        case .value(let value): .value(transform(value))
        }
    }
}

extension Field: Equatable where Value: Equatable {}

extension JSONWriter {
    /// Writes a member unless the field is absent.
    mutating func field<Value>(_ key: String, _ field: Field<Value>, _ write: (inout JSONWriter, Value) -> Void) {
        switch field {
        case .absent: return
        case .null:
            self.key(key)
            self.null()
        case .value(let value):
            self.key(key)
            write(&self, value)
        }
    }

    /// Writes a member unless there is no value.
    mutating func optional<Value>(_ key: String, _ value: Value?, _ write: (inout JSONWriter, Value) -> Void) {
        guard let value else { return }
        self.key(key)
        write(&self, value)
    }
}
