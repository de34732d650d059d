// SPDX-License-Identifier: Apache-2.0

/// Tells when a schedule is due, which several servers must agree on whose clocks are not quite the same.
package enum ScheduleRule {
    /// How far the clocks of servers may be apart, in microseconds: a moment further ahead than this is none of another
    /// server's, but comes from before this server's clock was put back.
    static let toleranceMicroseconds: Int64 = 300_000_000

    /// Whether a schedule is to fire now.
    ///
    /// What was missed while no server ran counts once, however often it was missed.
    ///
    /// - Parameters:
    ///   - firedAt: when it last fired, or was first seen.
    ///   - previous: when this server looked before.
    ///   - now: the time.
    ///   - next: the schedule: the first of its times after a moment.
    /// - Returns: whether one of its times has come since.
    package static func isDue(
        firedAt: Timestamp,
        previous: Timestamp,
        now: Timestamp,
        next: (Timestamp) -> Timestamp?
    ) -> Bool {
        let isFromTheFuture = firedAt > now.advanced(byMicroseconds: Self.toleranceMicroseconds)
        guard let time = next(isFromTheFuture ? min(previous, now) : firedAt) else { return false }
        return time <= now
    }
}
