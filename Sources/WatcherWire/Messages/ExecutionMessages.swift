// SPDX-License-Identifier: Apache-2.0

/// `POST /start_pipeline_execution`.
public struct StartExecutionRequest: Sendable, Equatable {
    /// The pipeline that runs.
    public var pipelineID: Int64
    /// When it began; absent means when the server reads the request.
    public var startDate: WireTimestamp?
    /// From where it reads.
    public var watermark: Watermark?
    /// How far it reads.
    public var nextWatermark: Watermark?
    /// The execution it is a part of.
    public var parentID: Int64?

    /// Makes a request.
    public init(
        pipelineID: Int64,
        startDate: WireTimestamp? = nil,
        watermark: Watermark? = nil,
        nextWatermark: Watermark? = nil,
        parentID: Int64? = nil
    ) {
        self.pipelineID = pipelineID
        self.startDate = startDate
        self.watermark = watermark
        self.nextWatermark = nextWatermark
        self.parentID = parentID
    }
}

extension StartExecutionRequest: WireRequest {
    /// Reads and checks the request; the parent may also be called `parent_execution_id`.
    public init(reading fields: inout RequestFields) {
        self.pipelineID = fields.integer("pipeline_id")
        self.startDate = fields.timestampField("start_date").value
        self.watermark = fields.watermarkField("watermark").value
        self.nextWatermark = fields.watermarkField("next_watermark").value
        let alias = fields.integerField("parent_execution_id").value
        self.parentID = fields.integerField("parent_id").value ?? alias
    }

    /// Writes the request.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("pipeline_id", self.pipelineID)
            writer.optional("start_date", self.startDate) { $0.value($1) }
            writer.optional("watermark", self.watermark) { $0.value($1.text) }
            writer.optional("next_watermark", self.nextWatermark) { $0.value($1.text) }
            writer.optional("parent_id", self.parentID) { $0.value($1) }
        }
    }
}

/// `POST /end_pipeline_execution`.
public struct EndExecutionRequest: Sendable, Equatable {
    /// The execution.
    public var id: Int64
    /// When it ended.
    public var endDate: WireTimestamp
    /// Whether it did what it should.
    public var completedSuccessfully: Bool
    /// Rows inserted, at least 0.
    public var inserts: Int64?
    /// Rows updated, at least 0.
    public var updates: Int64?
    /// Rows marked as deleted, at least 0.
    public var softDeletes: Int64?
    /// Rows handled in all, at least 0.
    public var totalRows: Int64?
    /// Any facts about it: a JSON object.
    public var executionMetadata: JSONValue?

    /// Makes a request.
    public init(
        id: Int64,
        endDate: WireTimestamp,
        completedSuccessfully: Bool,
        inserts: Int64? = nil,
        updates: Int64? = nil,
        softDeletes: Int64? = nil,
        totalRows: Int64? = nil,
        executionMetadata: JSONValue? = nil
    ) {
        self.id = id
        self.endDate = endDate
        self.completedSuccessfully = completedSuccessfully
        self.inserts = inserts
        self.updates = updates
        self.softDeletes = softDeletes
        self.totalRows = totalRows
        self.executionMetadata = executionMetadata
    }
}

extension EndExecutionRequest: WireRequest {
    /// Reads and checks the request.
    public init(reading fields: inout RequestFields) {
        self.id = fields.integer("id")
        self.endDate = fields.timestamp("end_date")
        self.completedSuccessfully = fields.bool("completed_successfully")
        self.inserts = fields.integerField("inserts", atLeast: 0).value
        self.updates = fields.integerField("updates", atLeast: 0).value
        self.softDeletes = fields.integerField("soft_deletes", atLeast: 0).value
        self.totalRows = fields.integerField("total_rows", atLeast: 0).value
        self.executionMetadata = fields.metadataField("execution_metadata").value
    }

    /// Writes the request.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", self.id)
            writer.member("end_date", self.endDate)
            writer.member("completed_successfully", self.completedSuccessfully)
            writer.optional("inserts", self.inserts) { $0.value($1) }
            writer.optional("updates", self.updates) { $0.value($1) }
            writer.optional("soft_deletes", self.softDeletes) { $0.value($1) }
            writer.optional("total_rows", self.totalRows) { $0.value($1) }
            writer.optional("execution_metadata", self.executionMetadata) { $0.value($1) }
        }
    }
}

/// Where an execution stands.
public enum WireExecutionStatus: String, Sendable, CaseIterable {
    /// Started, not ended.
    case running
    /// Ended, and did what it should.
    case succeeded
    /// Ended, and did not.
    case failed
    /// Missed its lease: nobody knows how it ended.
    case lost
}

/// An execution with all its fields, and its children as deep as was asked for.
public struct ExecutionResponse: Sendable, Equatable {
    /// The execution.
    public var id: Int64
    /// The execution it is a part of.
    public var parentID: Int64?
    /// Its pipeline.
    public var pipelineID: Int64
    /// The name of its pipeline.
    public var pipelineName: String
    /// Where it stands.
    public var status: WireExecutionStatus
    /// When it began.
    public var startDate: WireTimestamp
    /// When it ended.
    public var endDate: WireTimestamp?
    /// From begin to end, in whole seconds.
    public var durationSeconds: Int64?
    /// Whether it did what it should; `nil` while it runs.
    public var completedSuccessfully: Bool?
    /// Rows inserted.
    public var inserts: Int64?
    /// Rows updated.
    public var updates: Int64?
    /// Rows marked as deleted.
    public var softDeletes: Int64?
    /// Rows handled in all.
    public var totalRows: Int64?
    /// From where it read.
    public var watermark: String?
    /// How far it read.
    public var nextWatermark: String?
    /// Any facts about it, as JSON text.
    public var executionMetadata: String?
    /// The metrics that were found odd, as JSON text.
    public var anomalyFlags: String?
    /// Rows per second.
    public var throughput: Double?
    /// What its heartbeats say, while it runs; `nil` when it never sent one.
    public var heartbeat: HeartbeatResponse?
    /// Its children, by id.
    public var childExecutions: [ExecutionResponse]

