// SPDX-License-Identifier: Apache-2.0

/// Something that was looked at, and how it was found.
package struct Diagnosis: Sendable, Equatable {
    /// How it was found.
    package enum Level: String, Sendable, CaseIterable {
        /// As it should be.
        case ok
        /// Work goes on, and somebody should look.
        case warning
        /// Work stops, or is lost.
        case problem
    }

    /// How it was found.
    package let level: Level
    /// What was looked at, in a word or two.
    package let subject: String
    /// What was found, as a sentence without its full stop.
    package let finding: String
    /// What to do about it; `nil` when nothing is to be done.
    package let remedy: String?

    /// Something as it should be.
    package static func ok(_ subject: String, _ finding: String) -> Self {
        Self(level: .ok, subject: subject, finding: finding, remedy: nil)
    }

    /// Something that somebody should look at.
    package static func warning(_ subject: String, _ finding: String, remedy: String) -> Self {
        Self(level: .warning, subject: subject, finding: finding, remedy: remedy)
    }

    /// Something that stops work, or loses it.
    package static func problem(_ subject: String, _ finding: String, remedy: String) -> Self {
        Self(level: .problem, subject: subject, finding: finding, remedy: remedy)
    }
}
