// SPDX-License-Identifier: Apache-2.0

extension Watcher {
    /// Whether tracked executions tell the server that they are alive, and how often.
    ///
    /// An execution whose process dies can report nothing. With heartbeats the server notices: an execution that has sent
    /// one and then misses its lease is marked as lost, and an alert says so.
    ///
    /// The first heartbeat is sent one interval after the begin, so an execution that is over by then costs no further
    /// request. One whose process dies before its first heartbeat has no lease: it is left to the timeliness check.
    public struct HeartbeatPolicy: Sendable, Equatable {
        /// Whether heartbeats are sent.
        public var isOn: Bool
        /// How long to wait from the begin to the first heartbeat, and from one to the next: at least 100 milliseconds.
        public var interval: Duration
        /// How long an execution may be silent before it counts as lost: from 1 second to a day, and at least
        /// twice ``interval``; rounded up to whole seconds.
        public var lease: Duration

        /// Heartbeats in this interval, each good for this lease.
        ///
        /// - Parameters:
        ///   - interval: at least 100 milliseconds; 15 seconds by default.
        ///   - lease: from 1 second to a day, and at least twice the interval; 60 seconds by default, so that two
        ///     heartbeats in a row may fail.
        /// - Returns: the policy.
        public static func every(_ interval: Duration = .seconds(15), lease: Duration = .seconds(60)) -> Self {
            Self(isOn: true, interval: interval, lease: lease)
        }

        /// No heartbeats.
        public static let off: Self = {
            var policy = Self.every()
            policy.isOn = false
            return policy
        }()

        /// The bounds of the server.
        private static let leases: ClosedRange<Duration> = .seconds(1)...(.seconds(86_400))

        /// What is wrong, each as part of a sentence.
        var faults: [(Bool, String)] {
            guard self.isOn else { return [] }
            return [
                (self.interval < .milliseconds(100), "heartbeats.interval must be at least 100 milliseconds"),
                (!Self.leases.contains(self.lease), "heartbeats.lease must be from 1 second to a day"),
                (self.interval > self.lease / 2, "heartbeats.lease must be at least twice heartbeats.interval"),
            ]
        }

        /// The lease as it is sent.
        var leaseSeconds: Int64 {
            let (seconds, attoseconds) = self.lease.components
            return seconds + (attoseconds > 0 ? 1 : 0)
        }

        /// How long one heartbeat may take: it is over before the next one is due, which would be left out otherwise.
        var timeout: Duration { min(self.interval / 5 * 4, .seconds(5)) }
    }
}
