// SPDX-License-Identifier: Apache-2.0
package import WatcherCore
import WatcherDatabase
import WatcherStore

/// The use cases of tokens.
package struct TokenService: Sendable {
    private let ledger: Ledger

    /// Makes a service.
    package init(_ ledger: Ledger) {
        self.ledger = ledger
    }

    /// Creates a token.
    ///
    /// - Parameters:
    ///   - name: who or what it is for.
    ///   - scope: what its holder may do.
    ///   - secret: proves who holds it; only its hash is stored.
    /// - Returns: its id.
    /// - Throws: ``ServiceError`` when the name cannot be used, or is taken.
    package func create(name: String, scope: TokenScope, secret: TokenSecret) async throws -> Int64 {
        if let fault = Token.fault(inName: name) { throw ServiceError(.invalid, fault) }
        return try await self.ledger.write { transaction, now in
            let store = TokenStore(transaction)
            if let id = try store.insert(name: name, scope: scope, hash: secret.hash, now: now) { return id }
            throw ServiceError(
                .nameExists,
                "There is a token named '\(name)' already, or was one that has been revoked: choose another name"
            )
        }
    }

    /// All tokens, also those that were revoked, by id.
    package func all() async throws -> [Token] {
        try await self.ledger.read { try TokenStore($0).all() }
    }

    /// Makes a token count no more.
    ///
    /// Servers notice within ``Authenticator/interval``.
    ///
    /// - Parameter nameOrID: the name of a token or its id.
    /// - Returns: the token as it was: the moment of an earlier revocation stays.
    /// - Throws: ``ServiceError`` when there is no such token.
    package func revoke(_ nameOrID: String) async throws -> Token {
        try await self.ledger.write { transaction, now in
            let store = TokenStore(transaction)
            guard let token = try store.find(name: nameOrID, orID: Int64(nameOrID)) else {
                throw ServiceError(.notFound, "There is no token '\(nameOrID)': 'watcher token ls' lists them")
            }
            if token.revokedAt == nil { try store.revoke(id: token.id, now: now) }
            return token
        }
    }
}
