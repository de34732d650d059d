// SPDX-License-Identifier: Apache-2.0

/// A token as the ledger lists it: all but its secret, which the ledger does not know.
package struct Token: Sendable, Equatable {
    /// Its id, which is also a part of its text.
    package let id: Int64
    /// Who or what it was made for; unique, also among those that were revoked.
    package let name: String
    /// What its holder may do.
    package let scope: TokenScope
    /// When it was created.
    package let createdAt: Timestamp
    /// When it was revoked; `nil` while it counts.
    package let revokedAt: Timestamp?

    /// Makes a token.
    package init(id: Int64, name: String, scope: TokenScope, createdAt: Timestamp, revokedAt: Timestamp?) {
        self.id = id
        self.name = name
        self.scope = scope
        self.createdAt = createdAt
        self.revokedAt = revokedAt
    }

    /// How long a name may be, in bytes.
    package static let maximumNameLength = 100

    /// What is wrong with a name for a token; `nil` when nothing is.
    ///
    /// Names are printed in tables and in logs, and a token can be revoked by its name or its id.
    package static func fault(inName name: String) -> String? {
        guard (1...Self.maximumNameLength).contains(name.utf8.count) else {
            return "A token's name has 1 to \(Self.maximumNameLength) bytes"
        }
        guard name.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
            return "A token's name has no control characters"
        }
        guard name.first != " ", name.last != " " else { return "A token's name neither begins nor ends with a space" }
        guard Int64(name) == nil else {
            return "A token's name is not a number, which could be taken for its id"
        }
        return nil
    }
}
