// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherCore

@Suite("The rules of the freshness and the timeliness check")
struct CheckRulesTests {
    private static let day: Int64 = 86_400_000_000
    private static let created = Timestamp(microseconds: 100 * day)
    private static let hour = Threshold(number: 1, datepart: .hour)

    private static func pipeline(
        active: Bool = true,
        _ times: TargetTimes = TargetTimes(),
        own: Threshold = Threshold(),
        inherited: Threshold = Threshold()
    ) -> MonitoredPipeline {
        let threshold = InheritedThreshold(own: own, inherited: inherited)
        return MonitoredPipeline(
            id: 1,
            name: "p",
            isActive: active,
            createdAt: Self.created,
            lastTarget: times,
            freshness: threshold,
            timeliness: threshold
        )
    }

    @Test("data is stale from the first microsecond after its deadline, counted from the newest change or the creation")
    func freshness() {
        let newest = Timestamp(microseconds: 200 * Self.day)
        let older = Timestamp(microseconds: 150 * Self.day)
        let cases: [(times: TargetTimes, lastChange: Timestamp)] = [
            (TargetTimes(), Self.created), (TargetTimes(insert: newest), newest),
            (TargetTimes(insert: older, softDelete: newest), newest),
            (TargetTimes(update: newest, softDelete: older), newest),
        ]
        for (times, lastChange) in cases {
            let pipeline = Self.pipeline(times, own: Self.hour)
            let deadline = lastChange.advanced(by: 1, .hour)
            #expect(FreshnessRule.judge(pipeline, now: deadline) == .fresh)
            guard case .stale(let found) = FreshnessRule.judge(pipeline, now: deadline.advanced(byMicroseconds: 1))
            else {
                Issue.record("it is not stale")
                continue
            }
            #expect(found.lastChange == lastChange && found.deadline == deadline)
            #expect(found.hasLoaded == (times != TargetTimes()))
        }
    }

    @Test("the pipeline's own threshold counts before its type's, and either can mute")
    func thresholds() {
        let now = Self.created.advanced(by: 5, .hour)
        func judge(_ pipeline: MonitoredPipeline) -> FreshnessRule.Outcome { FreshnessRule.judge(pipeline, now: now) }
        let days = Threshold(number: 3, datepart: .day)
        let muted = Threshold(isMuted: true)
        #expect(judge(Self.pipeline()) == .noThreshold)
        #expect(judge(Self.pipeline(own: days, inherited: Self.hour)) == .fresh)
        #expect(judge(Self.pipeline(own: Self.hour, inherited: muted)) == .muted)
        #expect(judge(Self.pipeline(own: muted, inherited: Self.hour)) == .muted)
        #expect(judge(Self.pipeline(active: false, own: Self.hour)) == .inactive)
        for pipeline in [Self.pipeline(own: Self.hour, inherited: days), Self.pipeline(inherited: Self.hour)] {
            guard case .stale = judge(pipeline) else {
                Issue.record("it is not stale")
                return
            }
            #expect(TimelinessRule.limit(of: pipeline) == TimeLimit(1, .hour))
        }
        for pipeline in [
            Self.pipeline(), Self.pipeline(active: false, own: Self.hour),
            Self.pipeline(own: muted, inherited: Self.hour),
        ] {
            #expect(TimelinessRule.limit(of: pipeline) == nil)
        }
    }

    @Test(
        "an execution is late after its deadline: a running one by the clock, an ended one by its end, a lost one never"
    )
    func timeliness() {
        let start = Self.created
        let deadline = start.advanced(by: 1, .hour)
        let after = deadline.advanced(byMicroseconds: 1)
        let pipeline = Self.pipeline(own: Self.hour)
        func judge(
            _ status: ExecutionStatus,
            end: Timestamp? = nil,
            since: Timestamp = start,
            now: Timestamp = after
        ) -> TimelinessRule.Outcome {
            let course = TimelinessRule.Course(status: status, startDate: start, endDate: end)
            return TimelinessRule.judge(course, of: pipeline, since: since, now: now)
        }
        #expect(judge(.running, now: deadline) == .onTime)
        #expect(judge(.running, since: after) == .late(deadline: deadline))
        for status in [.succeeded, .failed] as [ExecutionStatus] {
            #expect(judge(status, end: deadline, now: after.advanced(by: 9, .day)) == .onTime)
            #expect(judge(status, end: after) == .late(deadline: deadline))
            #expect(judge(status, end: after, since: deadline) == .late(deadline: deadline))
            #expect(judge(status, end: after, since: after) == .tooLongAgo)
        }
        #expect(judge(.lost, end: after.advanced(by: 9, .day)) == .lost)
        let muted = Self.pipeline(own: Threshold(number: 1, datepart: .hour, isMuted: true))
        let course = TimelinessRule.Course(status: .running, startDate: start, endDate: nil)
        #expect(TimelinessRule.judge(course, of: muted, since: start, now: after) == .notChecked)
    }

    @Test("no start is left out from which a limit reaches into the time that is looked at")
    func earliestStart() {
        var numbers = SplitMix64(seed: 11)
        for _ in 0..<20_000 {
            let datepart = Datepart.allCases[Int.random(in: 0..<6, using: &numbers)]
            let limit = TimeLimit(Int64.random(in: 1...30, using: &numbers), datepart)
            let end = Timestamp(microseconds: Int64.random(in: 0..<40_000, using: &numbers) * Self.day / 2)
            let first = limit.earliestStart(endingAt: end)
            let before = first.advanced(byMicroseconds: -Int64.random(in: 1...(4 * Self.day), using: &numbers))
            #expect(limit.deadline(from: before) < end)
            #expect(limit.deadline(from: first.advanced(by: 3, .day).advanced(byMicroseconds: 1)) > end)
        }
    }

    @Test("a parent goes only with all that is below it")
    func removable() {
        func edge(_ child: Int64, _ parent: Int64) -> RetentionRule.Edge { .init(child: child, parent: parent) }
        #expect(RetentionRule.removable([3, 2, 1], [edge(3, 2), edge(2, 1)]) == [3, 2, 1])
        #expect(RetentionRule.removable([4, 3, 2, 1], [edge(9, 3), edge(3, 1), edge(4, 2)]) == [4, 2])
        // A parent that came after its child waits for the next time.
        #expect(RetentionRule.removable([5, 2], [edge(2, 5)]) == [2])
    }
}
