// SPDX-License-Identifier: Apache-2.0

/// A unit of the calendar in which freshness and timeliness are given.
public enum WireDatepart: String, Sendable, CaseIterable {
    /// 60 seconds.
    case minute
    /// 60 minutes.
    case hour
    /// 24 hours.
    case day
    /// 7 days.
    case week
    /// A calendar month.
    case month
    /// A calendar year.
    case year
}

/// How many characters the texts of the interface may have; characters are Unicode scalars.
public enum TextLimits {
    /// Names of pipelines, types and addresses.
    public static let name = 1...150
    /// The parts of a database address.
    public static let addressPart = 0...50
}

/// A number of calendar units and the unit, each of which a request may leave out or clear.
public struct ThresholdFields: Sendable, Equatable {
    /// How many units: above 0.
    public var number: Field<Int64>
    /// The unit.
    public var datepart: Field<WireDatepart>

    /// Makes a threshold; without arguments, one that the request does not mention.
    public init(number: Field<Int64> = .absent, datepart: Field<WireDatepart> = .absent) {
        self.number = number
        self.datepart = datepart
    }

    init(reading fields: inout RequestFields, _ name: String) {
        self.number = fields.integerField("\(name)_number", above: 0, atMost: Self.maximum)
        self.datepart = fields.enumField("\(name)_datepart")
    }

    /// Reads a threshold of which both parts must be given, or none.
    init(readingPair fields: inout RequestFields, _ name: String) {
        self.init(reading: &fields, name)
        fields.requirePair("\(name)_number", self.number, "\(name)_datepart", self.datepart)
    }

    func write(to writer: inout JSONWriter, _ name: String) {
        writer.field("\(name)_number", self.number) { $0.value($1) }
        writer.field("\(name)_datepart", self.datepart) { $0.value($1.rawValue) }
    }

    /// No threshold reaches further than the calendar of the interface: 9999 years, in minutes.
    static let maximum: Int64 = 9999 * 366 * 24 * 60
}

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

/// Which row a PATCH changes.
public enum PatchTarget: Sendable, Equatable {
    /// The row of this id; a name in the request renames it.
    case id(Int64)
    /// The row of this name.
    case name(String)

    /// Reads `id` (or an alias of it), or else `name`.
    init(reading fields: inout RequestFields, idAlias: String? = nil) {
        let key = [idAlias].compactMap(\.self).first { fields.hasValue($0) && !fields.hasValue("id") } ?? "id"
        if fields.hasValue(key) {
            self = .id(fields.integer(key))
        } else if fields.hasValue("name") {
            self = .name(fields.string("name", TextLimits.name))
        } else {
            self = .name("")
            fields.report(.missing, nil, "Either id or name is required")
        }
    }

    func write(to writer: inout JSONWriter) {
        if case .id(let id) = self { writer.member("id", id) }
        if case .name(let name) = self { writer.member("name", name) }
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

extension RequestFields {
    /// Reads a field that may be absent but not null.
    mutating func nonNull<Value>(
        _ key: String,
        _ read: (inout RequestFields) -> Field<Value>
    ) -> Field<Value> {
        let field = read(&self)
        if case .null = field { self.report(.valueError, key, "\(key) must not be null") }
        return field
    }

    /// Reads the new name in a PATCH by id; in a PATCH by name the name says which row, and has been read.
    mutating func nonNull(
        _ key: String,
        in target: PatchTarget,
        _ read: (inout RequestFields) -> Field<String>
    ) -> Field<String> {
        guard case .id = target else { return .absent }
        return self.nonNull(key, read)
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

/// A threshold with its mute, in an answer.
public struct ThresholdResponse: Sendable, Equatable {
    /// How many units.
    public var number: Int64?
    /// The unit.
    public var datepart: WireDatepart?
    /// Whether the check leaves this out.
    public var mute: Bool

    /// Makes a threshold.
    public init(number: Int64?, datepart: WireDatepart?, mute: Bool) {
        self.number = number
        self.datepart = datepart
        self.mute = mute
    }

    func write(to writer: inout JSONWriter, _ name: String) {
        writer.member("\(name)_number", self.number)
        writer.member("\(name)_datepart", self.datepart?.rawValue)
        writer.member("mute_\(name)_check", self.mute)
    }
}

extension PipelineResponse: WireMessage {
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
