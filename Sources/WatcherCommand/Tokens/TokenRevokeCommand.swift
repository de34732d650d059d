// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import WatcherCore
import WatcherServices

/// `watcher token revoke`: makes a token count no more.
struct TokenRevokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Revoke a token: servers refuse it within about 2 seconds.",
        discussion: """
            It stays in the list, and its name stays taken. When the last token has been revoked, nobody is let in until \
            there is a new one.
            """
    )

    @OptionGroup var ledger: LedgerOptions

    @Argument(help: ArgumentHelp("The token.", valueName: "name or id"))
    var token: String

    func run() async throws {
        let token = try await self.ledger.withTokens { try await $0.revoke(self.token) }
        if let moment = token.revokedAt {
            print("The token '\(token.name)' was revoked already, at \(moment.text).")
        } else {
            print("The token '\(token.name)' is revoked; servers refuse it within about 2 seconds.")
        }
    }
}
