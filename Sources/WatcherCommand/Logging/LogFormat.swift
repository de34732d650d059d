// SPDX-License-Identifier: Apache-2.0
import Foundation
import Logging
import Synchronization

/// How the log is written to standard error.
enum LogFormat: String, Sendable, CaseIterable {
    /// Lines for people.
    case text
    /// One JSON object on each line, for programs.
    case json

    /// Makes a logger that writes in this format.
    ///
    /// - Parameters:
    ///   - level: what is less important is left out.
    ///   - metadataProvider: what is added to every line, such as the ids of a trace.
    /// - Returns: the logger of the program.
    func logger(level: Logger.Level, metadataProvider: Logger.MetadataProvider? = nil) -> Logger {
        Logger(label: "watcher") { label in
            switch self {
            case .text:
                var handler = OneLineLogHandler(StreamLogHandler.standardError(label: label))
                handler.logLevel = level
                handler.metadataProvider = metadataProvider
                return handler
            case .json:
                var handler = JSONLinesLogHandler(
                    label: label,
                    now: SystemTime.now,
                    write: StandardError.shared.write
                )
                handler.logLevel = level
                handler.metadataProvider = metadataProvider
                return handler
            }
        }
    }
}

/// Standard error, which threads share.
final class StandardError: Sendable {
    /// The one of this process.
    static let shared = StandardError()

    private let turn = Mutex(())

    /// Writes a line as a whole: those of other threads come before or after it.
    func write(_ line: String) {
        self.turn.withLock { _ in
            // Nothing is lost when nobody listens any more.
            try? FileHandle.standardError.write(contentsOf: Data(line.utf8))
        }
    }
}
