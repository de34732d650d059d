// SPDX-License-Identifier: Apache-2.0

/// Asks for a check of how fresh the data of all pipelines is.
public struct FreshnessRequest: Sendable, Equatable {
    /// Makes a request.
    public init() {}
}

extension FreshnessRequest: WireRequest {
    /// All is optional.
    public static var mayBeEmpty: Bool { true }

    /// Reads the request, which has no fields.
    public init(reading fields: inout RequestFields) {}

    /// Writes the request.
    public func write(to writer: inout JSONWriter) {
        writer.object { _ in }
    }
}

/// Asks for a check of executions that take too long.
public struct TimelinessRequest: Sendable, Equatable {
    /// The shortest lookback, in minutes.
    public static let minimumLookback: Int64 = 5
    /// The lookback unless told otherwise, in minutes.
    public static let standardLookback: Int64 = 60

    /// How far back the check looks at what has completed, in minutes.
    public var lookbackMinutes: Int64

    /// Makes a request.
    public init(lookbackMinutes: Int64 = Self.standardLookback) {
        self.lookbackMinutes = lookbackMinutes
    }
}

extension TimelinessRequest: WireRequest {
    /// All is optional.
    public static var mayBeEmpty: Bool { true }

    /// Reads and checks the request.
    public init(reading fields: inout RequestFields) {
        let lookback = fields.integerField("lookback_minutes", atLeast: Self.minimumLookback)
        self.init(lookbackMinutes: lookback.value ?? Self.standardLookback)
    }

    /// Writes the request.
    public func write(to writer: inout JSONWriter) {
        writer.object { $0.member("lookback_minutes", self.lookbackMinutes) }
    }
}

/// The answer to a request for a check: a worker makes it soon.
public struct QueuedResponse: Sendable, Equatable {
    /// Makes an answer.
    public init() {}
}

extension QueuedResponse: WireResponse {
    /// Reads the answer.
    public init(reading fields: ResponseFields) throws(WireResponseError) {
        _ = try fields.required("status") { $0.string == "queued" ? true : nil }
    }

    /// Writes the answer.
    public func write(to writer: inout JSONWriter) {
        writer.object { $0.member("status", "queued") }
    }
}

/// Asks to delete what is older than a number of days.
public struct LogCleanupRequest: Sendable, Equatable {
    /// The shortest time that anything is kept, in days.
    public static let minimumDays: Int64 = 90
    /// How many rows one transaction deletes at most unless told otherwise.
    public static let standardBatch: Int64 = 10_000

    /// How many days are kept.
    public var retentionDays: Int64
    /// How many rows one transaction deletes at most; the server may take fewer.
    public var batchSize: Int64

    /// Makes a request.
    public init(retentionDays: Int64, batchSize: Int64 = Self.standardBatch) {
        self.retentionDays = retentionDays
        self.batchSize = batchSize
    }
}

extension LogCleanupRequest: WireRequest {
    /// Reads and checks the request.
    public init(reading fields: inout RequestFields) {
        self.retentionDays = 0
        if fields.hasValue("retention_days") {
            self.retentionDays = fields.integerField("retention_days", atLeast: Self.minimumDays).value ?? 0
        } else {
            // How much is deleted is never guessed: without a number, or with a null, the request is faulty.
            self.retentionDays = fields.integer("retention_days")
        }
        self.batchSize = fields.integerField("batch_size", atLeast: 1).value ?? Self.standardBatch
    }

    /// Writes the request.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("retention_days", self.retentionDays)
            writer.member("batch_size", self.batchSize)
        }
    }
}

/// How many rows ``LogCleanupRequest`` has deleted.
public struct LogCleanupResponse: Sendable, Equatable {
    /// Executions.
    public var pipelineExecutions: Int64
    /// Findings of the timeliness check.
    public var timelinessLogs: Int64
    /// Results of the anomaly detection.
    public var anomalyResults: Int64
    /// Findings of the freshness check.
    public var freshnessLogs: Int64

    /// Makes an answer.
    public init(pipelineExecutions: Int64, timelinessLogs: Int64, anomalyResults: Int64, freshnessLogs: Int64) {
        self.pipelineExecutions = pipelineExecutions
        self.timelinessLogs = timelinessLogs
        self.anomalyResults = anomalyResults
        self.freshnessLogs = freshnessLogs
    }
}

extension LogCleanupResponse: WireResponse {
    /// Reads the answer.
    public init(reading fields: ResponseFields) throws(WireResponseError) {
        self.pipelineExecutions = try fields.required("total_pipeline_executions_deleted", \.integer)
        self.timelinessLogs = try fields.required("total_timeliness_pipeline_execution_logs_deleted", \.integer)
        self.anomalyResults = try fields.required("total_anomaly_detection_results_deleted", \.integer)
        self.freshnessLogs = try fields.required("total_freshness_pipeline_logs_deleted", \.integer)
    }

    /// Writes the answer; there is no closure table here, so nothing of one is ever deleted.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("total_pipeline_executions_deleted", self.pipelineExecutions)
            writer.member("total_timeliness_pipeline_execution_logs_deleted", self.timelinessLogs)
            writer.member("total_anomaly_detection_results_deleted", self.anomalyResults)
            writer.member("total_pipeline_execution_closure_parent_deleted", 0 as Int64)
            writer.member("total_pipeline_execution_closure_child_deleted", 0 as Int64)
            writer.member("total_freshness_pipeline_logs_deleted", self.freshnessLogs)
        }
    }
}
