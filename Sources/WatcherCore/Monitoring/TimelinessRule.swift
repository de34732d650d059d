// SPDX-License-Identifier: Apache-2.0

/// When an execution takes too long.
package enum TimelinessRule {
    /// What a look at an execution says.
    package enum Outcome: Sendable, Equatable {
        /// Its pipeline is not checked.
        case notChecked
        /// Nobody knows how it ended, and an alert of its own has said so. When its true end comes in, it is judged by it.
        case lost
        /// It completed, or still may, in time.
        case onTime
        /// It completed late, but should have completed before the time that is looked at.
        case tooLongAgo
        /// It runs, or completed, after a moment.
        case late(deadline: Timestamp)
    }

    /// What the rule needs to know of an execution.
    package struct Course: Sendable, Equatable {
        /// Where it stands.
        package let status: ExecutionStatus
        /// When it began.
        package let startDate: Timestamp
        /// When it ended, whenever that was reported.
        package let endDate: Timestamp?

        /// Makes a course.
        package init(status: ExecutionStatus, startDate: Timestamp, endDate: Timestamp?) {
            self.status = status
            self.startDate = startDate
            self.endDate = endDate
        }
    }

    /// How long the executions of a pipeline may take; `nil` when they are not checked, because the pipeline shall not
    /// run, somebody has muted the check for it or its type, or nobody has said how long.
    package static func limit(of pipeline: MonitoredPipeline) -> TimeLimit? {
        pipeline.isActive && !pipeline.timeliness.isMuted ? pipeline.timeliness.limit : nil
    }

    /// Judges an execution.
    ///
    /// At its deadline it is in time still. A completed one counts when its deadline lies within the time that is looked
    /// at, as that of every execution does which started within it. So one that takes longer than that time, and
    /// completes between two checks, is found too.
    ///
    /// - Parameters:
    ///   - course: the execution.
    ///   - pipeline: its pipeline.
    ///   - since: where the time begins that is looked at.
    ///   - now: the time.
    /// - Returns: the judgement.
    package static func judge(
        _ course: Course,
        of pipeline: MonitoredPipeline,
        since: Timestamp,
        now: Timestamp
    ) -> Outcome {
        guard let limit = Self.limit(of: pipeline) else { return .notChecked }
        let deadline = limit.deadline(from: course.startDate)
        switch course.status {
        case .lost: return .lost
        case .running: return deadline < now ? .late(deadline: deadline) : .onTime
        case .succeeded, .failed:
            guard let endDate = course.endDate, deadline < endDate else { return .onTime }
            return deadline < since ? .tooLongAgo : .late(deadline: deadline)
        }
    }

    /// From which start on executions of a status can be late.
    ///
    /// - Parameters:
    ///   - status: the status.
    ///   - limit: how long they may take.
    ///   - since: where the time begins that is looked at.
    /// - Returns: the earliest start; `nil` when no execution of the status can be.
    package static func earliestStart(
        of status: ExecutionStatus,
        _ limit: TimeLimit,
        since: Timestamp
    ) -> Timestamp? {
        switch status {
        case .lost: nil
        case .running: .earliest
        case .succeeded, .failed: limit.earliestStart(endingAt: since)
        }
    }
}
