// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A value that expires and is fetched again in time, once for all that wait for it.
///
/// As long as it holds nobody waits: it is renewed behind those who use it. A failure is told to those who wait and not
/// kept: who comes next has it fetched again. A waiting task that is cancelled leaves; the fetching goes on for the others.
final class RenewedValue<Value: Sendable>: Sendable {
    /// A value that was fetched.
    struct Fetched: Sendable {
        let value: Value
        /// For how long it holds; `nil` when it does not say.
        let validFor: Duration?
        /// When it is renewed; `nil` for shortly before its end.
        var renewAfter: Duration?
    }

    /// A value that is in use.
    struct Held: Sendable {
        let value: Value
        /// Which of all values that were fetched, from 1 on.
        let version: Int
        let expires: ContinuousClock.Instant?
        let renewal: ContinuousClock.Instant?

        fileprivate func holds(at now: ContinuousClock.Instant) -> Bool { self.expires.map { $0 > now } ?? true }
    }

    private struct Waiter {
        /// Whether a value that has expired is better than none.
        let takesExpired: Bool
        let whenDone: @Sendable (Result<Held, any Error>) -> Void
    }

    private struct State {
        var held: Held?
        var versions = 0
        var tickets = 0
        var waiting: [Int: Waiter] = [:]
        var withdrawn: Set<Int> = []
        var fetches = 0
        /// The fetch that is under way.
        var fetching: Int?
        /// Lets go of the time limit and the task of the fetch.
        var release: (@Sendable () -> Void)?
        /// Until when a failed renewal rests.
        var rest: ContinuousClock.Instant?
        /// Until when no further value is given up.
        var trust: ContinuousClock.Instant?

        /// The number of a new fetch; `nil` when one is under way.
        mutating func beginFetching() -> Int? {
            guard self.fetching == nil else { return nil }
            self.fetches += 1
            self.fetching = self.fetches
            return self.fetches
        }

        func isResting(at now: ContinuousClock.Instant) -> Bool { self.rest.map { $0 > now } ?? false }
    }

    /// How long before its end a value is renewed, unless it is short-lived: then a tenth of its time.
    ///
    /// The metadata servers of clouds keep tokens themselves, and give new ones in the last five minutes of the old ones.
    static var margin: Duration { .seconds(180) }
    /// How long a failed renewal rests while there is a value, and how long a new value is kept although it is refused.
    static var rest: Duration { .seconds(10) }

    private let state = Mutex(State())
    private let surroundings: Surroundings
    private let executor: (any TaskExecutor)?
    private let limit: FetchLimit?
    private let fetch: @Sendable () async throws -> Fetched

    /// Makes a value that `fetch` gets.
    ///
    /// - Parameters:
    ///   - surroundings: the clock, and the timer for the limit.
    ///   - executor: where `fetch` runs; `nil` for Swift's cooperative pool.
    ///   - limit: for a `fetch` that keeps no limit of its own.
    ///   - fetch: gets the value.
    init(
        _ surroundings: Surroundings,
        executor: (any TaskExecutor)? = BlockingWorkExecutor.shared,
        limit: FetchLimit? = nil,
        fetch: @escaping @Sendable () async throws -> Fetched
    ) {
        self.surroundings = surroundings
        self.executor = executor
        self.limit = limit
        self.fetch = fetch
    }

    /// The value that was fetched last, unless it was given up; it may have expired.
    var held: Held? { self.state.withLock(\.held) }

