// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Foundation

/// Runs work that the first Ctrl-C (or SIGTERM) cancels, and that a second one ends at once.
///
/// Both are safe: a day is loaded in one transaction, and a day that was not reported as loaded is loaded again.
func cancelledByInterruption(_ work: @escaping @Sendable () async throws -> Void) async throws {
    let task = Task { try await work() }
    let sources = [SIGINT, SIGTERM].map { number in
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        source.setEventHandler {
            signal(number, SIG_DFL)
            task.cancel()
        }
        source.resume()
        return source
    }
    defer { sources.forEach { $0.cancel() } }
    try await task.value
}
