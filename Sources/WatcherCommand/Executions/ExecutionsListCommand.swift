// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Watcher
import WatcherWire

/// `watcher executions ls`: a table of executions, newest first.
struct ExecutionsListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls",
        abstract: "List executions, newest first.",
        discussion: """
            A table as wide as the terminal (or COLUMNS); a pipe gets whole lines. Moments are in UTC, as in \
            2025-01-10, 2025-01-10T08:30:00Z or 2025-01-10T08:30:00+02:00.
            """
    )

    @OptionGroup var server: ServerOptions

    @Option(help: ArgumentHelp("Only executions of this pipeline.", valueName: "name or id"))
    var pipeline: String?

    @Option(help: "Only executions in this state.")
    var status: WireExecutionStatus?

    @Option(help: ArgumentHelp("Only the direct children of this execution.", valueName: "id"))
    var parent: Int64?

    @Option(help: ArgumentHelp("Only executions that began at this moment or later.", valueName: "moment"))
    var since: WireTimestamp?

    @Option(help: ArgumentHelp("Only executions that began before this moment.", valueName: "moment"))
    var until: WireTimestamp?

    @Option(help: ArgumentHelp("How many to show, 1 to 1000.", valueName: "count"))
    var limit = 20

    @Flag(help: "Show all there are, not only the first <count>.")
    var all = false

    func validate() throws {
        guard (1...1000).contains(self.limit) else { throw ValidationError("--limit must be from 1 to 1000.") }
    }

    func run() async throws {
        let page = try await self.server.withWatcher { watcher in
            var executions: [ExecutionResponse] = []
            var cursor: String?
            repeat {
                let page = try await self.page(watcher, after: cursor)
                executions += page.data
                cursor = page.nextCursor
            } while self.all && cursor != nil
            return ExecutionPage(data: executions, nextCursor: cursor)
        }
        if self.server.json {
            self.server.print(page)
        } else if page.data.isEmpty {
            print("No executions found.")
        } else {
            print(Terminal.style.table(page.data), terminator: "")
            if page.nextCursor != nil { print("There are more: ask with --limit or --all.") }
        }
    }

    private func page(_ watcher: Watcher, after cursor: String?) async throws -> ExecutionPage {
        let id = self.pipeline.flatMap { Int64($0) }
        return try await watcher.executions(
            pipelineID: id,
            pipelineName: id == nil ? self.pipeline : nil,
            status: self.status,
            parentID: self.parent,
            since: self.since,
            until: self.until,
            limit: self.all ? 1000 : self.limit,
            cursor: cursor
        )
    }
}
