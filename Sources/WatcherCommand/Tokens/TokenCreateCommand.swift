// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation
import WatcherCore
import WatcherServices

/// `watcher token create`: makes a token, and shows it once.
struct TokenCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Create a token, and print it.",
        discussion: """
            The token is printed once, on standard output, and nothing else is: the ledger keeps only its hash. A ledger \
            that does not exist yet is made.

            Example: WATCHER_TOKEN=$(watcher token create --name etl --scope write)
            """
    )

    @OptionGroup var ledger: LedgerOptions

    @Option(help: "Who or what the token is for.")
    var name: String

    @Option(help: "What it lets do; each scope includes those before it: look, record and change, delete.")
    var scope: TokenScope

    func validate() throws {
        if let fault = Token.fault(inName: self.name) { throw ValidationError("\(fault).") }
    }

    func run() async throws {
        var generator = SystemRandomNumberGenerator()
        let secret = TokenSecret(using: &generator)
        let id = try await self.ledger.withTokens(makesLedger: true) { tokens in
            try await tokens.create(name: self.name, scope: self.scope, secret: secret)
        }
        let note = "This is the token '\(self.name)'. It is not shown again: keep it like a password.\n"
        FileHandle.standardError.write(Data(note.utf8))
        print(secret.token(id: id))
    }
}

extension TokenScope: ExpressibleByArgument {}
