// SPDX-License-Identifier: Apache-2.0
import Logging
import WatcherCore
import WatcherWire

/// Writes every message as one JSON object on a line of its own.
///
/// `time`, `level`, `logger` and `message` come first; metadata stands beside them, its own nesting kept. Metadata of one
/// of those names is written with `metadata.` before it.
struct JSONLinesLogHandler: LogHandler {
    var logLevel: Logger.Level = .info
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    private let label: String
    private let now: @Sendable () -> Timestamp
    private let write: @Sendable (String) -> Void

    /// Makes a handler.
    ///
    /// - Parameters:
    ///   - label: the name of the logger.
    ///   - now: the clock.
    ///   - write: takes a line with its line break, as a whole.
    init(label: String, now: @escaping @Sendable () -> Timestamp, write: @escaping @Sendable (String) -> Void) {
        self.label = label
        self.now = now
        self.write = write
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.metadata[key] }
        set { self.metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var metadata = self.metadata
        if let provided = self.metadataProvider?.get() { metadata.merge(provided) { _, newer in newer } }
        if let given = event.metadata { metadata.merge(given) { _, newer in newer } }
        if let error = event.error, metadata["error"] == nil { metadata["error"] = "\(error)" }
        let own = [
            ("time", WireTimestamp(microseconds: self.now().microseconds).text), ("level", event.level.rawValue),
            ("logger", self.label), ("message", event.message.description),
        ]
        var writer = JSONWriter()
        writer.object { writer in
            for (key, value) in own { writer.member(key, value) }
            for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
                writer.key(own.contains { $0.0 == key } ? "metadata.\(key)" : key)
                writer.value(Self.json(value))
            }
        }
        self.write(writer.text + "\n")
    }

    private static func json(_ value: Logger.MetadataValue) -> JSONValue {
        switch value {
        case .string(let text): .string(text)
        case .stringConvertible(let value): .string(value.description)
        case .dictionary(let members): .object(members.mapValues(Self.json))
        case .array(let elements): .array(elements.map(Self.json))
        }
    }
}
