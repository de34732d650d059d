// SPDX-License-Identifier: Apache-2.0
package import Logging
import ServiceLifecycle
import Synchronization
package import WatcherCore
import WatcherStore

/// Knows the tokens that count, so that no request has to ask the database.
///
/// As a service it looks at the database every two seconds: so long may a token that was revoked go on counting, on each
/// server. When the database is away, what it last held goes on counting. A token that is not known is looked for at
/// once, so that a new one can be used as soon as it exists; for all requests together that is done four times a second
/// at most, so that senders of invented tokens cannot keep the database busy.
package final class Authenticator: Service {
    /// How often the tokens are read again.
    package static let interval = Duration.seconds(2)
    /// How soon after one look for an unknown token the next may follow.
    package static let pause = Duration.milliseconds(250)

    /// Whom a token was made for.
    package struct Identity: Sendable, Equatable {
        /// The token's id.
        package let id: Int64
        /// The token's name.
        package let name: String
        /// What may be done with it.
        package let scope: TokenScope
    }

    /// What is known of who sent a request.
    package enum Verdict: Sendable, Equatable {
        /// No token was ever created.
        case noTokens
        /// The request has no token.
        case missing
        /// The token is unknown or revoked.
        case unknown
        /// The token counts.
        case known(Identity)
    }

    /// The tokens at one moment.
    private struct Snapshot: Sendable {
        var holders: [Int64: (identity: Identity, hash: [UInt8])] = [:]
        /// Whether a token was ever created: when the last one is revoked, nobody gets in, instead of everybody.
        var hasAny = false

        func verdict(on token: PresentedToken?) -> Verdict {
            guard self.hasAny else { return .noTokens }
            guard let token else { return .missing }
            guard let holder = self.holders[token.id], token.secret.matches(holder.hash) else { return .unknown }
            return .known(holder.identity)
        }
    }

    /// `waiting` holds who waits for a look that is under way; `nil` while there is none.
    private struct State {
        var snapshot: Snapshot?
        var lastLook: ContinuousClock.Instant?
        var waiting: [CheckedContinuation<Void, Never>]?
    }

    private let ledger: Ledger
    private let uptime: @Sendable () -> ContinuousClock.Instant
    private let logger: Logger
    private let state = Mutex(State())

    /// Makes an authenticator that has looked at nothing yet, and looks at the first request at the latest.
    ///
    /// - Parameters:
    ///   - ledger: where the tokens are.
    ///   - uptime: the time, for the pause between two looks for unknown tokens.
    ///   - logger: told when the tokens cannot be read.
    package init(
        _ ledger: Ledger,
        uptime: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        logger: Logger = Logger(label: "watcher", factory: { _ in SwiftLogNoOpLogHandler() })
    ) {
        self.ledger = ledger
        self.uptime = uptime
        self.logger = logger
    }

    /// Whether a token counts, as far as is known.
    package var hasActiveTokens: Bool {
        self.state.withLock { $0.snapshot?.holders.isEmpty == false }
    }

    /// Says who holds a token.
    ///
    /// - Parameter token: what the request brought; `nil` when it brought none.
    /// - Returns: what is known of it.
    /// - Throws: ``ServiceError`` when the tokens were never read and cannot be read now.
    package func verdict(on token: PresentedToken?) async throws -> Verdict {
        guard let snapshot = self.state.withLock(\.snapshot) else {
            try await self.refresh()
            return self.state.withLock { $0.snapshot?.verdict(on: token) } ?? .unknown
        }
        let verdict = snapshot.verdict(on: token)
        guard verdict == .unknown, let token, snapshot.holders[token.id] == nil, await self.lookAgain() else {
            return verdict
        }
        return self.state.withLock { $0.snapshot?.verdict(on: token) } ?? .unknown
    }

    /// Reads the tokens.
    ///
    /// - Throws: ``ServiceError`` when the database cannot tell; what was known goes on counting.
    package func refresh() async throws {
        let snapshot = try await self.ledger.read { transaction in
            let store = TokenStore(transaction)
            var snapshot = Snapshot()
            snapshot.hasAny = try store.hasAny()
            for active in try store.active() {
                let token = active.token
                let identity = Identity(id: token.id, name: token.name, scope: token.scope)
                // A hash that is none matches nothing: a damaged row locks out its holder, and lets nobody in.
                snapshot.holders[token.id] = (identity, [UInt8](hexadecimal: active.hash) ?? [])
            }
            return snapshot
        }
        self.state.withLock { $0.snapshot = snapshot }
    }

    /// Reads the tokens unless that was done just now; who comes while it is being done waits for its end.
    ///
    /// - Returns: whether the tokens may be others than before.
    private func lookAgain() async -> Bool {
        enum Turn { case look, wait, none }
        let now = self.uptime()
        let turn = self.state.withLock { state -> Turn in
            if state.waiting != nil { return .wait }
            if let last = state.lastLook, now < last.advanced(by: Self.pause) { return .none }
            state.lastLook = now
            state.waiting = []
            return .look
        }
        switch turn {
        case .none: return false
        case .wait:
            await withCheckedContinuation { continuation in
                let isOver = self.state.withLock { state in
                    state.waiting?.append(continuation)
                    return state.waiting == nil
                }
                if isOver { continuation.resume() }
            }
        case .look:
            do {
                try await self.refresh()
            } catch {
                self.logger.warning("the tokens could not be read", metadata: ["error": "\(error)"])
            }
            let waiting = self.state.withLock { state in
                defer { state.waiting = nil }
                return state.waiting ?? []
            }
            for continuation in waiting { continuation.resume() }
        }
        return true
    }

    /// Reads the tokens again and again, until shutdown.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            var isFailing = false
            while !Task.isCancelled {
                do {
                    try await self.refresh()
                    isFailing = false
                } catch is CancellationError {
                    return
                } catch {
                    // Once for each time that the database is away.
                    if !isFailing {
                        self.logger.warning(
                            "the tokens cannot be read; those last known go on counting",
                            metadata: ["error": "\(error)"]
                        )
                    }
                    isFailing = true
                }
                try? await Task.sleep(for: Self.interval)
            }
        }
    }
}
