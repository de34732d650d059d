// SPDX-License-Identifier: Apache-2.0

/// What people are told of.
package struct Alert: Sendable, Equatable {
    /// How bad it is.
    package enum Level: String, Sendable, CaseIterable {
        /// Good to know.
        case info
        /// Somebody should look.
        case warning
        /// Something failed.
        case error
        /// Somebody should look now.
        case critical
    }

    /// A fact about it.
    package struct Detail: Sendable, Equatable {
        /// What the fact is about.
        package let key: String
        /// The fact.
        package let value: String

        /// Makes a fact.
        package init(_ key: String, _ value: String) {
            self.key = key
            self.value = value
        }
    }

    /// How bad it is.
    package let level: Level
    /// What it is about, in a few words.
    package let title: String
    /// What was found, as sentences.
    package let message: String
    /// The facts.
    package let details: [Detail]

    /// Makes an alert.
    package init(_ level: Level, _ title: String, _ message: String, details: [Detail] = []) {
        self.level = level
        self.title = title
        self.message = message
        self.details = details
    }
}

/// An alert that has been stored.
package struct StoredAlert: Sendable, Equatable {
    /// Its id.
    package let id: Int64
    /// What it says.
    package let alert: Alert
    /// When it was raised.
    package let raisedAt: Timestamp

    /// Makes a stored alert.
    package init(id: Int64, alert: Alert, raisedAt: Timestamp) {
        self.id = id
        self.alert = alert
        self.raisedAt = raisedAt
    }
}