    /// Makes an answer.
    public init(
        id: Int64,
        parentID: Int64?,
        pipelineID: Int64,
        pipelineName: String,
        status: WireExecutionStatus,
        startDate: WireTimestamp,
        endDate: WireTimestamp?,
        durationSeconds: Int64?,
        completedSuccessfully: Bool?,
        inserts: Int64?,
        updates: Int64?,
        softDeletes: Int64?,
        totalRows: Int64?,
        watermark: String?,
        nextWatermark: String?,
        executionMetadata: String?,
        anomalyFlags: String?,
        throughput: Double?,
        heartbeat: HeartbeatResponse? = nil,
        childExecutions: [ExecutionResponse] = []
    ) {
        self.id = id
        self.parentID = parentID
        self.pipelineID = pipelineID
        self.pipelineName = pipelineName
        self.status = status
        self.startDate = startDate
        self.endDate = endDate
        self.durationSeconds = durationSeconds
        self.completedSuccessfully = completedSuccessfully
        self.inserts = inserts
        self.updates = updates
        self.softDeletes = softDeletes
        self.totalRows = totalRows
        self.watermark = watermark
        self.nextWatermark = nextWatermark
        self.executionMetadata = executionMetadata
        self.anomalyFlags = anomalyFlags
        self.throughput = throughput
        self.heartbeat = heartbeat
        self.childExecutions = childExecutions
    }
}

extension ExecutionResponse: WireResponse {
    /// Reads the answer.
    public init(reading fields: ResponseFields) throws(WireResponseError) {
        self.id = try fields.required("id", \.integer)
        self.parentID = fields["parent_id"]?.integer
        self.pipelineID = try fields.required("pipeline_id", \.integer)
        self.pipelineName = fields["pipeline_name"]?.string ?? ""
        self.startDate = try fields.required("start_date") { $0.string.flatMap(WireTimestamp.init) }
        self.endDate = fields["end_date"]?.string.flatMap(WireTimestamp.init)
        self.durationSeconds = fields["duration_seconds"]?.integer
        self.completedSuccessfully = fields["completed_successfully"]?.bool
        self.inserts = fields["inserts"]?.integer
        self.updates = fields["updates"]?.integer
        self.softDeletes = fields["soft_deletes"]?.integer
        self.totalRows = fields["total_rows"]?.integer
        self.watermark = fields["watermark"]?.string
        self.nextWatermark = fields["next_watermark"]?.string
        self.executionMetadata = fields["execution_metadata"]?.description
        self.anomalyFlags = fields["anomaly_flags"]?.description
        self.throughput = fields["throughput"]?.double
        self.heartbeat = try fields.message("heartbeat")
        self.childExecutions = try fields.list("child_executions")
        // Servers of the existing system do not send the status; it follows from the rest.
        let implied: WireExecutionStatus =
            self.endDate == nil ? .running : self.completedSuccessfully == true ? .succeeded : .failed
        self.status = fields["status"]?.string.flatMap(WireExecutionStatus.init) ?? implied
    }

    /// Writes the answer.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", self.id)
            writer.member("parent_id", self.parentID)
            writer.member("pipeline_id", self.pipelineID)
            writer.member("pipeline_name", self.pipelineName)
            writer.member("status", self.status.rawValue)
            writer.member("start_date", self.startDate)
            writer.member("end_date", self.endDate)
            writer.member("duration_seconds", self.durationSeconds)
            writer.member("completed_successfully", self.completedSuccessfully)
            writer.member("inserts", self.inserts)
            writer.member("updates", self.updates)
            writer.member("soft_deletes", self.softDeletes)
            writer.member("total_rows", self.totalRows)
            writer.member("watermark", self.watermark)
            writer.member("next_watermark", self.nextWatermark)
            writer.key("execution_metadata")
            writer.raw(self.executionMetadata ?? "null")
            writer.key("anomaly_flags")
            writer.raw(self.anomalyFlags ?? "null")
            writer.member("throughput", self.throughput)
            writer.key("heartbeat")
            if let heartbeat = self.heartbeat { heartbeat.write(to: &writer) } else { writer.null() }
            writer.member("child_executions", self.childExecutions)
        }
    }
}

/// A page of `GET /pipeline_execution`, newest first.
public struct ExecutionPage: Sendable, Equatable {
    /// The executions, without their children.
    public let data: [ExecutionResponse]
    /// What to send as `cursor` for the next page; `nil` on the last one.
    public let nextCursor: String?

    /// Makes a page.
    public init(data: [ExecutionResponse], nextCursor: String?) {
        self.data = data
        self.nextCursor = nextCursor
    }
}

extension ExecutionPage: WireResponse {
    /// Reads the page.
    public init(reading fields: ResponseFields) throws(WireResponseError) {
        self.data = try fields.list("data")
        self.nextCursor = fields["next_cursor"]?.string
    }

    /// Writes the page.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("data", self.data)
            writer.member("next_cursor", self.nextCursor)
        }
    }
}
