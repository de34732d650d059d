// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherCore

struct LeaseClockTests {
    private static func correction(_ gap: Int64, isResuming: Bool) -> LeaseClock.Correction {
        let last = Timestamp(microseconds: 1_700_000_000_000_000)
        return LeaseClock.correction(
            last: last,
            now: last.advanced(byMicroseconds: gap),
            intervalMicroseconds: 5_000_000,
            isResuming: isResuming
        )
    }

    @Test(
        "leases are corrected by what nobody listened to, beyond what is usual",
        arguments: [
            (0, .none, .none), (1, .none, .extend(byMicroseconds: 1)),
            (15_000_000, .none, .extend(byMicroseconds: 15_000_000)),
            (15_000_001, .extend(byMicroseconds: 15_000_001), .extend(byMicroseconds: 15_000_001)),
            (-1, .none, .none), (-15_000_000, .none, .none),
            (-15_000_001, .setBack(byMicroseconds: 15_000_001), .setBack(byMicroseconds: 15_000_001)),
        ] as [(Int64, LeaseClock.Correction, LeaseClock.Correction)]
    )
    func corrections(gap: Int64, listening: LeaseClock.Correction, resuming: LeaseClock.Correction) {
        #expect(Self.correction(gap, isResuming: false) == listening)
        #expect(Self.correction(gap, isResuming: true) == resuming)
    }

    /// A server that marks the time, is away or has its clock set, and begins again, at any phase of its intervals.
    @Test("no lease is shorter than what was listened to of it")
    func neverTooShort() {
        let second: Int64 = 1_000_000
        for away in [0, 1, 4, 9, 14, 16, 3600] as [Int64] {
            for step in [-3600, -16, 0, 16, 3600] as [Int64] {
                for sinceMark in 0..<5 as Range<Int64> {
                    // A server that was away begins again; a clock that was set alone does not make it do so.
                    let gap = (sinceMark + away + step) * second
                    let owed = (away + step) * second
                    switch Self.correction(gap, isResuming: away > 0) {
                    case .extend(let given): #expect(given >= owed, "\(away) \(step) \(sinceMark)")
                    case .setBack(let taken): #expect(-taken >= owed, "\(away) \(step) \(sinceMark)")
                    // Within the tolerance, only a clock can have been set.
                    case .none: #expect(owed <= max(0, step) * second, "\(away) \(step) \(sinceMark)")
                    }
                }
            }
        }
    }
}
