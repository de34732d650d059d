// SPDX-License-Identifier: Apache-2.0

/// What leases are owed for time in which no server was listening, or for a clock that was set.
///
/// A server marks the time every few seconds while it listens. From the last mark and the time now follows how leases
/// are to be corrected before any of them is judged. In doubt they get longer: then a lost execution is found later,
/// while one that is alive is never taken for lost.
package enum LeaseClock {
    /// How leases are to be corrected.
    package enum Correction: Sendable, Equatable {
        /// Not at all.
        case none
        /// They end later: by so many microseconds, or by what has passed since the last heartbeat when that is less.
        ///
        /// Nobody can tell a server that was down from a clock that was set forward, and leases need not care.
        case extend(byMicroseconds: Int64)
        /// The clock was set back by about so many microseconds, and so are all leases whose heartbeat lies in the future.
        ///
        /// Those whose heartbeat does not may have been given by the new time already, and are left alone.
        case setBack(byMicroseconds: Int64)
    }

    /// How many intervals a mark may lie in the future before the clock counts as set back.
    package static let tolerance: Int64 = 3
    /// What the clocks that are compared may differ by without a reason, in microseconds.
    package static let imprecision: Int64 = 250_000

    /// Decides how leases are to be corrected.
    ///
    /// - Parameters:
    ///   - last: the last mark of any server.
    ///   - now: the time, as this server has it.
    ///   - intervalMicroseconds: how long a listening server waits between two marks.
    ///   - listenedMicroseconds: for how long, up to now, this server has been listening without a doubt, by a clock that
    ///     nobody sets; 0 when it has just begun, or could not mark the time when it last tried.
    /// - Returns: the correction, after which `now` is the last mark, unless there is none and `now` lies before it.
    package static func correction(
        last: Timestamp,
        now: Timestamp,
        intervalMicroseconds: Int64,
        listenedMicroseconds: Int64
    ) -> Correction {
        let gap = now.microseconds - last.microseconds
        if gap < -Self.tolerance * intervalMicroseconds { return .setBack(byMicroseconds: -gap) }
        let owed = gap - listenedMicroseconds
        return owed > Self.imprecision ? .extend(byMicroseconds: owed) : .none
    }
}
