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
        var timers: [Int: (due: ContinuousClock.Instant, body: @Sendable () -> Void)] = [:]
        var timersSet = 0
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

    /// How many timers are set.
    var timers: Int { self.state.withLock(\.timers.count) }

    /// How many timers have been set so far.
    var timersSet: Int { self.state.withLock(\.timersSet) }

    /// Lets time pass on both clocks; timers that are due by then call back, in order, each at its moment.
    func advance(by duration: Duration) {
        let end = self.state.withLock { $0.instant + duration }
        while let body = self.pass(until: end) { body() }
    }

    /// Moves the clocks to the next timer that is due by `end` and returns what it calls, or else to `end`.
    private func pass(until end: ContinuousClock.Instant) -> (@Sendable () -> Void)? {
        self.state.withLock { state in
            let next = state.timers.min { ($0.value.due, $0.key) < ($1.value.due, $1.key) }
            let due = next.flatMap { $0.value.due <= end ? $0 : nil }
            let step = state.instant.duration(to: max(due?.value.due ?? end, state.instant))
            state.instant += step
            state.wall = state.wall.moved(by: step)
            return due.flatMap { state.timers.removeValue(forKey: $0.key)?.body }
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
            timer: { delay, body in
                let number = self.state.withLock { state in
                    state.timersSet += 1
                    state.timers[state.timersSet] = (state.instant + delay, body)
                    return state.timersSet
                }
                return { self.state.withLock { _ = $0.timers.removeValue(forKey: number) } }
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
