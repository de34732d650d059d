// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherCore

struct LeaseClockTests {
    private static let second: Int64 = 1_000_000

    private static func correction(_ gap: Int64, listened: Int64) -> LeaseClock.Correction {
        let last = Timestamp(microseconds: 1_700_000_000_000_000)
        return LeaseClock.correction(
            last: last,
            now: last.advanced(byMicroseconds: gap),
            intervalMicroseconds: 5 * Self.second,
            listenedMicroseconds: listened
        )
    }

    @Test(
        "leases are corrected by what nobody listened to",
        arguments: [
            (0, .none, .none), (250_000, .none, .none),
            (5_000_000, .none, .extend(byMicroseconds: 5_000_000)),
            (5_250_000, .none, .extend(byMicroseconds: 5_250_000)),
            (5_250_001, .extend(byMicroseconds: 250_001), .extend(byMicroseconds: 5_250_001)),
            (3_605_000_000, .extend(byMicroseconds: 3_600_000_000), .extend(byMicroseconds: 3_605_000_000)),
            (-1, .none, .none), (-15_000_000, .none, .none),
            (-15_000_001, .setBack(byMicroseconds: 15_000_001), .setBack(byMicroseconds: 15_000_001)),
        ] as [(Int64, LeaseClock.Correction, LeaseClock.Correction)]
    )
    func corrections(gap: Int64, listening: LeaseClock.Correction, resuming: LeaseClock.Correction) {
        #expect(Self.correction(gap, listened: 5 * Self.second) == listening)
        #expect(Self.correction(gap, listened: 0) == resuming)
    }

    /// A server that marks the time, is away or has its clock set, and goes on, at any phase of its intervals.
    @Test("no lease is shorter than what was listened to of it")
    func neverTooShort() {
        for away in [0, 1, 4, 9, 14, 16, 3600] as [Int64] {
            for step in [-3600, -16, -15, -1, 0, 1, 2, 5, 10, 14, 16, 3600] as [Int64] {
                for sinceMark in 0...5 as ClosedRange<Int64> {
                    let owed = (away + step) * Self.second
                    // A server that was away begins again; a clock that was set alone does not make it do so.
                    let listened = away > 0 ? 0 : sinceMark * Self.second
                    switch Self.correction((sinceMark + away + step) * Self.second, listened: listened) {
                    case .extend(let given): #expect(given >= owed, "\(away) \(step) \(sinceMark)")
                    case .setBack(let taken): #expect(-taken >= owed, "\(away) \(step) \(sinceMark)")
                    case .none: #expect(owed <= LeaseClock.imprecision, "\(away) \(step) \(sinceMark)")
                    }
                }
            }
        }
    }
}
