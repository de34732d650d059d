// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

/// `watcher executions`: looks at what a server has recorded.
struct ExecutionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "executions",
        abstract: "Look at the executions that a server has recorded.",
        subcommands: [ExecutionsListCommand.self, ExecutionsShowCommand.self, ExecutionsTreeCommand.self]
    )
}
