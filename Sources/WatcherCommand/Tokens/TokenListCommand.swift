// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import WatcherCore
import WatcherServices
import WatcherWire

/// `watcher token ls`: a table of tokens.
struct TokenListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls",
        abstract: "List the tokens, also those that were revoked."
    )

    @OptionGroup var ledger: LedgerOptions

    @Flag(help: "Print JSON instead of text.")
    var json = false

    func run() async throws {
        let tokens = try await self.ledger.withTokens { try await $0.all() }
        if self.json {
            let list: JSONValue = .array(tokens.map(Self.json))
            print(list.description)
        } else if tokens.isEmpty {
            print("There are no tokens.")
        } else {
            print(Self.table(tokens).lines(width: Terminal.style.width).joined(separator: "\n"))
        }
    }

    private static func json(_ token: Token) -> JSONValue {
        [
            "id": JSONValue(token.id), "name": JSONValue(token.name), "scope": JSONValue(token.scope.rawValue),
            "created_at": JSONValue(token.createdAt.text),
            "revoked_at": token.revokedAt.map { JSONValue($0.text) } ?? .null,
        ]
    }

    private static func table(_ tokens: [Token]) -> TextTable {
        TextTable(
            columns: [
                .init(title: "ID", alignment: .right, importance: 5),
                .init(title: "NAME", importance: 4, minimum: 10),
                .init(title: "SCOPE", importance: 3),
                .init(title: "CREATED", importance: 1),
                .init(title: "REVOKED", importance: 2),
            ],
            rows: tokens.map { token in
                [
                    "\(token.id)", token.name, token.scope.rawValue, token.createdAt.text,
                    token.revokedAt?.text ?? "",
                ]
            }
        )
    }
}

extension Timestamp {
    /// The moment as the server writes it.
    var text: String { WireTimestamp(microseconds: self.microseconds).text }
}
