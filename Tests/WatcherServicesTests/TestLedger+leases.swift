// SPDX-License-Identifier: Apache-2.0
import Logging
import WatcherCore
import WatcherDatabase
import WatcherServices

extension TestLedger {
    /// How often leases are looked at.
    static let sweepInterval: Int64 = 5

    private static let epoch = ContinuousClock.now

    /// The service that looks at leases; it waits by moving the clock, and ends when `afterSleep` throws.
    func leaseSweep(
        whenListening: @escaping @Sendable () async -> Void = {},
        afterSleep: @escaping @Sendable () async throws -> Void = {}
    ) -> LeaseSweep {
        LeaseSweep(
            database: self.database,
            interval: .seconds(Self.sweepInterval),
            now: { self.clock.now },
            instant: { Self.epoch + .microseconds(self.clock.now.microseconds) },
            sleep: { _ in
                self.clock.advance(seconds: Self.sweepInterval)
                try await afterSleep()
            },
            whenListening: whenListening,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    /// Looks at the leases now, and gives how many executions were lost.
    ///
    /// - Parameters:
    ///   - isResuming: whether the server has just begun to listen.
    ///   - seconds: for how long it has listened, if not.
    /// - Returns: the number.
    /// - Throws: ``DatabaseError``
    @discardableResult
    func sweep(isResuming: Bool = false, listened seconds: Int64 = 15) async throws -> Int {
        let listened: Duration = isResuming ? .zero : .seconds(seconds)
        return try await self.leaseSweep().runOnce(now: self.clock.now, listened: listened)
    }

    /// Listens for some time, and gives how many executions were lost.
    func listen(seconds: Int64) async throws -> Int {
        var lost = 0
        for _ in 0..<seconds / Self.sweepInterval {
            self.clock.advance(seconds: Self.sweepInterval)
            lost += try await self.sweep()
        }
        return lost
    }

    /// How many leases there are.
    func leases() async throws -> Int64? {
        try await self.database.read { try $0.one("SELECT count(*) FROM execution_lease") { try $0.next() } }
    }
}
