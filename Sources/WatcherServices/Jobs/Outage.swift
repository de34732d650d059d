// SPDX-License-Identifier: Apache-2.0
import Logging

/// Logs that something which is done again and again does not succeed: once, and once when it succeeds again.
struct Outage {
    private let what: String
    private let logger: Logger
    private var isUnderway = false

    init(_ what: String, _ logger: Logger) {
        self.what = what
        self.logger = logger
    }

    /// Does it.
    ///
    /// - Parameter body: what is done.
    /// - Returns: what it returned; `nil` when it failed.
    mutating func noting<Value>(_ body: () async throws -> Value) async -> Value? {
        do {
            let value = try await body()
            if self.isUnderway { self.logger.info("no longer: \(self.what)") }
            self.isUnderway = false
            return value
        } catch {
            let level: Logger.Level = self.isUnderway || Task.isCancelled ? .debug : .warning
            self.isUnderway = true
            self.logger.log(level: level, "\(self.what)", metadata: ["error": "\(error)"])
            return nil
        }
    }
}
