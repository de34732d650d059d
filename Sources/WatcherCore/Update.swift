// SPDX-License-Identifier: Apache-2.0

/// What a request wants done with one stored value.
package enum Update<Value: Sendable & Equatable>: Sendable, Equatable {
    /// The request does not mention it.
    case keep
    /// It shall have no value.
    case clear
    /// It shall have this value.
    case set(Value)

    /// The value after the update.
    package func applied(to stored: Value?) -> Value? {
        switch self {
        case .keep: stored
        case .clear: nil
        case .set(let value): value
        }
    }

    /// The value after the update of something that always has one; clearing is refused before it gets here.
    package func applied(to stored: Value) -> Value {
        switch self {
        case .keep, .clear: stored
        case .set(let value): value
        }
    }

    /// Whether the request mentions it.
    package var isMentioned: Bool { self != .keep }

    /// The new value, when there is one.
    package var value: Value? {
        if case .set(let value) = self { value } else { nil }
    }
}
