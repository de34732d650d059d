// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Watcher

/// Time that passes only when told, or when the client waits: then at once.
final class ManualTime: Sendable {
    private struct State {
        var wall: WireTimestamp
        var instant: ContinuousClock.Instant
        var waits: [Duration] = []
        var keys = 0
    }

    private let state: Mutex<State>
    private let chance: Double

    /// Starts at noon of 2025-01-10; `chance` is what every throw of the dice gives.
    init(chance: Double = 0) {
        self.state = Mutex(State(wall: WireTimestamp(microseconds: 1_736_510_400_000_000), instant: .now))
        self.chance = chance
    }

    var now: WireTimestamp { self.state.withLock(\.wall) }

    /// How long the client has waited, in order.
    var waits: [Duration] { self.state.withLock(\.waits) }

    /// Lets time pass on both clocks.
    func advance(by duration: Duration) {
        self.state.withLock { state in
            state.instant += duration
            state.wall = state.wall.moved(by: duration)
        }
    }

    /// Sets the wall clock, and leaves the other one alone.
    func stepWallClock(by duration: Duration) {
        self.state.withLock { $0.wall = $0.wall.moved(by: duration) }
    }

    var surroundings: Surroundings {
        Surroundings(
            now: { self.now },
            instant: { self.state.withLock(\.instant) },
            sleep: { duration in
                try Task.checkCancellation()
                self.state.withLock { $0.waits.append(duration) }
                self.advance(by: duration)
            },
            makeKey: {
                self.state.withLock { state in
                    state.keys += 1
                    return "key-\(state.keys)"
                }
            },
            chance: { self.chance }
        )
    }
}

extension WireTimestamp {
    func moved(by duration: Duration) -> WireTimestamp {
        let (seconds, attoseconds) = duration.components
        return WireTimestamp(
            microseconds: self.microseconds + seconds * 1_000_000 + attoseconds / 1_000_000_000_000
        )
    }
}
