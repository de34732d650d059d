// SPDX-License-Identifier: Apache-2.0

/// `POST /queue/monitor`: counts the jobs that are not done.
///
/// It says nothing, and its body may be empty.
public struct QueueMonitorRequest: Sendable, Equatable {
    /// Makes a request.
    public init() {}
}

extension QueueMonitorRequest: WireRequest {
    /// Existing clients send no body.
    public static var mayBeEmpty: Bool { true }

    /// Reads the request, in which any field is ignored.
    public init(reading fields: inout RequestFields) {}

    /// Writes the request.
    public func write(to writer: inout JSONWriter) {
        writer.object { _ in }
    }
}

/// The answer to ``QueueMonitorRequest``: how many jobs are not done.
public struct QueueMonitorResponse: Sendable, Equatable {
    /// The jobs of one kind.
    public struct Tasks: Sendable, Equatable {
        /// The kind.
        public var kind: String
        /// What people call it.
        public var title: String
        /// How many are not done.
        public var count: Int64

        /// Makes a count.
        public init(kind: String, title: String, count: Int64) {
            self.kind = kind
            self.title = title
            self.count = count
        }
    }

    /// Jobs that are due or run.
    public var regularQueuePending: Int64
    /// Jobs that have failed, and are tried again later.
    public var scheduledQueuePending: Int64
    /// Schedules that add jobs.
    public var beatScheduledTasks: Int64
    /// All these jobs by their kinds.
    public var tasks: [Tasks]

    /// Makes an answer.
    public init(
        regularQueuePending: Int64,
        scheduledQueuePending: Int64,
        beatScheduledTasks: Int64,
        tasks: [Tasks]
    ) {
        self.regularQueuePending = regularQueuePending
        self.scheduledQueuePending = scheduledQueuePending
        self.beatScheduledTasks = beatScheduledTasks
        self.tasks = tasks
    }
}

extension QueueMonitorResponse {
    /// All jobs that are not done.
    public var totalPending: Int64 { self.regularQueuePending + self.scheduledQueuePending }
}

extension QueueMonitorResponse: WireResponse {
    /// Reads the answer, its jobs by kind.
    ///
    /// What people call a kind is not read back: the answer does not say which title is whose.
    public init(reading fields: ResponseFields) throws(WireResponseError) {
        self.regularQueuePending = try fields.required("regular_queue_pending", \.integer)
        self.scheduledQueuePending = try fields.required("scheduled_queue_pending", \.integer)
        self.beatScheduledTasks = try fields.required("beat_scheduled_tasks", \.integer)
        let counts = try fields.required("task_breakdown_raw", \.object).sorted { $0.key < $1.key }
        self.tasks = counts.map { Tasks(kind: $0.key, title: $0.key, count: $0.value.integer ?? 0) }
    }

    /// Writes the answer.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("status", "success")
            writer.member("total_pending", self.totalPending)
            writer.member("regular_queue_pending", self.regularQueuePending)
            writer.member("scheduled_queue_pending", self.scheduledQueuePending)
            writer.member("beat_scheduled_tasks", self.beatScheduledTasks)
            for (name, key) in [("task_breakdown", \Tasks.title), ("task_breakdown_raw", \Tasks.kind)] {
                writer.key(name)
                writer.object { writer in
                    for task in self.tasks { writer.member(task[keyPath: key], task.count) }
                }
            }
        }
    }
}
