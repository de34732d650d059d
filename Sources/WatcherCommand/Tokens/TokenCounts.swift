// SPDX-License-Identifier: Apache-2.0
import WatcherCore
import WatcherDatabase
import WatcherStore

/// How many tokens a ledger has.
struct TokenCounts: Sendable, Equatable {
    /// Those that count.
    var active = 0
    /// Those that count and let do everything.
    var admins = 0
    var revoked = 0

    /// None at all.
    static let none = Self()
}

extension TokenCounts {
    /// Counts them in a ledger, which need not be up to date, or in what becomes one.
    ///
    /// - Throws: ``DatabaseError``
    init(_ transaction: Transaction) throws {
        guard try transaction.hasTable("token") else { return }
        let tokens = try TokenStore(transaction).all()
        let active = tokens.filter { $0.revokedAt == nil }
        (self.active, self.revoked) = (active.count, tokens.count - active.count)
        self.admins = active.count { $0.scope == .admin }
    }

    /// Whom they let in.
    var diagnosis: Diagnosis {
        let gone = self.revoked == 0 ? "" : ", \(self.revoked) revoked"
        switch (self.active, self.revoked) {
        case (0, 0):
            return .ok("tokens", "none was ever created; where only this machine reaches the server, none is needed")
        case (0, _):
            let remedy = "create one with 'watcher token create'"
            return .problem("tokens", "none counts any more\(gone): the server lets nobody in", remedy: remedy)
        default:
            let tokens = self.active == 1 ? "1 active token" : "\(self.active) active tokens"
            return .ok("tokens", "\(tokens) (\(self.admins) admin)\(gone)")
        }
    }
}

extension DatabaseLocation {
    /// The tokens of the ledger, which is only looked at; `nil` when that cannot be done.
    ///
    /// What is no ledger yet has none.
    func tokens() async -> TokenCounts? {
        guard self != .memory, self.missingFile == nil else { return TokenCounts.none }
        // Whoever opens it to work with it is told what is wrong.
        return try? await self.look { database in try await database.read { try TokenCounts($0) } }
    }
}
