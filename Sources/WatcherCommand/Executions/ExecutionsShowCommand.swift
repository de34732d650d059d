// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Watcher
import WatcherWire

/// `watcher executions show`: all facts of one execution.
struct ExecutionsShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show everything about one execution, and its children."
    )

    @OptionGroup var server: ServerOptions

    @Argument(help: "The execution.")
    var id: Int64

    func run() async throws {
        let execution = try await self.server.withWatcher { try await $0.execution(id: self.id) }
        if self.server.json {
            self.server.print(execution)
        } else {
            print(Terminal.style.details(execution), terminator: "")
        }
    }
}
