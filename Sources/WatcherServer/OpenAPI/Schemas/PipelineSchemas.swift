// SPDX-License-Identifier: Apache-2.0

/// Pipelines and their types.
enum PipelineSchemas {
    private static let freshness = "How old the newest data may become"
    private static let timeliness = "How long an execution may take"
    private static let thresholds =
        Schema.threshold("freshness", Self.freshness) + Schema.threshold("timeliness", Self.timeliness)
    private static let answeredThresholds =
        Schema.answeredThreshold("freshness", Self.freshness) + Schema.answeredThreshold("timeliness", Self.timeliness)
    private static let metadata = Schema.anyObject("Any facts about it; comes back equal.").orNull

    static let request = NamedSchema(
        "PipelineRequest",
        .request(
            "Gets or creates a pipeline by name, and updates what the request mentions.",
            required: [
                "name": .name("The pipeline's name."),
                "pipeline_type_name": .name("The name of its type, which is created when missing."),
            ],
            [
                (
                    "next_watermark",
                    .watermark("How far its next executions will read; kept as the text of what comes.")
                ),
                ("pipeline_metadata", Self.metadata),
            ] + Self.thresholds
        ).pairingThresholds()
    )

    static let synced = NamedSchema(
        "PipelineSynced",
        .answer(
            "What a pipeline needs to know before it runs.",
            [
                ("id", .id("The pipeline.")),
                ("active", .bool("Whether it shall run.")),
                ("load_lineage", .bool("Whether the server wants its lineage.")),
                ("watermark", .string("How far it has read; null when it never said.").orNull),
            ]
        )
    )

    static let patch = NamedSchema(
        "PipelinePatch",
        .request(
            "Changes the fields that the request mentions.",
            [
                ("id", .id("Which pipeline.")),
                ("pipeline_id", .id("Another name of id.")),
                ("name", .name("Which pipeline; with an id, its new name.")),
                ("pipeline_type_name", .name("The name of its type, which must exist; counts more than the id.")),
                ("pipeline_type_id", .id("The id of its type, which must exist.")),
                ("watermark", .watermark("How far it has read; null clears it.")),
                ("next_watermark", .watermark("How far its next executions will read; null clears it.")),
                ("pipeline_metadata", Self.metadata),
            ] + Self.thresholds + [
                Schema.mute("freshness"),
                Schema.mute("timeliness"),
                ("load_lineage", .bool("Whether the server wants its lineage.")),
                ("active", .bool("Whether it shall run.")),
            ]
        ).naming(oneOf: ["id", "pipeline_id", "name"])
    )

    static let pipeline = NamedSchema(
        "Pipeline",
        .answer(
            "A pipeline.",
            [
                ("id", .id("The pipeline.")),
                ("name", .string("Its name.")),
                ("pipeline_type_id", .id("Its type.")),
                ("watermark", .string("How far it has read.").orNull),
                ("next_watermark", .string("How far its next executions will read.").orNull),
                ("pipeline_metadata", Self.metadata),
                ("last_target_insert", .moment("When an execution last inserted rows.").orNull),
                ("last_target_update", .moment("When an execution last updated rows.").orNull),
                ("last_target_soft_delete", .moment("When an execution last soft-deleted rows.").orNull),
            ] + Self.answeredThresholds + [
                ("load_lineage", .bool("Whether the server wants its lineage.")),
                ("active", .bool("Whether it shall run.")),
                ("input_hash", .string("A hash of what the last sync sent.").orNull),
            ] + Schema.created
        )
    )

    static let typeRequest = NamedSchema(
        "PipelineTypeRequest",
        .request(
            "Gets or creates a pipeline type by name, and updates what the request mentions.",
            required: ["name": .name("The type's name.")],
            Self.thresholds + [Schema.mute("freshness"), Schema.mute("timeliness")]
        ).pairingThresholds()
    )

    static let typePatch = NamedSchema(
        "PipelineTypePatch",
        .request(
            "Changes the fields that the request mentions.",
            [("id", .id("Which type.")), ("name", .name("Which type; with an id, its new name."))]
                + Self.thresholds + [Schema.mute("freshness"), Schema.mute("timeliness")]
        ).naming(oneOf: ["id", "name"])
    )

    static let type = NamedSchema(
        "PipelineType",
        .answer(
            "A pipeline type, whose thresholds hold for its pipelines that have none of their own.",
            [("id", .id("The type.")), ("name", .string("Its name."))] + Self.answeredThresholds + Schema.created
        )
    )

    static let all = [
        Self.request, Self.synced, Self.patch, Self.pipeline, Self.typeRequest, Self.typePatch, Self.type,
    ]
}
