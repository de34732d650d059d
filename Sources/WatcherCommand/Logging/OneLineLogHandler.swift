// SPDX-License-Identifier: Apache-2.0
import Logging

/// Keeps every message on one line: what clients have sent, such as the name of a pipeline, cannot look like a line of
/// the log of its own, or give orders to a terminal.
struct OneLineLogHandler<Base: LogHandler>: LogHandler {
    private var base: Base

    /// Hands on to a handler what it has cleaned.
    init(_ base: Base) { self.base = base }

    var logLevel: Logger.Level {
        get { self.base.logLevel }
        set { self.base.logLevel = newValue }
    }
    var metadata: Logger.Metadata {
        get { self.base.metadata }
        set { self.base.metadata = newValue.mapValues(Self.cleaned) }
    }
    var metadataProvider: Logger.MetadataProvider? {
        get { self.base.metadataProvider }
        set { self.base.metadataProvider = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.base[metadataKey: key] }
        set { self.base[metadataKey: key] = newValue.map(Self.cleaned) }
    }

    func log(event: LogEvent) {
        var event = event
        event.message = "\(event.message.description.onOneLine)"
        // The base would describe the error itself.
        if let error = event.error {
            event.metadata = ["error": "\(error)"].merging(event.metadata ?? [:]) { _, given in given }
            event.error = nil
        }
        event.metadata = event.metadata?.mapValues(Self.cleaned)
        self.base.log(event: event)
    }

    private static func cleaned(_ value: Logger.MetadataValue) -> Logger.MetadataValue {
        switch value {
        case .string(let text): .string(text.onOneLine)
        case .stringConvertible(let value): .string(value.description.onOneLine)
        case .dictionary(let members): .dictionary(members.mapValues(Self.cleaned))
        case .array(let elements): .array(elements.map(Self.cleaned))
        }
    }
}

extension String {
    /// The text with a blank for each character that breaks a line or controls a terminal.
    var onOneLine: String {
        guard self.unicodeScalars.contains(where: \.isControl) else { return self }
        var text = String.UnicodeScalarView()
        // A carriage return and a line feed are one break.
        for scalar in self.replacing("\r\n", with: "\n").unicodeScalars { text.append(scalar.isControl ? " " : scalar) }
        return String(text)
    }
}

extension Unicode.Scalar {
    fileprivate var isControl: Bool {
        switch self.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
