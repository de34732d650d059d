// SPDX-License-Identifier: Apache-2.0

/// `POST /pipeline`: gets or creates a pipeline by name, and updates what the request mentions.
public struct PipelineRequest: Sendable, Equatable {
    /// The pipeline's name.
    public var name: String
    /// The name of its type, created when missing.
    public var pipelineTypeName: String
    /// How far its next executions will read.
    public var nextWatermark: Field<Watermark>
    /// Any facts about it.
    public var pipelineMetadata: Field<JSONValue>
    /// How old its newest data may become.
    public var freshness: ThresholdFields
    /// How long an execution may take.
    public var timeliness: ThresholdFields

    /// Makes a request that mentions the names only, unless told more.
    public init(
        name: String,
        pipelineTypeName: String,
        nextWatermark: Field<Watermark> = .absent,
        pipelineMetadata: Field<JSONValue> = .absent,
        freshness: ThresholdFields = .init(),
        timeliness: ThresholdFields = .init()
    ) {
        self.name = name
        self.pipelineTypeName = pipelineTypeName
        self.nextWatermark = nextWatermark
        self.pipelineMetadata = pipelineMetadata
        self.freshness = freshness
        self.timeliness = timeliness
    }
}

extension PipelineRequest: WireRequest {
    /// Reads and checks the request.
    public init(reading fields: inout RequestFields) {
        self.name = fields.string("name", TextLimits.name)
        self.pipelineTypeName = fields.string("pipeline_type_name", TextLimits.name)
        self.nextWatermark = fields.watermarkField("next_watermark")
        self.pipelineMetadata = fields.metadataField("pipeline_metadata")
        self.freshness = ThresholdFields(readingPair: &fields, "freshness")
        self.timeliness = ThresholdFields(readingPair: &fields, "timeliness")
    }

    /// Writes the request.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("name", self.name)
            writer.member("pipeline_type_name", self.pipelineTypeName)
            writer.field("next_watermark", self.nextWatermark) { $0.value($1.text) }
            writer.field("pipeline_metadata", self.pipelineMetadata) { $0.value($1) }
            self.freshness.write(to: &writer, "freshness")
            self.timeliness.write(to: &writer, "timeliness")
        }
    }
}

/// The answer to ``PipelineRequest``.
public struct PipelineSyncResponse: Sendable, Equatable {
    /// The pipeline.
    public let id: Int64
    /// Whether it shall run.
    public let active: Bool
    /// Whether the server wants its lineage.
    public let loadLineage: Bool
    /// How far it has read, unless it never said.
    public let watermark: Watermark?

    /// Makes an answer.
    public init(id: Int64, active: Bool, loadLineage: Bool, watermark: Watermark?) {
        self.id = id
        self.active = active
        self.loadLineage = loadLineage
        self.watermark = watermark
    }
}

extension PipelineSyncResponse: WireResponse {
    /// Reads the answer.
    public init(reading fields: ResponseFields) throws(WireResponseError) {
        self.id = try fields.required("id", \.integer)
        self.active = try fields.required("active", \.bool)
        self.loadLineage = try fields.required("load_lineage", \.bool)
        self.watermark = fields["watermark"].flatMap(Watermark.init(json:))
    }

    /// Writes the answer.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", self.id)
            writer.member("active", self.active)
            writer.member("load_lineage", self.loadLineage)
            writer.member("watermark", self.watermark?.text)
        }
    }
}

/// `PATCH /pipeline`: changes the fields that the request mentions.
public struct PipelinePatchRequest: Sendable, Equatable {
    /// Which pipeline.
    public var target: PatchTarget
    /// Its new name, when it is named by id.
    public var name: Field<String>
    /// The name of its type, which must exist.
    public var pipelineTypeName: Field<String>
    /// The id of its type, which must exist.
    public var pipelineTypeID: Field<Int64>
    /// How far it has read.
    public var watermark: Field<Watermark>
    /// How far its next executions will read.
    public var nextWatermark: Field<Watermark>
    /// Any facts about it.
    public var pipelineMetadata: Field<JSONValue>
    /// How old its newest data may become.
    public var freshness: ThresholdFields
    /// Whether the freshness check leaves it out.
    public var muteFreshnessCheck: Field<Bool>
    /// How long an execution may take.
    public var timeliness: ThresholdFields
    /// Whether the timeliness check leaves it out.
    public var muteTimelinessCheck: Field<Bool>
    /// Whether the server wants its lineage.
    public var loadLineage: Field<Bool>
    /// Whether it shall run.
    public var active: Field<Bool>

