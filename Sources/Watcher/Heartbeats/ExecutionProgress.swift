// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// What an execution last said of its progress, for the next heartbeat.
///
/// One for each execution. All are equal, so contexts are compared by what they say of the execution.
final class ExecutionProgress: Sendable, Hashable {
    private struct State {
        var fraction: Double?
        var message: String?
        var counts: [(name: String, count: Int)] = []
    }

    private let state = Mutex(State())

    static func == (one: ExecutionProgress, other: ExecutionProgress) -> Bool {
        true
    }

    func hash(into hasher: inout Hasher) {}

    /// Notes how much is done; what is not given stays.
    func note(_ fraction: Double?, _ message: String?) {
        self.state.withLock { state in
            if let fraction, !fraction.isNaN { state.fraction = min(max(fraction, 0), 1) }
            if let message { state.message = Self.begin(message) }
        }
    }

    /// The message, or so much of one that is surely too long that its cut can be seen: heartbeats are made on event loops.
    private static func begin(_ message: String) -> String {
        let limit = TextLimits.message.upperBound
        // A character has four bytes at most.
        guard message.utf8.count > 4 * limit else { return message }
        return String(String.UnicodeScalarView(message.unicodeScalars.prefix(limit + 1)))
    }

    /// Adds to the running counts, which stay within what an `Int` holds.
    func add(_ counts: KeyValuePairs<String, Int>) {
        self.state.withLock { state in
            for (name, count) in counts where count != 0 {
                let place = state.counts.firstIndex { $0.name == name }
                let (sum, overflows) = (place.map { state.counts[$0].count } ?? 0).addingReportingOverflow(count)
                let total = overflows ? (count > 0 ? Int.max : Int.min) : sum
                if let place { state.counts[place].count = total } else { state.counts.append((name, total)) }
            }
        }
    }

    /// What the next heartbeat says.
    func heartbeat(leaseSeconds: Int64) -> HeartbeatRequest {
        let state = self.state.withLock(\.self)
        return HeartbeatRequest(
            leaseSeconds: leaseSeconds,
            progress: state.fraction.map(Field.value) ?? .absent,
            message: Self.text(state).map(Field.value) ?? .absent
        )
    }

    /// The message with the counts behind it, as the server takes it: without NUL, and cut where it is too long.
    private static func text(_ state: State) -> String? {
        let counts = state.counts.map { "\($0.name): \($0.count)" }.joined(separator: ", ")
        guard let message = state.message else { return counts.isEmpty ? nil : counts }
        let suffix = counts.isEmpty ? "" : " (\(counts))"
        let scalars = message.unicodeScalars.lazy.map { $0 == "\0" ? "\u{FFFD}" : $0 }
        let room = TextLimits.message.upperBound - suffix.unicodeScalars.count
        guard scalars.count > room else { return String(String.UnicodeScalarView(scalars)) + suffix }
        return String(String.UnicodeScalarView(scalars.prefix(room - 1))) + "…" + suffix
    }
}
