// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Logging
import WatcherServices

/// `watcher token`: who may use a server.
struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Create, list and revoke the tokens that let clients in.",
        discussion: """
            Works on the ledger itself, whether or not servers run on it; they notice within about 2 seconds. From the \
            first token on, every request needs one.
            """,
        subcommands: [TokenCreateCommand.self, TokenListCommand.self, TokenRevokeCommand.self]
    )
}

extension LedgerOptions {
    /// Lends the use cases of tokens; what goes wrong becomes a sentence.
    ///
    /// - Parameters:
    ///   - makesLedger: whether the ledger is made, or brought up to date, when it is not what this program works with.
    ///   - body: uses them.
    /// - Returns: what `body` returned.
    /// - Throws: ``CommandFailure``
    func withTokens<Value>(
        makesLedger: Bool = false,
        _ body: (TokenService) async throws -> Value
    ) async throws -> Value {
        let location = try self.location()
        if makesLedger, location != .memory {
            let logger = LogFormat.text.logger(level: .warning)
            try await location.lend(logger: logger) { _ = try await $0.migrate(logger: logger) }
        }
        return try await self.withLedger { ledger, _ in try await body(TokenService(ledger)) }
    }
}
