// SPDX-License-Identifier: Apache-2.0
import Logging
import Synchronization
import Testing

@testable import WatcherCommand

@Suite("The log as text")
struct OneLineLogHandlerTests {
    /// What a handler was given.
    private final class Events: Sendable {
        let all = Mutex<[(message: String, metadata: Logger.Metadata)]>([])
    }

    private struct Recorder: LogHandler {
        let events: Events
        var logLevel: Logger.Level = .info
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { self.metadata[key] }
            set { self.metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let metadata = self.metadata.merging(event.metadata ?? [:]) { _, given in given }
            self.events.all.withLock { $0.append((event.message.description, metadata)) }
        }
    }

    private struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    @Test("nothing that is logged breaks its line, or controls a terminal")
    func oneLine() throws {
        let events = Events()
        var logger = Logger(label: "test") { _ in OneLineLogHandler(Recorder(events: events)) }
        logger[metadataKey: "own"] = "a\nb"
        logger.info(
            "p\r\n2026-11-24 critical watcher: not so",
            metadata: ["x": "\u{1B}[2J\u{7F}", "list": ["a\u{2028}b", ["c": "d\u{85}e"]], "plain": "ä 😀"]
        )
        logger.error("bad", error: Failure(description: "first\nsecond"))
        let all = events.all.withLock { $0 }
        #expect(all.map(\.message) == ["p 2026-11-24 critical watcher: not so", "bad"])
        #expect(
            all.first?.metadata == [
                "own": "a b", "x": " [2J ", "list": ["a b", ["c": "d e"]], "plain": "ä 😀",
            ]
        )
        #expect(all.last?.metadata["error"] == "first second")
    }

    @Test("texts in tables stay on their line", arguments: [("a\tb\r\nc", "a b c"), ("\u{9B}2J", " 2J"), ("ä😀", "ä😀")])
    func tables(text: String, expected: String) {
        #expect(text.onOneLine == expected)
    }
}
