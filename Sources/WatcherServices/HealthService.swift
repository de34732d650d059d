// SPDX-License-Identifier: Apache-2.0
import WatcherDatabase
import WatcherStore

/// Tells whether the server can do its work.
package struct HealthService: Sendable {
    private let ledger: Ledger

    /// Makes a service.
    package init(_ ledger: Ledger) {
        self.ledger = ledger
    }

    /// Returns when the database answers and has the schema of this program, or of a newer one that is taking over.
    ///
    /// - Throws: ``ServiceError`` with code `unavailable` when it does not.
    package func check() async throws {
        guard try await self.ledger.read({ try Migrator(Schema.migrations).hasMigrated($0) }) else {
            throw ServiceError(.unavailable, "The ledger lacks a step of the schema: run 'watcher migrate'")
        }
    }
}
