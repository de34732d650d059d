// SPDX-License-Identifier: Apache-2.0

/// `POST /pipeline_type`: gets or creates a type by name, and updates what the request mentions.
public struct PipelineTypeRequest: Sendable, Equatable {
    /// The type's name.
    public var name: String
    /// How old the newest data of its pipelines may become.
    public var freshness: ThresholdFields
    /// Whether the freshness check leaves its pipelines out.
    public var muteFreshnessCheck: Field<Bool>
    /// How long an execution of its pipelines may take.
    public var timeliness: ThresholdFields
    /// Whether the timeliness check leaves its pipelines out.
    public var muteTimelinessCheck: Field<Bool>
}

extension PipelineTypeRequest: WireRequest {
    /// Reads and checks the request.
    public init(reading fields: inout RequestFields) {
        self.name = fields.string("name", TextLimits.name)
        self.freshness = ThresholdFields(readingPair: &fields, "freshness")
        self.muteFreshnessCheck = fields.nonNull("mute_freshness_check") { $0.boolField("mute_freshness_check") }
        self.timeliness = ThresholdFields(readingPair: &fields, "timeliness")
        self.muteTimelinessCheck = fields.nonNull("mute_timeliness_check") { $0.boolField("mute_timeliness_check") }
    }

    /// Writes the request.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("name", self.name)
            self.freshness.write(to: &writer, "freshness")
            writer.field("mute_freshness_check", self.muteFreshnessCheck) { $0.value($1) }
            self.timeliness.write(to: &writer, "timeliness")
            writer.field("mute_timeliness_check", self.muteTimelinessCheck) { $0.value($1) }
        }
    }
}

/// `PATCH /pipeline_type`: changes the fields that the request mentions.
public struct PipelineTypePatchRequest: Sendable, Equatable {
    /// Which type.
    public var target: PatchTarget
    /// Its new name, when it is named by id.
    public var name: Field<String>
    /// How old the newest data of its pipelines may become.
    public var freshness: ThresholdFields
    /// Whether the freshness check leaves its pipelines out.
    public var muteFreshnessCheck: Field<Bool>
    /// How long an execution of its pipelines may take.
    public var timeliness: ThresholdFields
    /// Whether the timeliness check leaves its pipelines out.
    public var muteTimelinessCheck: Field<Bool>
}

extension PipelineTypePatchRequest: WireRequest {
    /// Reads and checks the request.
    public init(reading fields: inout RequestFields) {
        self.target = PatchTarget(reading: &fields)
        self.name = fields.nonNull("name", in: self.target) { $0.stringField("name", TextLimits.name) }
        self.freshness = ThresholdFields(reading: &fields, "freshness")
        self.muteFreshnessCheck = fields.nonNull("mute_freshness_check") { $0.boolField("mute_freshness_check") }
        self.timeliness = ThresholdFields(reading: &fields, "timeliness")
        self.muteTimelinessCheck = fields.nonNull("mute_timeliness_check") { $0.boolField("mute_timeliness_check") }
    }

    /// Writes the request.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            self.target.write(to: &writer)
            if case .id = self.target { writer.field("name", self.name) { $0.value($1) } }
            self.freshness.write(to: &writer, "freshness")
            writer.field("mute_freshness_check", self.muteFreshnessCheck) { $0.value($1) }
            self.timeliness.write(to: &writer, "timeliness")
            writer.field("mute_timeliness_check", self.muteTimelinessCheck) { $0.value($1) }
        }
    }
}

/// A pipeline type with all its fields.
public struct PipelineTypeResponse: Sendable, Equatable {
    /// The type.
    public var id: Int64
    /// Its name.
    public var name: String
    /// How old the newest data of its pipelines may become.
    public var freshness: ThresholdResponse
    /// How long an execution of its pipelines may take.
    public var timeliness: ThresholdResponse
    /// When it was created.
    public var createdAt: WireTimestamp
    /// When it was last changed.
    public var updatedAt: WireTimestamp?

    /// Makes an answer.
    public init(
        id: Int64,
        name: String,
        freshness: ThresholdResponse,
        timeliness: ThresholdResponse,
        createdAt: WireTimestamp,
        updatedAt: WireTimestamp?
    ) {
        self.id = id
        self.name = name
        self.freshness = freshness
        self.timeliness = timeliness
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

extension PipelineTypeResponse: WireMessage {
    /// Writes the answer.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", self.id)
            writer.member("name", self.name)
            self.freshness.write(to: &writer, "freshness")
            self.timeliness.write(to: &writer, "timeliness")
            writer.member("created_at", self.createdAt)
            writer.member("updated_at", self.updatedAt)
        }
    }
}

/// The answer to a request that creates something: its id.
public struct IDResponse: Sendable, Equatable {
    /// The id of what was created, or was there already.
    public let id: Int64

    /// Makes an answer.
    public init(id: Int64) {
        self.id = id
    }
}

extension IDResponse: WireResponse {
    /// Reads the answer.
    public init(reading fields: ResponseFields) throws(WireResponseError) {
        self.id = try fields.required("id", \.integer)
    }

    /// Writes the answer.
    public func write(to writer: inout JSONWriter) {
        writer.object { $0.member("id", self.id) }
    }
}
