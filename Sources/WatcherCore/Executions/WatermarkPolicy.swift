// SPDX-License-Identifier: Apache-2.0

/// When an execution started, among the others of its pipeline; of two at the same moment, the later id counts.
package struct StartOrder: Sendable, Equatable, Comparable {
    /// When it started; for watermarks not later than the server heard of it, or one wrong clock would stop all others.
    package let startDate: Timestamp
    /// Its id.
    package let executionID: Int64

    /// Makes an order.
    package init(startDate: Timestamp, executionID: Int64) {
        self.startDate = startDate
        self.executionID = executionID
    }

    /// Orders by start.
    package static func < (left: Self, right: Self) -> Bool {
        (left.startDate, left.executionID) < (right.startDate, right.executionID)
    }
}

/// How far a pipeline has read and will read, and who said so.
package struct PipelineWatermarks: Sendable, Equatable {
    /// How far it has read; `nil` when it never said.
    package var current: String?
    /// How far its next executions will read.
    package var next: String?
    /// The execution whose success set ``current``.
    package var setBy: StartOrder?
    /// How many patches have set either watermark.
    ///
    /// Executions remember the count at their start, which tells, without any clock, whether a patch came before or
    /// after it.
    package var revision: Int64
    /// The count after the patch that last set ``current``; 0 when none has.
    package var currentRevision: Int64
    /// The count after the patch that last set ``next``; 0 when none has.
    package var nextRevision: Int64

    /// Makes the watermarks of a new pipeline.
    package init(
        current: String? = nil,
        next: String? = nil,
        setBy: StartOrder? = nil,
        revision: Int64 = 0,
        currentRevision: Int64 = 0,
        nextRevision: Int64 = 0
    ) {
        self.current = current
        self.next = next
        self.setBy = setBy
        self.revision = revision
        self.currentRevision = currentRevision
        self.nextRevision = nextRevision
    }

    /// The watermarks after a patch.
    ///
    /// Setting one to the value it has is a statement too, and counts.
    func patched(watermark: Update<String>, next: Update<String>) -> Self {
        guard watermark.isMentioned || next.isMentioned else { return self }
        var patched = self
        patched.revision += 1
        if watermark.isMentioned {
            patched.current = watermark.applied(to: self.current)
            patched.currentRevision = patched.revision
            patched.setBy = nil
        }
        if next.isMentioned {
            patched.next = next.applied(to: self.next)
            patched.nextRevision = patched.revision
        }
        return patched
    }

    /// The watermarks after a sync.
    ///
    /// The next watermark is then that of the executions to come, and no longer what a patch said about those that run:
    /// one of them would else move to a mark that it has not read up to.
    func synced(next: Update<String>) -> Self {
        var synced = self
        synced.next = next.applied(to: self.next)
        if synced.next != self.next { synced.nextRevision = 0 }
        return synced
    }

    /// The watermarks after a success of an execution.
    ///
    /// The value is the first of these that there is:
    /// 1. what a patch has set as next watermark since the execution started ("I know it only now");
    /// 2. what the execution said at its start;
    /// 3. what the pipeline's next watermark was when the execution started, whatever a later sync made of it.
    ///
    /// Nothing changes when there is none; when an execution that started later has set the watermark already; or when
    /// somebody has set the watermark itself since the execution started. So no overlap of executions skips data.
    package func after(successOf execution: ExecutionWatermarks) -> Self {
        let patched = self.nextRevision > execution.pipelineRevision ? self.next : nil
        guard let value = patched ?? execution.next ?? execution.pipelineNext else { return self }
        if let setBy, setBy > execution.order { return self }
        guard self.currentRevision <= max(execution.pipelineRevision, patched == nil ? 0 : self.nextRevision) else {
            return self
        }
        var advanced = self
        advanced.current = value
        advanced.setBy = execution.order
        return advanced
    }
}

/// What an execution knew of watermarks when it started.
package struct ExecutionWatermarks: Sendable, Equatable {
    /// When it started.
    package let order: StartOrder
    /// How far it said it would read.
    package let next: String?
    /// The pipeline's next watermark at that time.
    package let pipelineNext: String?
    /// The pipeline's count of patches at that time.
    package let pipelineRevision: Int64

    /// Makes what an execution knew.
    package init(order: StartOrder, next: String?, pipelineNext: String?, pipelineRevision: Int64) {
        self.order = order
        self.next = next
        self.pipelineNext = pipelineNext
        self.pipelineRevision = pipelineRevision
    }
}
