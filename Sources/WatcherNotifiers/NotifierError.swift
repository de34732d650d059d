// SPDX-License-Identifier: Apache-2.0

/// Why an alert was not sent, or where it cannot be sent to; holds no secrets.
package struct NotifierError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was wrong, as a sentence without its full stop.
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
