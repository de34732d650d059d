// SPDX-License-Identifier: Apache-2.0
import Foundation
import Logging
import Synchronization
import Testing
import WatcherCore
import WatcherWire

@testable import WatcherCommand

@Suite("The log as JSON")
struct JSONLinesLogHandlerTests {
    private final class Lines: Sendable {
        let all = Mutex<[String]>([])
    }

    private static func handler(_ lines: Lines) -> JSONLinesLogHandler {
        JSONLinesLogHandler(
            label: "watcher",
            now: { Timestamp(microseconds: 1_767_225_600_000_001) },
            write: { line in lines.all.withLock { $0.append(line) } }
        )
    }

    @Test("each message is one flat object with the moment, the level and all metadata")
    func shape() throws {
        let lines = Lines()
        var handler = Self.handler(lines)
        handler.metadataProvider = Logger.MetadataProvider { ["trace": "t", "from": "provider"] }
        var logger = Logger(label: "watcher") { _ in handler }
        logger[metadataKey: "from"] = "logger"
        logger[metadataKey: "own"] = "1"
        logger.info("hello", metadata: ["from": "call", "level": "x", "tree": ["a": ["b", "c"]]])
        logger.debug("not shown")
        #expect(
            lines.all.withLock { $0 } == [
                #"{"time":"2026-01-01T00:00:00.000001Z","level":"info","logger":"watcher","message":"hello","#
                    + #""from":"call","metadata.level":"x","own":"1","trace":"t","tree":{"a":["b","c"]}}"# + "\n"
            ]
        )
    }

    @Test(
        "any text comes back as it was, on one line",
        arguments: ["\"\\/", "a\nb\r\n\t", "\u{0}\u{1F}\u{7F}\u{2028}", "äöü 😀 e\u{301}", "{\"a\": 1}", ""]
    )
    func escaping(text: String) throws {
        let lines = Lines()
        let logger = Logger(label: "watcher") { _ in Self.handler(lines) }
        logger.error("\(text)", metadata: ["\(text)!": "\(text)"])
        let line = try #require(lines.all.withLock { $0 }.first)
        #expect(line.hasSuffix("}\n") && line.count { $0.isNewline && $0 != "\u{2028}" } == 1)
        let object = try JSONParser.parse(Array(line.utf8))
        #expect(object["message"]?.string?.unicodeScalars.elementsEqual(text.unicodeScalars) == true)
        #expect(object["\(text)!"]?.string?.unicodeScalars.elementsEqual(text.unicodeScalars) == true)
    }

    @Test("a server that logs JSON writes nothing else to standard error")
    func server() async throws {
        let ended = try await withServer(options: ["--log-format", "json"]) { _ in }
        #expect(!ended.log.isEmpty)
        for line in ended.log where !line.isEmpty {
            let object = try JSONParser.parse(Array(line.utf8))
            #expect(object["logger"]?.string == "watcher")
            #expect(object["time"]?.string.flatMap { WireTimestamp($0) } != nil)
        }
    }
}
