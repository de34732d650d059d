// SPDX-License-Identifier: Apache-2.0
import Synchronization
import WatcherCore
import WatcherServices

/// A place that keeps what it is sent.
final class Place: Notifier {
    private let state = Mutex<(sent: [StoredAlert], during: (@Sendable () async throws -> Void)?)>(([], nil))

    var sent: [StoredAlert] { self.state.withLock(\.sent) }

    func whileSending(_ action: (@Sendable () async throws -> Void)?) {
        self.state.withLock { $0.during = action }
    }

    func send(_ alert: StoredAlert) async throws {
        let during = self.state.withLock { state in
            state.sent.append(alert)
            return state.during
        }
        try await during?()
    }
}