    /// Makes a request that changes nothing until its fields are set.
    public init(target: PatchTarget) {
        self.target = target
        self.name = .absent
        self.pipelineTypeName = .absent
        self.pipelineTypeID = .absent
        self.watermark = .absent
        self.nextWatermark = .absent
        self.pipelineMetadata = .absent
        self.freshness = .init()
        self.muteFreshnessCheck = .absent
        self.timeliness = .init()
        self.muteTimelinessCheck = .absent
        self.loadLineage = .absent
        self.active = .absent
    }
}

extension PipelinePatchRequest: WireRequest {
    /// Reads and checks the request.
    public init(reading fields: inout RequestFields) {
        self.target = PatchTarget(reading: &fields, idAlias: "pipeline_id")
        self.name = fields.nonNull("name", in: self.target) { $0.stringField("name", TextLimits.name) }
        self.pipelineTypeName = fields.nonNull("pipeline_type_name") {
            $0.stringField("pipeline_type_name", TextLimits.name)
        }
        self.pipelineTypeID = fields.nonNull("pipeline_type_id") { $0.integerField("pipeline_type_id") }
        self.watermark = fields.watermarkField("watermark")
        self.nextWatermark = fields.watermarkField("next_watermark")
        self.pipelineMetadata = fields.metadataField("pipeline_metadata")
        self.freshness = ThresholdFields(reading: &fields, "freshness")
        self.muteFreshnessCheck = fields.nonNull("mute_freshness_check") { $0.boolField("mute_freshness_check") }
        self.timeliness = ThresholdFields(reading: &fields, "timeliness")
        self.muteTimelinessCheck = fields.nonNull("mute_timeliness_check") { $0.boolField("mute_timeliness_check") }
        self.loadLineage = fields.nonNull("load_lineage") { $0.boolField("load_lineage") }
        self.active = fields.nonNull("active") { $0.boolField("active") }
    }

    /// Writes the request.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            self.target.write(to: &writer)
            if case .id = self.target { writer.field("name", self.name) { $0.value($1) } }
            writer.field("pipeline_type_name", self.pipelineTypeName) { $0.value($1) }
            writer.field("pipeline_type_id", self.pipelineTypeID) { $0.value($1) }
            writer.field("watermark", self.watermark) { $0.value($1.text) }
            writer.field("next_watermark", self.nextWatermark) { $0.value($1.text) }
            writer.field("pipeline_metadata", self.pipelineMetadata) { $0.value($1) }
            self.freshness.write(to: &writer, "freshness")
            writer.field("mute_freshness_check", self.muteFreshnessCheck) { $0.value($1) }
            self.timeliness.write(to: &writer, "timeliness")
            writer.field("mute_timeliness_check", self.muteTimelinessCheck) { $0.value($1) }
            writer.field("load_lineage", self.loadLineage) { $0.value($1) }
            writer.field("active", self.active) { $0.value($1) }
        }
    }
}

/// A pipeline with all its fields: an element of `GET /pipeline`, and the answer to `GET /pipeline/{id}` and PATCH.
public struct PipelineResponse: Sendable, Equatable {
    /// The pipeline.
    public var id: Int64
    /// Its name.
    public var name: String
    /// Its type.
    public var pipelineTypeID: Int64
    /// How far it has read.
    public var watermark: String?
    /// How far its next executions will read.
    public var nextWatermark: String?
    /// Any facts about it, as JSON text.
    public var pipelineMetadata: String?
    /// When an execution last inserted rows.
    public var lastTargetInsert: WireTimestamp?
    /// When an execution last updated rows.
    public var lastTargetUpdate: WireTimestamp?
    /// When an execution last soft-deleted rows.
    public var lastTargetSoftDelete: WireTimestamp?
    /// How old its newest data may become.
    public var freshness: ThresholdResponse
    /// How long an execution may take.
    public var timeliness: ThresholdResponse
    /// Whether the server wants its lineage.
    public var loadLineage: Bool
    /// Whether it shall run.
    public var active: Bool
    /// A hash of what the last sync sent.
    public var inputHash: String?
    /// When it was created.
    public var createdAt: WireTimestamp
    /// When it was last changed.
    public var updatedAt: WireTimestamp?

