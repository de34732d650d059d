// SPDX-License-Identifier: Apache-2.0
package import Logging
import ServiceLifecycle
package import WatcherCore
package import WatcherDatabase
import WatcherStore

/// Deletes idempotency keys that have expired, now and then, while the server runs.
package struct IdempotencyCleanup: Service {
    /// How many keys one transaction deletes, so that requests never wait long behind it.
    private static let batch: Int64 = 1000

    private let database: any Database
    private let interval: Duration
    private let now: @Sendable () -> Timestamp
    private let logger: Logger

    /// Makes the service.
    ///
    /// - Parameters:
    ///   - database: where the keys are.
    ///   - interval: how long to wait between two runs.
    ///   - now: the clock.
    ///   - logger: told what was deleted, and what failed.
    package init(
        database: any Database,
        interval: Duration = .seconds(60),
        now: @escaping @Sendable () -> Timestamp,
        logger: Logger
    ) {
        self.database = database
        self.interval = interval
        self.now = now
        self.logger = logger
    }

    /// Runs until shutdown.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    let deleted = try await self.runOnce(now: self.now())
                    if deleted > 0 {
                        self.logger.debug("expired idempotency keys deleted", metadata: ["keys": "\(deleted)"])
                    }
                    try await Task.sleep(for: self.interval)
                } catch is CancellationError {
                    return
                } catch {
                    // Keys that stay a while longer harm nobody; the next run tries again.
                    self.logger.warning("idempotency keys were not deleted", metadata: ["error": "\(error)"])
                    try? await Task.sleep(for: self.interval)
                }
            }
        }
    }

    /// Deletes every key that has expired.
    ///
    /// - Parameter now: the time.
    /// - Returns: how many were deleted.
    /// - Throws: ``DatabaseError``, `CancellationError` between two batches.
    @discardableResult
    package func runOnce(now: Timestamp) async throws -> Int {
        let limit = now.advanced(byMicroseconds: -Ledger.keyLifetimeMicroseconds)
        var total = 0
        while true {
            let deleted = try await self.database.write {
                try IdempotencyStore($0).deleteEntries(before: limit, limit: Self.batch)
            }
            total += deleted
            if deleted < Self.batch { return total }
        }
    }
}
