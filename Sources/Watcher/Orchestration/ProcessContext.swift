// SPDX-License-Identifier: Apache-2.0

import Logging

/// What the environment says of the place of this process in something larger.
package struct ProcessContext: Sendable {
    /// What runs the process.
    var orchestration: OrchestrationContext? {
        didSet { self.reported = self.orchestration.map { .object($0.members) } }
    }
    /// What runs the process, as each execution reports it.
    private(set) var reported: JSONValue?
    /// The parent of executions that have no other.
    var parentExecutionID: Int64?
    /// The trace that the process is a part of, sent along with every request.
    var traceparent: String?

    /// Knows nothing.
    package static let none = ProcessContext()

    private init() {}

    /// Reads the environment; what is there and wrong is ignored with a warning.
    ///
    /// The parent is an execution of the server that `WATCHER_URL` names, and its id means nothing to another one;
    /// without that variable it counts for every server.
    init(environment: [String: String], server: ServerAddress, logger: Logger) {
        self.orchestration = OrchestrationContext.detect(environment: environment)
        self.reported = self.orchestration.map { .object($0.members) }
        if let text = environment["WATCHER_PARENT_EXECUTION_ID"], !text.isEmpty {
            if let url = environment["WATCHER_URL"], !url.isEmpty, !server.isNamed(by: url) {
                logger.info("WATCHER_PARENT_EXECUTION_ID is ignored: WATCHER_URL names another server than this one")
            } else if let id = Int64(text), id > 0 {
                self.parentExecutionID = id
            } else {
                logger.warning("WATCHER_PARENT_EXECUTION_ID is ignored: it is no id of an execution")
            }
        }
        if let text = environment["TRACEPARENT"], !text.isEmpty {
            if Self.isTraceparent(text) {
                self.traceparent = text
            } else {
                logger.warning("TRACEPARENT is ignored: it is no trace context as W3C describes it")
            }
        }
    }

    /// Whether a text is a `traceparent` of version 00, or of a later one that goes on with more fields.
    static func isTraceparent(_ text: String) -> Bool {
        let parts = text.split(separator: "-", maxSplits: 4, omittingEmptySubsequences: false)
        guard parts.count >= 4, zip(parts, [2, 32, 16, 2]).allSatisfy({ Self.isHexadecimal($0, count: $1) }) else {
            return false
        }
        let isWhole = parts.count == 4 || parts[0] != "00" && parts[4].utf8.allSatisfy { (0x21...0x7E).contains($0) }
        return parts[0] != "ff" && isWhole && text.utf8.count <= 512
            && [parts[1], parts[2]].allSatisfy { $0.contains { $0 != "0" } }
    }

    private static func isHexadecimal(_ text: Substring, count: Int) -> Bool {
        text.utf8.count == count
            && text.utf8.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
            }
    }
}
