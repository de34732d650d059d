// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A value that expires and is fetched again in time, once for all tasks that wait for it.
///
/// A failure is told to those who wait and not kept: the next task fetches again. While the value still holds, a
/// failure to renew it is no failure. A waiting task that is cancelled leaves; the fetching goes on for the others.
final class RenewedValue<Value: Sendable>: Sendable {
    /// A value that was fetched.
    struct Fetched: Sendable {
        let value: Value
        /// For how long it holds; `nil` when it does not say.
        let validFor: Duration?
    }

    /// A value that is in use.
    struct Held: Sendable {
        let value: Value
        /// Which of all values that were fetched.
        let version: Int
        let expires: ContinuousClock.Instant?
        var renewal: ContinuousClock.Instant?
    }

    private struct State {
        var held: Held?
        var versions = 0
        var tickets = 0
        var isFetching = false
        var waiting: [Int: CheckedContinuation<Held, any Error>] = [:]
        var withdrawn: Set<Int> = []
    }

    /// What a task that wants the value does next.
    private enum Step {
        case leave
        case go(Held)
        case wait
        case fetch
    }

    /// How long before its end a value is renewed, unless it is short-lived: then a tenth of its time.
    ///
    /// The metadata servers of clouds keep tokens themselves, and give new ones in the last five minutes of the old ones.
    static var margin: Duration { .seconds(180) }
    /// How long a failed renewal rests while the value still holds.
    static var rest: Duration { .seconds(10) }

    private let state = Mutex(State())
    private let instant: @Sendable () -> ContinuousClock.Instant
    private let fetch: @Sendable () async throws -> Fetched

    init(
        instant: @escaping @Sendable () -> ContinuousClock.Instant,
        fetch: @escaping @Sendable () async throws -> Fetched
    ) {
        self.instant = instant
        self.fetch = fetch
    }

    /// The value, fetched when there is none or when it is about to expire.
    func current() async throws -> Held {
        let (held, ticket) = self.state.withLock { state -> (Held?, Int) in
            state.tickets += 1
            return (self.fresh(state), state.tickets)
        }
        if let held { return held }
        defer { _ = self.state.withLock { $0.withdrawn.remove(ticket) } }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { self.wait($0, ticket) }
        } onCancel: {
            let leaving = self.state.withLock { state in
                state.withdrawn.insert(ticket)
                return state.waiting.removeValue(forKey: ticket)
            }
            leaving?.resume(throwing: CancellationError())
        }
    }

    /// The value that is held and has not expired, without waiting.
    ///
    /// When it is missing or about to expire, fetching begins, for those who come later.
    func atHand() -> Held? {
        let now = self.instant()
        let (held, mustFetch) = self.state.withLock { state -> (Held?, Bool) in
            let mustFetch = self.fresh(state) == nil && !state.isFetching
            if mustFetch { state.isFetching = true }
            guard let held = state.held else { return (nil, mustFetch) }
            return (held.expires.map { $0 > now } ?? true ? held : nil, mustFetch)
        }
        if mustFetch { Task { await self.fetchForAll() } }
        return held
    }

    /// Gives up a value that turned out to be of no use, unless a newer one has come meanwhile.
    func discard(version: Int) {
        self.state.withLock { state in
            if state.held?.version == version { state.held = nil }
        }
    }

    private func fresh(_ state: borrowing State) -> Held? {
        guard let held = state.held else { return nil }
        if let renewal = held.renewal, renewal <= self.instant() { return nil }
        return held
    }

    private func wait(_ continuation: CheckedContinuation<Held, any Error>, _ ticket: Int) {
        let step: Step = self.state.withLock { state in
            if state.withdrawn.contains(ticket) { return .leave }
            if let held = self.fresh(state) { return .go(held) }
            state.waiting[ticket] = continuation
            if state.isFetching { return .wait }
            state.isFetching = true
            return .fetch
        }
        switch step {
        case .leave: continuation.resume(throwing: CancellationError())
        case .go(let held): continuation.resume(returning: held)
        case .wait: break
        // No task of those that wait: each of them may be cancelled. Its end resumes all that wait then.
        case .fetch: Task { await self.fetchForAll() }
        }
    }

    private func fetchForAll() async {
        let outcome: Result<Fetched, any Error>
        do {
            outcome = .success(try await self.fetch())
        } catch {
            outcome = .failure(error)
        }
        let now = self.instant()
        let (waiting, result) = self.state.withLock { state in
            let waiting = state.waiting.values
            state.waiting = [:]
            state.isFetching = false
            return (waiting, self.settle(outcome, now, &state))
        }
        for continuation in waiting { continuation.resume(with: result) }
    }

    private func settle(
        _ outcome: Result<Fetched, any Error>,
        _ now: ContinuousClock.Instant,
        _ state: inout State
    ) -> Result<Held, any Error> {
        switch outcome {
        case .success(let fetched):
            state.versions += 1
            let held = Held(
                value: fetched.value,
                version: state.versions,
                expires: fetched.validFor.map { now + $0 },
                renewal: fetched.validFor.map { now + $0 - min(Self.margin, $0 / 10) }
            )
            state.held = held
            return .success(held)
        case .failure(let error):
            guard var held = state.held, let expires = held.expires, expires > now else {
                state.held = nil
                return .failure(error)
            }
            held.renewal = min(expires, now + Self.rest)
            state.held = held
            return .success(held)
        }
    }
}

extension RenewedValue: Redacted {}
