// SPDX-License-Identifier: Apache-2.0

import InMemoryLogging
import Logging
import Watcher

extension ScriptedServer {
    /// A client of this server over the network, with manual time and a time limit that a busy machine keeps.
    ///
    /// Without heartbeats: one that is on its way when the test is over would meet a server that is going.
    func watcher(
        token: String? = nil,
        configuration: Watcher.Configuration = .init(requestTimeout: .seconds(120), heartbeats: .off),
        time: ManualTime = ManualTime(),
        logs: InMemoryLogHandler = InMemoryLogHandler()
    ) throws -> Watcher {
        try Watcher(
            self.url,
            token: token,
            configuration: configuration,
            logger: .recording(logs),
            surroundings: time.surroundings
        )
    }
}

extension Logger {
    /// A logger whose entries `handler` keeps, from trace on.
    static func recording(_ handler: InMemoryLogHandler) -> Logger {
        var logger = Logger(label: "test", factory: { _ in handler })
        logger.logLevel = .trace
        return logger
    }
}

/// An error with an identity.
final class IdentifiedError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Runs `body` and returns what it throws.
func thrownError(_ body: () async throws -> Void) async -> (any Error)? {
    do {
        try await body()
        return nil
    } catch {
        return error
    }
}
