// SPDX-License-Identifier: Apache-2.0

/// What holds a secret, and shows nothing of itself in descriptions, dumps and mirrors.
package protocol Redacted: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {}

extension Redacted {
    /// Says nothing.
    package var description: String { "<REDACTED>" }
    /// Says nothing.
    package var debugDescription: String { "<REDACTED>" }
    /// Shows nothing.
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// A text that is used and never printed.
struct Secret: Sendable, Hashable, Redacted {
    let value: String

    init(_ value: String) {
        self.value = value
    }
}
