// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherCore

struct JobPolicyTests {
    private static func delays(_ retry: JobRetry, id: Int64, tries: ClosedRange<Int64>) -> [Int64] {
        tries.compactMap { tries in
            let job = Job(id: id, work: .freshness, attempt: 1, tries: tries)
            guard case .again(let delay) = retry.decision(afterFailureOf: job) else { return nil }
            return delay / 1_000_000
        }
    }

    @Test("pauses double up to their bound, with a quarter more at most, and the last try parks")
    func backsOff() {
        let delays = Self.delays(JobRetry(), id: 7, tries: 1...16)
        #expect(delays.count == 15)
        let leasts = [5, 10, 20, 40, 80, 160, 320, 640] + Array(repeating: 900, count: 7) as [Int64]
        for (delay, least) in zip(delays, leasts) {
            #expect((least...(least + least / 4)).contains(delay))
        }
        let patient = Self.delays(JobRetry(lastTry: .max), id: 7, tries: 9...200)
        #expect(patient.count == 192)
        #expect(patient.allSatisfy { (900...1125).contains($0) })
        #expect(JobRetry(lastTry: 1).decision(afterFailureOf: Job(id: 1, work: .freshness, attempt: 9)) == .park)
    }

    @Test("jobs that failed together come back one after the other, each always at the same time")
    func spreads() {
        let retry = JobRetry()
        let delays = (1...200).map { Self.delays(retry, id: $0, tries: 6...6) }
        #expect(Set(delays).count > 30)
        #expect(delays == (1...200).map { Self.delays(retry, id: $0, tries: 6...6) })
    }

    // MARK: Schedules

    /// Every ten minutes.
    private static func next(_ moment: Timestamp) -> Timestamp? {
        Self.at((moment.microseconds / 600_000_000 + 1) * 600)
    }

    private static func at(_ seconds: Int64) -> Timestamp { Timestamp(microseconds: seconds * 1_000_000) }

    @Test(
        "a schedule is due once one of its times has come, whatever the clocks of servers do",
        arguments: [
            (600, 1100, 1199, false), (600, 1199, 1200, true),
            // Missed many times.
            (600, 6000, 6001, true),
            // Another server's clock is ahead by less than the tolerance.
            (1200, 1099, 1100, false), (1201, 1199, 1200, false),
            // This clock was put back, or another server's is far ahead: its own times count.
            (3600, 3700, 1100, false), (3600, 1100, 1199, false), (3600, 1199, 1200, true), (3600, 1200, 1201, false),
        ] as [(Int64, Int64, Int64, Bool)]
    )
    func schedules(fired: Int64, previous: Int64, now: Int64, isDue: Bool) {
        #expect(
            ScheduleRule.isDue(
                firedAt: Self.at(fired),
                previous: Self.at(previous),
                now: Self.at(now),
                next: Self.next
            ) == isDue
        )
        #expect(!ScheduleRule.isDue(firedAt: Self.at(0), previous: Self.at(0), now: Self.at(now)) { _ in nil })
    }

    // MARK: The queue

    @Test("50 jobs are a warning and 100 are critical")
    func severities() {
        let levels = [0, 49, 50, 99, 100, .max].map { pending in
            QueueReport(counts: [.init(kind: "alert", pending: pending, later: 0)], schedules: 3).alert?.level
        }
        #expect(levels == [nil, nil, .warning, .warning, .critical, .critical])
    }
}
