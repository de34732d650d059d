// SPDX-License-Identifier: Apache-2.0
package import WatcherCore
package import WatcherDatabase

/// The table of tokens.
package struct TokenStore {
    private let transaction: Transaction

    /// Works in a transaction.
    package init(_ transaction: Transaction) {
        self.transaction = transaction
    }

    private static let columns: SQLStatement = "id, name, scope, created_at, revoked_at"

    private static func decode(_ row: inout RowReader) throws -> Token {
        Token(
            id: try row.next(),
            name: try row.next(),
            scope: try row.next(),
            createdAt: try row.next(),
            revokedAt: try row.next()
        )
    }

    /// All tokens, also those that were revoked, by id.
    package func all() throws -> [Token] {
        try self.transaction.all("SELECT \(Self.columns) FROM token ORDER BY id", Self.decode)
    }

    /// The token of a name or, when there is none, of an id; nobody else may change it until the transaction ends.
    ///
    /// - Parameters:
    ///   - name: the name.
    ///   - id: the id; `nil` looks for the name alone.
    /// - Returns: `nil` when there is neither.
    /// - Throws: ``DatabaseError``
    package func find(name: String, orID id: Int64?) throws -> Token? {
        let lock = self.transaction.dialect.forUpdate()
        // No name is a number, so there are never two.
        return try self.transaction.one(
            "SELECT \(Self.columns) FROM token WHERE name = \(name) OR id = \(id)\(lock)",
            Self.decode
        )
    }

    /// A token that counts, and what its secret is compared with.
    package struct Active: Sendable {
        /// The token.
        package let token: Token
        /// The SHA-256 of its secret, in hexadecimal digits.
        package let hash: String
    }

    /// The tokens that have not been revoked.
    package func active() throws -> [Active] {
        try self.transaction.all(
            "SELECT \(Self.columns), hash FROM token WHERE revoked_at IS NULL ORDER BY id"
        ) { row in
            Active(token: try Self.decode(&row), hash: try row.next())
        }
    }

    /// Whether a token was ever created, revoked or not.
    package func hasAny() throws -> Bool {
        try self.transaction.one("SELECT id FROM token ORDER BY id LIMIT 1") { try $0.next(Int64.self) } != nil
    }

    /// Creates a token unless there is one of this name.
    ///
    /// - Parameters:
    ///   - name: who or what it is for.
    ///   - scope: what its holder may do.
    ///   - hash: the SHA-256 of its secret, in hexadecimal digits.
    ///   - now: the time.
    /// - Returns: its id; `nil` when another one has the name.
    /// - Throws: ``DatabaseError``
    package func insert(name: String, scope: TokenScope, hash: String, now: Timestamp) throws -> Int64? {
        try self.transaction.insert(
            """
            INSERT INTO token (name, scope, hash, created_at) VALUES (\(name), \(scope), \(hash), \(now))
            ON CONFLICT (name) DO NOTHING
            """
        )
    }

    /// Notes that a token counts no more.
    package func revoke(id: Int64, now: Timestamp) throws {
        try self.transaction.run("UPDATE token SET revoked_at = \(now) WHERE id = \(id) AND revoked_at IS NULL")
    }
}

extension TokenScope: SQLConvertible {}
