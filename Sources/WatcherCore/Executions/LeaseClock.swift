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

    /// How many intervals may lie between two marks without a reason.
    package static let tolerance: Int64 = 3

    /// Decides how leases are to be corrected.
    ///
    /// - Parameters:
    ///   - last: the last mark of any server.
    ///   - now: the time, as this server has it.
    ///   - intervalMicroseconds: how long a listening server waits between two marks.
    ///   - isResuming: whether this server has just begun to listen, or could not mark the time when it last tried; then
    ///     no part of the time since the last mark is known to have been listened.
    /// - Returns: the correction, after which `now` is the last mark, unless there is none and `now` lies before it.
    package static func correction(
        last: Timestamp,
        now: Timestamp,
        intervalMicroseconds: Int64,
        isResuming: Bool
    ) -> Correction {
        let gap = now.microseconds - last.microseconds
        let tolerated = Self.tolerance * intervalMicroseconds
        if gap < -tolerated { return .setBack(byMicroseconds: -gap) }
        return gap > (isResuming ? 0 : tolerated) ? .extend(byMicroseconds: gap) : .none
    }
}
