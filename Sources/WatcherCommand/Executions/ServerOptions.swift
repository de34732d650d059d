// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import FoundationEssentials
import Logging
import Watcher
import WatcherWire

/// Which server to ask, and how to print its answers.
struct ServerOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The server (default: WATCHER_URL, else http://127.0.0.1:8000).", valueName: "url"))
    var server: String?

    @Option(help: "The token to send to it (default: WATCHER_TOKEN).")
    var token: String?

    @Flag(help: "Print the server's JSON instead of text.")
    var json = false

    /// Asks the server; what goes wrong becomes a sentence.
    ///
    /// Nothing is sent twice: who waits at a terminal would rather know at once.
    func withWatcher<Value>(_ ask: (Watcher) async throws -> Value) async throws -> Value {
        let environment = ProcessInfo.processInfo.environment
        do {
            let token = try TokenSource.token(self.token ?? environment["WATCHER_TOKEN"])
            let watcher = try Watcher(
                self.server ?? environment["WATCHER_URL"] ?? "http://127.0.0.1:8000",
                token: token,
                configuration: .init(retries: .init(maximumAttempts: 1)),
                logger: Logger(label: "watcher", factory: { _ in SwiftLogNoOpLogHandler() })
            )
            return try await ask(watcher)
        } catch let error as WatcherError {
            throw CommandFailure(error.message)
        }
    }

    /// Prints a message as the server sends it, on one line.
    func print(_ message: some WireMessage) {
        Swift.print(String(decoding: message.json, as: UTF8.self))
    }
}
