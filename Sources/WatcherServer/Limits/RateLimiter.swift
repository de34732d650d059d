// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Keeps the budgets of all clients of a server.
final class RateLimiter: Sendable {
    /// What clients may still send.
    ///
    /// Every request takes from its budget under this lock, once, and nothing else is done under it: no call out, no
    /// suspension. So no budget is spent twice, and who waits, waits for one look into a dictionary.
    private let budgets: Mutex<ClientBudgets>
    private let uptime: @Sendable () -> ContinuousClock.Instant

    init(_ limit: RateLimit, uptime: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        self.budgets = Mutex(ClientBudgets(limit))
        self.uptime = uptime
    }

    /// Takes a request from a client's budget, or refuses it.
    func admit(_ client: Client) throws(AccessRefusal) {
        let now = self.uptime()
        guard let seconds = self.budgets.withLock({ $0.take(from: client, now: now) }) else { return }
        throw .rate(retryAfter: max(1, Int(min(seconds, 86_400).rounded(.up))))
    }
}
