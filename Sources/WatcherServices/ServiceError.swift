// SPDX-License-Identifier: Apache-2.0

/// Why a request was refused; nothing has been changed.
package struct ServiceError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of refusal.
    package enum Code: String, Sendable, CaseIterable {
        /// A thing that the request names is not there.
        case notFound = "not_found"
        /// Another thing has the name.
        case nameExists = "name_exists"
        /// An execution would end before it started.
        case endBeforeStart = "end_before_start"
        /// An execution has ended already, in another way.
        case alreadyEnded = "already_ended"
        /// A key stands for another request.
        case idempotencyKeyReuse = "idempotency_key_reuse"
        /// Two values that belong together would not be together.
        case invalid = "validation_error"
    }

    /// What kind of refusal.
    package let code: Code
    /// What was wrong, as a sentence without its full stop.
    package let message: String

    /// Makes an error.
    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    package var description: String { self.message }
}
