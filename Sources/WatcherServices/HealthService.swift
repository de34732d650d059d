// SPDX-License-Identifier: Apache-2.0
import WatcherDatabase

/// Tells whether the server can do its work.
package struct HealthService: Sendable {
    private let ledger: Ledger

    /// Makes a service.
    package init(_ ledger: Ledger) {
        self.ledger = ledger
    }

    /// Returns when the database answers.
    ///
    /// - Throws: ``ServiceError``
    package func check() async throws {
        try await self.ledger.read { try $0.ping() }
    }
}
