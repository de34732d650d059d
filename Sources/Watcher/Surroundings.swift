// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import NIOCore
package import WatcherWire

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Time and chance, handed in so that tests can set them.
package struct Surroundings: Sendable {
    /// The wall clock; may be set back and forth.
    package var now: @Sendable () -> WireTimestamp
    /// A clock that never goes back.
    package var instant: @Sendable () -> ContinuousClock.Instant
    /// Waits; throws `CancellationError` when the task is cancelled.
    package var sleep: @Sendable (Duration) async throws -> Void
    /// Calls back after a while, on a thread that is not one of Swift's cooperative pool; what it returns takes that back.
    package var timer: @Sendable (Duration, @escaping @Sendable () -> Void) -> @Sendable () -> Void
    /// A key that no other request has.
    package var makeKey: @Sendable () -> String
    /// A number from 0 to 1.
    package var chance: @Sendable () -> Double

    /// Makes surroundings; what is not given is the real thing.
    package init(
        now: @escaping @Sendable () -> WireTimestamp = { WireTimestamp(Date()) },
        instant: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        timer: @escaping @Sendable (Duration, @escaping @Sendable () -> Void) -> @Sendable () -> Void = Self.timer,
        makeKey: @escaping @Sendable () -> String = { UUID().uuidString },
        chance: @escaping @Sendable () -> Double = { .random(in: 0...1) }
    ) {
        self.now = now
        self.instant = instant
        self.sleep = sleep
        self.timer = timer
        self.makeKey = makeKey
        self.chance = chance
    }

    /// The real clocks and real chance.
    package static let live = Surroundings()

    /// Sets a timer on one of the event loops that the HTTP client has by default; they live as long as the process.
    package static func timer(
        _ delay: Duration,
        _ body: @escaping @Sendable () -> Void
    ) -> @Sendable () -> Void {
        let scheduled = HTTPClient.defaultEventLoopGroup.any().scheduleTask(in: TimeAmount(delay), body)
        return { scheduled.cancel() }
    }
}
