// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Watcher
import WatcherWire

/// `watcher executions tree`: executions with their descendants below them.
struct ExecutionsTreeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tree",
        abstract: "Show executions with their children below them.",
        discussion: "Without an id, the newest executions that have no parent, newest first."
    )

    @OptionGroup var server: ServerOptions

    @Argument(help: "The execution at the top.")
    var id: Int64?

    @Option(help: ArgumentHelp("How many levels of children to show, 1 to 100.", valueName: "levels"))
    var depth = 10

    @Option(help: ArgumentHelp("How many trees to show when no id is given, 1 to 1000.", valueName: "count"))
    var limit = 10

    func validate() throws {
        guard (1...100).contains(self.depth) else { throw ValidationError("--depth must be from 1 to 100.") }
        guard (1...1000).contains(self.limit) else { throw ValidationError("--limit must be from 1 to 1000.") }
    }

    func run() async throws {
        let trees = try await self.server.withWatcher { watcher in
            var trees: [ExecutionResponse] = []
            let ids = if let id { [id] } else { try await self.newestRoots(watcher) }
            for id in ids {
                trees.append(try await watcher.execution(id: id, depth: self.depth))
            }
            return trees
        }
        if self.server.json {
            if self.id != nil, let tree = trees.first {
                self.server.print(tree)
            } else {
                self.server.print(ExecutionPage(data: trees, nextCursor: nil))
            }
        } else if trees.isEmpty {
            print("No executions found.")
        } else {
            print(Terminal.style.trees(trees), terminator: "")
        }
    }

    /// The ids of the newest executions without a parent, as far as they are found among the newest 100,000.
    private func newestRoots(_ watcher: Watcher) async throws -> [Int64] {
        var roots: [Int64] = []
        var cursor: String?
        for _ in 0..<100 {
            let page = try await watcher.executions(limit: 1000, cursor: cursor)
            roots += page.data.filter { $0.parentID == nil }.map(\.id)
            cursor = page.nextCursor
            if cursor == nil || roots.count >= self.limit { break }
        }
        return Array(roots.prefix(self.limit))
    }
}
