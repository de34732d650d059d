// SPDX-License-Identifier: Apache-2.0
import WatcherDatabase

/// Why a request was not done; nothing has been changed, unless the message says that this is not known.
package struct ServiceError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of failure.
    package enum Code: String, Sendable, CaseIterable {
        /// A thing that the request names is not there.
        case notFound = "not_found"
        /// Another thing has the name.
        case nameExists = "name_exists"
        /// The pipeline has a rule for the metric already.
        case ruleExists = "rule_exists"
        /// An execution would end before it started.
        case endBeforeStart = "end_before_start"
        /// An execution has ended already, in another way.
        case alreadyEnded = "already_ended"
        /// A key stands for another request.
        case idempotencyKeyReuse = "idempotency_key_reuse"
        /// Two values that belong together would not be together.
        case invalid = "validation_error"
        /// The database is busy or closing; the same request may succeed later.
        case unavailable
        /// The database failed; the message is for the operator, not for clients.
        case failed = "internal_error"
    }

    /// What kind of failure.
    package let code: Code
    /// What was wrong, as a sentence without its full stop.
    package let message: String
    /// What the database said, which is for the operator.
    private let cause: String?

    /// Makes an error.
    package init(_ code: Code, _ message: String) {
        self.init(code, message, cause: nil)
    }

    private init(_ code: Code, _ message: String, cause: String?) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// Says in the services' words what a database said.
    init(_ error: DatabaseError) {
        switch error.code {
        // What a row was to refer to was deleted at that moment: the next try finds out that it is not there.
        case .busy, .closed, .conflict, .lost, .unreachable, .timeout, .foreignKey:
            self.init(
                .unavailable,
                "The database is not available right now: try again",
                cause: error.description
            )
        case .outcomeUnknown:
            self.init(
                .unavailable,
                "It is not known whether this was written: try again under the same idempotency key, or look first",
                cause: error.description
            )
        default: self.init(.failed, error.description)
        }
    }

    /// The message, or what the database said.
    package var description: String { self.cause ?? self.message }
}
