// SPDX-License-Identifier: Apache-2.0

/// The execution in which a tracked piece of work runs; lent to its closure.
public struct WatcherExecutionContext: Sendable, Hashable {
    /// The execution, as the server knows it; 0 under a client that is disabled.
    public let executionID: Int64
    /// The pipeline that runs.
    public let pipelineID: Int64
    /// From where the work shall read.
    public let watermark: Watermark?
    /// How far the work shall read.
    public let nextWatermark: Watermark?
    /// The server that knows the execution; an id means nothing to another one.
    let server: ServerAddress?
    /// What it last said of its progress.
    let lastProgress = ExecutionProgress()

    /// The id of an execution that no server knows.
    static let untrackedExecutionID: Int64 = 0

    /// Whether a server knows the execution: false under a client that is disabled.
    public var isTracked: Bool { self.executionID != Self.untrackedExecutionID }

    /// The innermost tracked execution of this task, and the parent of the next one unless told otherwise.
    ///
    /// Child tasks and `Task {}` see it as well, `Task.detached {}` does not.
    @TaskLocal public static var current: WatcherExecutionContext?

    /// Makes a context, for testing work that takes one.
    public init(
        executionID: Int64,
        pipelineID: Int64,
        watermark: Watermark? = nil,
        nextWatermark: Watermark? = nil
    ) {
        self.init(
            executionID: executionID,
            pipelineID: pipelineID,
            watermark: watermark,
            nextWatermark: nextWatermark,
            server: nil
        )
    }

    init(
        executionID: Int64,
        pipelineID: Int64,
        watermark: Watermark?,
        nextWatermark: Watermark?,
        server: ServerAddress?
    ) {
        self.executionID = executionID
        self.pipelineID = pipelineID
        self.watermark = watermark
        self.nextWatermark = nextWatermark
        self.server = server
    }

    /// The id of the enclosing execution, when it is one of `server`.
    static func enclosingExecutionID(on server: ServerAddress) -> Int64? {
        guard let current = Self.current, current.isTracked, current.server == nil || current.server == server else {
            return nil
        }
        return current.executionID
    }
}
