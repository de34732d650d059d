// SPDX-License-Identifier: Apache-2.0
import Foundation
import NIOCore

/// How many requests a client may send.
package struct RateLimit: Sendable, Equatable {
    /// How many requests a second, in the long run.
    package var requestsPerSecond: Double
    /// How many at once after a rest; at least 1.
    package var burst: Int

    /// Makes a limit.
    ///
    /// - Parameters:
    ///   - requestsPerSecond: more than 0.
    ///   - burst: `nil` stands for what may be sent in a second.
    package init(requestsPerSecond: Double, burst: Int? = nil) {
        self.requestsPerSecond = requestsPerSecond
        self.burst = max(1, burst ?? Int(min(requestsPerSecond.rounded(.up), 1e9)))
    }
}

/// Whom a budget belongs to.
enum Client: Hashable {
    /// Whoever holds a token, wherever they are.
    case token(id: Int64)
    /// A machine. Of an IPv6 address, the first half: who has one address has the rest of its network too.
    case address(UInt64)

    /// The client at the other end of a connection.
    ///
    /// What a request says about itself, as in `X-Forwarded-For`, anybody can write; so behind a proxy all clients without
    /// a token share one budget.
    init(address: SocketAddress?) {
        switch address {
        case .v4(let address): self.init(v4: address.address.sin_addr.s_addr)
        case .v6(let address):
            let bytes = withUnsafeBytes(of: address.address.sin6_addr) { Array($0) }
            if bytes.starts(with: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]) {
                // IPv4 at a socket for both.
                self.init(v4: bytes.suffix(4).withUnsafeBytes { $0.loadUnaligned(as: UInt32.self) })
            } else {
                self = .address(bytes.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) })
            }
        case .unixDomainSocket, nil: self = .address(0)
        }
    }

    /// Beyond all IPv6 networks in use, whose first byte is never 0xff together with a last one of 0xff.
    private init(v4 address: UInt32) {
        self = .address(UInt64(address) << 32 | 0xffff_ffff)
    }
}

/// What each client may still send: a budget that every request takes 1 from, and that time fills again.
struct ClientBudgets {
    private struct Budget {
        var left: Double
        var at: ContinuousClock.Instant
    }

    /// How many clients are remembered in each generation.
    static let generation = 10_000

    private let limit: RateLimit
    /// Clients of which a request has come lately.
    ///
    /// When there are too many, they become the older ones, and those before them are forgotten: they may begin anew, and
    /// memory stays bounded at a fixed cost for each request.
    private var recent: [Client: Budget] = [:]
    private var older: [Client: Budget] = [:]

    init(_ limit: RateLimit) {
        self.limit = limit
    }

    /// How many clients are remembered.
    var count: Int { self.recent.count + self.older.count }

    /// Takes a request from a client's budget.
    ///
    /// - Parameters:
    ///   - client: whose budget.
    ///   - now: the time.
    /// - Returns: `nil` when there was enough, else after how many seconds there will be.
    mutating func take(from client: Client, now: ContinuousClock.Instant) -> Double? {
        let full = Double(self.limit.burst)
        var budget = self.recent[client] ?? self.older[client] ?? Budget(left: full, at: now)
        let seconds = max(0, (now - budget.at) / .seconds(1))
        budget.left = min(full, budget.left + seconds * self.limit.requestsPerSecond)
        budget.at = max(now, budget.at)
        let isEnough = budget.left >= 1
        if isEnough { budget.left -= 1 }
        self.remember(client, budget)
        return isEnough ? nil : (1 - budget.left) / self.limit.requestsPerSecond
    }

    private mutating func remember(_ client: Client, _ budget: Budget) {
        self.recent[client] = budget
        guard self.recent.count >= Self.generation else { return }
        self.older = self.recent
        self.recent = [:]
    }
}
