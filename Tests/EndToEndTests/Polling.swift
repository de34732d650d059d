// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Waits until there is a value, looking every few milliseconds.
///
/// - Returns: the value.
/// - Throws: ``DeadlinePassed`` when there is none in time.
@discardableResult
func poll<Value>(
    _ what: String,
    within limit: Duration = .seconds(30),
    _ look: () async throws -> Value?
) async throws -> Value {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
        if let value = try await look() { return value }
        try await Task.sleep(for: .milliseconds(5))
    }
    throw DeadlinePassed(what: what, limit: limit)
}

/// Counts from several tasks.
final class Counter: Sendable {
    private let value = Mutex(0)

    var count: Int { self.value.withLock { $0 } }

    func increment() {
        self.value.withLock { $0 += 1 }
    }
}

/// Something did not happen in time.
struct DeadlinePassed: Error, CustomStringConvertible {
    let what: String
    let limit: Duration

    var description: String { "waited \(self.limit) in vain for \(self.what)" }
}