    /// The value, fetched when there is none that holds.
    func current() async throws -> Held {
        if let held = self.atHand() { return held }
        let ticket = self.ticket()
        defer { _ = self.state.withLock { $0.withdrawn.remove(ticket) } }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                self.wait(ticket, Waiter(takesExpired: false) { continuation.resume(with: $0) })
            }
        } onCancel: {
            let leaving = self.state.withLock { state in
                state.withdrawn.insert(ticket)
                return state.waiting.removeValue(forKey: ticket)
            }
            leaving?.whenDone(.failure(CancellationError()))
        }
    }

    /// Calls back with the value, without a task of its own, or with one that has expired when no other can be had.
    func whenUsable(_ whenDone: @escaping @Sendable (Result<Held, any Error>) -> Void) {
        if let held = self.atHand() { return whenDone(.success(held)) }
        self.wait(self.ticket(), Waiter(takesExpired: true, whenDone: whenDone))
    }

    /// Gives up a value that turned out to be of no use, unless a newer one has come meanwhile.
    ///
    /// One that has just come in the place of another one is kept: whoever refuses both will refuse the next one too.
    ///
    /// - Returns: whether there is, or will be, another value.
    func discard(version: Int) -> Bool {
        let now = self.surroundings.instant()
        return self.state.withLock { state in
            guard state.held?.version == version else { return true }
            if let trust = state.trust, trust > now { return false }
            state.held = nil
            state.trust = now + Self.rest
            return true
        }
    }

    private func ticket() -> Int {
        self.state.withLock { state in
            state.tickets += 1
            return state.tickets
        }
    }

    /// The value when it holds; when it is about to expire, fetching begins behind it.
    private func atHand() -> Held? {
        let now = self.surroundings.instant()
        let (held, fetch) = self.state.withLock { state -> (Held?, Int?) in
            guard let held = state.held, held.holds(at: now) else { return (nil, nil) }
            let isDue = held.renewal.map { $0 <= now } ?? false
            return (held, isDue && !state.isResting(at: now) ? state.beginFetching() : nil)
        }
        if let fetch { self.begin(fetch) }
        return held
    }

    private func wait(_ ticket: Int, _ waiter: Waiter) {
        let now = self.surroundings.instant()
        let (result, fetch) = self.state.withLock { state -> (Result<Held, any Error>?, Int?) in
            if state.withdrawn.contains(ticket) { return (.failure(CancellationError()), nil) }
            if let held = state.held, held.holds(at: now) || waiter.takesExpired && state.isResting(at: now) {
                return (.success(held), nil)
            }
            state.waiting[ticket] = waiter
            return (nil, state.beginFetching())
        }
        if let result { waiter.whenDone(result) }
        if let fetch { self.begin(fetch) }
    }

    /// Fetches in a task that is none of those that wait, because each of them may be cancelled.
    private func begin(_ number: Int) {
        let cancelTimer = self.limit.map { limit in
            self.surroundings.timer(limit.time) { self.settle(number, .failure(limit.error)) }
        }
        let task = Task(executorPreference: self.executor) {
            do {
                self.settle(number, .success(try await self.fetch()))
            } catch {
                self.settle(number, .failure(error))
            }
        }
        let release: @Sendable () -> Void = {
            cancelTimer?()
            task.cancel()
        }
        let isOver = self.state.withLock { state in
            guard state.fetching == number else { return true }
            state.release = release
            return false
        }
        if isOver { release() }
    }

    /// Ends a fetch; the result of one that was given up comes too late.
    private func settle(_ number: Int, _ outcome: Result<Fetched, any Error>) {
        let now = self.surroundings.instant()
        let calls = self.state.withLock { state -> [@Sendable () -> Void] in
            guard state.fetching == number else { return [] }
            state.fetching = nil
            let strict = self.taken(outcome, now, &state)
            let waiting = state.waiting.values.map { waiter in
                let result = waiter.takesExpired ? strict.flatMapError { Self.last(state.held, or: $0) } : strict
                return { @Sendable in waiter.whenDone(result) }
            }
            state.waiting = [:]
            defer { state.release = nil }
            return [state.release].compactMap(\.self) + waiting
        }
        for call in calls { call() }
    }

    private static func last(_ held: Held?, or error: any Error) -> Result<Held, any Error> {
        held.map { .success($0) } ?? .failure(error)
    }

    private func taken(
        _ outcome: Result<Fetched, any Error>,
        _ now: ContinuousClock.Instant,
        _ state: inout State
    ) -> Result<Held, any Error> {
        switch outcome {
        case .success(let fetched):
            state.versions += 1
            let shortlyBefore = fetched.validFor.map { $0 - min(Self.margin, $0 / 10) }
            let held = Held(
                value: fetched.value,
                version: state.versions,
                expires: fetched.validFor.map { now + $0 },
                renewal: (fetched.renewAfter ?? shortlyBefore).map { now + $0 }
            )
            state.held = held
            state.rest = nil
            return .success(held)
        case .failure(let error):
            state.rest = now + Self.rest
            guard let held = state.held, held.holds(at: now) else { return .failure(error) }
            return .success(held)
        }
    }
}

extension RenewedValue: Redacted {}

/// How long somebody has to give a credential.
struct FetchLimit: Sendable {
    let time: Duration
    /// Who gives it, as the begin of a sentence.
    let whom: String

    var error: WatcherError {
        WatcherError(
            .authentication,
            "\(self.whom) gave no token within \(self.time). Make it faster, or raise requestTimeout in the configuration."
        )
    }
}
