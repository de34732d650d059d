// SPDX-License-Identifier: Apache-2.0
import WatcherCore

/// What must be found in a month, worked out from its plan and from nothing that the server says.
struct MonthFindings {
    /// A pipeline whose data was too old, and when that data had last changed.
    struct Stale: Hashable, Comparable {
        let pipeline: Int
        let changed: Int64

        static func < (left: Self, right: Self) -> Bool {
            (left.pipeline, left.changed) < (right.pipeline, right.changed)
        }
    }

    /// The numbers of the executions that were late.
    private(set) var late: [Int] = []
    private(set) var stale: [Stale] = []
    /// The numbers of the pipelines that were found fresh again.
    private(set) var restored: [Int] = []
    /// The numbers of the executions that were lost, and of those of them whose end became known later.
    private(set) var lost: [Int] = []
    private(set) var endedAfterAll: [Int] = []
    /// The numbers of the executions that were odd.
    private(set) var odd: [Int] = []

    init(_ plan: MonthPlan) {
        let looks = plan.looks
        for (number, run) in plan.runs.enumerated() where plan.received(run.start) <= MonthPlan.length {
            if let lostAt = run.lostAt, lostAt <= MonthPlan.length {
                self.lost.append(number)
                if run.isOver { self.endedAfterAll.append(number) }
            }
            if run.isOver, !run.odd.isEmpty { self.odd.append(number) }
        }
        self.findLate(plan, Self.checks(looks, first: 5400, every: 7200))
        self.findStale(plan, Self.checks(looks, first: 3600, every: 3600))
    }

    /// When a check is made that is to be made again and again: at once, or when there is a server again.
    private static func checks(_ looks: [Int64], first: Int64, every: Int64) -> [(previous: Int64, time: Int64)] {
        var checks: [(previous: Int64, time: Int64)] = []
        for look in looks {
            let previous = checks.last?.time ?? 0
            let due = previous < first ? first : first + ((previous - first) / every + 1) * every
            if due <= look { checks.append((previous, look)) }
        }
        return checks
    }

    /// Late is what runs longer than it may, as far as a check knows, and what turns out to have done so.
    ///
    /// Of what was lost when it was checked, an alert of its own has told; its end counts when its deadline lies no
    /// more than an hour before the check that came before the one which learns of it.
    private mutating func findLate(_ plan: MonthPlan, _ checks: [(previous: Int64, time: Int64)]) {
        for (number, run) in plan.runs.enumerated() {
            let pipeline = plan.pipelines[run.pipeline]
            let deadline = run.start + pipeline.allowedSeconds
            let started = plan.received(run.start)
            guard !pipeline.isSilent else { continue }
            for check in checks where check.time > deadline && check.time >= started {
                if let reported = run.reported, let end = run.end, reported <= check.time {
                    if deadline < end, check.previous - 3600 <= deadline { self.late.append(number) }
                    break
                }
                if let lostAt = run.lostAt, lostAt <= check.time { continue }
                self.late.append(number)
                break
            }
        }
    }

    private mutating func findStale(_ plan: MonthPlan, _ checks: [(previous: Int64, time: Int64)]) {
        for (number, pipeline) in plan.pipelines.enumerated() where !pipeline.isSilent {
            let loads = plan.runs.filter { $0.pipeline == number && $0.succeeds && ($0.inserts ?? 0) > 0 }
            var found: Stale?
            var isOpen = false
            for (_, time) in checks {
                let known = loads.filter { ($0.reported ?? .max) <= time }
                let last = Stale(pipeline: number, changed: known.compactMap(\.end).max() ?? 0)
                if last.changed + pipeline.freshSeconds < time {
                    if last != found { self.stale.append(last) }
                    (found, isOpen) = (last, true)
                } else if isOpen {
                    self.restored.append(number)
                    isOpen = false
                }
            }
        }
    }
}

extension MonthPlan.Run {
    /// Whether the server has learnt of its end by the end of the month.
    var isOver: Bool { self.reported.map { $0 <= MonthPlan.length } ?? false }

    /// How it stands at the end of the month.
    var status: ExecutionStatus {
        if self.isOver { return self.succeeds ? .succeeded : .failed }
        return self.lostAt.map { $0 <= MonthPlan.length } == true ? .lost : .running
    }
}