    /// Makes an answer.
    public init(
        id: Int64,
        name: String,
        pipelineTypeID: Int64,
        watermark: String?,
        nextWatermark: String?,
        pipelineMetadata: String?,
        lastTargetInsert: WireTimestamp?,
        lastTargetUpdate: WireTimestamp?,
        lastTargetSoftDelete: WireTimestamp?,
        freshness: ThresholdResponse,
        timeliness: ThresholdResponse,
        loadLineage: Bool,
        active: Bool,
        inputHash: String?,
        createdAt: WireTimestamp,
        updatedAt: WireTimestamp?
    ) {
        self.id = id
        self.name = name
        self.pipelineTypeID = pipelineTypeID
        self.watermark = watermark
        self.nextWatermark = nextWatermark
        self.pipelineMetadata = pipelineMetadata
        self.lastTargetInsert = lastTargetInsert
        self.lastTargetUpdate = lastTargetUpdate
        self.lastTargetSoftDelete = lastTargetSoftDelete
        self.freshness = freshness
        self.timeliness = timeliness
        self.loadLineage = loadLineage
        self.active = active
        self.inputHash = inputHash
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

extension PipelineResponse: WireResponse {
    /// Reads the answer.
    public init(reading fields: ResponseFields) throws(WireResponseError) {
        func timestamp(_ key: String) -> WireTimestamp? { fields[key]?.string.flatMap(WireTimestamp.init) }
        self.id = try fields.required("id", \.integer)
        self.name = try fields.required("name", \.string)
        self.pipelineTypeID = try fields.required("pipeline_type_id", \.integer)
        self.watermark = fields["watermark"]?.string
        self.nextWatermark = fields["next_watermark"]?.string
        self.pipelineMetadata = fields["pipeline_metadata"]?.description
        self.lastTargetInsert = timestamp("last_target_insert")
        self.lastTargetUpdate = timestamp("last_target_update")
        self.lastTargetSoftDelete = timestamp("last_target_soft_delete")
        self.freshness = ThresholdResponse(reading: fields, "freshness")
        self.timeliness = ThresholdResponse(reading: fields, "timeliness")
        self.loadLineage = try fields.required("load_lineage", \.bool)
        self.active = try fields.required("active", \.bool)
        self.inputHash = fields["input_hash"]?.string
        self.createdAt = try fields.required("created_at") { $0.string.flatMap(WireTimestamp.init) }
        self.updatedAt = timestamp("updated_at")
    }

    /// Writes the answer.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", self.id)
            writer.member("name", self.name)
            writer.member("pipeline_type_id", self.pipelineTypeID)
            writer.member("watermark", self.watermark)
            writer.member("next_watermark", self.nextWatermark)
            writer.key("pipeline_metadata")
            writer.raw(self.pipelineMetadata ?? "null")
            writer.member("last_target_insert", self.lastTargetInsert)
            writer.member("last_target_update", self.lastTargetUpdate)
            writer.member("last_target_soft_delete", self.lastTargetSoftDelete)
            self.freshness.write(to: &writer, "freshness")
            self.timeliness.write(to: &writer, "timeliness")
            writer.member("load_lineage", self.loadLineage)
            writer.member("active", self.active)
            writer.member("input_hash", self.inputHash)
            writer.member("created_at", self.createdAt)
            writer.member("updated_at", self.updatedAt)
        }
    }
}

/// The answer of `GET /pipeline`: all pipelines.
public struct PipelineListResponse: Sendable, Equatable {
    /// The pipelines.
    public let pipelines: [PipelineResponse]

    /// Makes an answer.
    public init(pipelines: [PipelineResponse]) {
        self.pipelines = pipelines
    }
}

extension PipelineListResponse: WireResponse {
    /// An array of pipelines.
    public static var isList: Bool { true }

    /// Reads the answer.
    public init(reading fields: ResponseFields) throws(WireResponseError) {
        self.pipelines = try fields.elements()
    }

    /// Writes the answer.
    public func write(to writer: inout JSONWriter) {
        writer.array { writer in
            for pipeline in self.pipelines { pipeline.write(to: &writer) }
        }
    }
}
