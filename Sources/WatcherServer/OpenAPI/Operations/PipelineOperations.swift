// SPDX-License-Identifier: Apache-2.0
import WatcherWire

/// The operations of pipelines and their types.
enum PipelineOperations {
    private static let pipeline: JSONValue = [
        "id": 1, "name": "flights daily", "pipeline_type_id": 1, "watermark": "2013-01-02",
        "next_watermark": "2013-01-03", "pipeline_metadata": ["owner": "data team"],
        "last_target_insert": "2025-01-10T00:10:05Z", "last_target_update": nil, "last_target_soft_delete": nil,
        "freshness_number": 2, "freshness_datepart": "day", "mute_freshness_check": false, "timeliness_number": 30,
        "timeliness_datepart": "minute", "mute_timeliness_check": false, "load_lineage": false, "active": true,
        "input_hash": "9f1c6c2d5a0b7e43", "created_at": "2025-01-10T00:10:00Z",
        "updated_at": "2025-01-10T00:10:05.116897Z",
    ]
    private static let type: JSONValue = [
        "id": 1, "name": "extraction", "freshness_number": 2, "freshness_datepart": "day",
        "mute_freshness_check": false, "timeliness_number": nil, "timeliness_datepart": nil,
        "mute_timeliness_check": false, "created_at": "2025-01-10T00:10:00Z", "updated_at": nil,
    ]

    private static let sync = Operation(
        Endpoints.syncPipeline,
        "sync_pipeline",
        .pipelines,
        "Gets or creates a pipeline by name.",
        """
        Fields in the body update the pipeline when they differ from what is stored: null clears, absent keeps. The \
        answer's watermark is where the pipeline stands, whatever the request says.
        """,
        body: .init(
            PipelineSchemas.request,
            .init("names", "A pipeline and its type.", ["name": "flights daily", "pipeline_type_name": "extraction"]),
            .init(
                "full",
                "With all that can be said.",
                [
                    "name": "flights daily", "pipeline_type_name": "extraction", "next_watermark": "2013-01-03",
                    "pipeline_metadata": ["owner": "data team"], "freshness_number": 2, "freshness_datepart": "day",
                    "timeliness_number": 30, "timeliness_datepart": "minute",
                ]
            )
        ),
        outcomes: .json(
            200,
            "It was there.",
            PipelineSchemas.synced.reference,
            ["id": 1, "active": true, "load_lineage": false, "watermark": "2013-01-02"]
        ),
        .json(
            201,
            "It was created.",
            PipelineSchemas.synced.reference,
            ["id": 1, "active": true, "load_lineage": true, "watermark": nil]
        )
    )

    private static let list = Operation(
        Endpoints.pipelines,
        "list_pipelines",
        .pipelines,
        "Lists the pipelines, by id.",
        outcomes: .json(200, "All pipelines.", PipelineSchemas.pipeline.list("The pipelines."), [Self.pipeline])
    )

    private static let read = Operation(
        Endpoints.pipeline,
        "get_pipeline",
        .pipelines,
        "Reads one pipeline.",
        outcomes: .json(200, "The pipeline.", PipelineSchemas.pipeline.reference, Self.pipeline)
    )

    private static let patch = Operation(
        Endpoints.patchPipeline,
        "patch_pipeline",
        .pipelines,
        "Changes one pipeline.",
        """
        The pipeline is named by id (or pipeline_id), or else by name; with an id, name renames it. Absent keeps, null \
        clears. Afterwards a threshold must have both of its parts or none.
        """,
        body: .init(
            PipelineSchemas.patch,
            .init("watermark", "How far it will read is known only now.", ["id": 1, "next_watermark": "2013-01-03"]),
            .init("by_name", "Named by its name.", ["name": "flights daily", "active": true])
        ),
        refusals: [.notFound],
        outcomes: .json(200, "The pipeline as it is now.", PipelineSchemas.pipeline.reference, Self.pipeline)
    )

    private static let syncType = Operation(
        Endpoints.syncPipelineType,
        "sync_pipeline_type",
        .pipelines,
        "Gets or creates a pipeline type by name.",
        "Fields in the body update the type: null clears, absent keeps.",
        body: .init(
            PipelineSchemas.typeRequest,
            .init(
                "type",
                "A type whose pipelines load at least every second day.",
                ["name": "extraction", "freshness_number": 2, "freshness_datepart": "day"]
            )
        ),
        outcomes: .json(200, "It was there.", ServerSchemas.id.reference, ["id": 1]),
        .json(201, "It was created.", ServerSchemas.id.reference, ["id": 1])
    )

    private static let listTypes = Operation(
        Endpoints.pipelineTypes,
        "list_pipeline_types",
        .pipelines,
        "Lists the pipeline types, by id.",
        outcomes: .json(200, "All pipeline types.", PipelineSchemas.type.list("The types."), [Self.type])
    )

    private static let readType = Operation(
        Endpoints.pipelineType,
        "get_pipeline_type",
        .pipelines,
        "Reads one pipeline type.",
        outcomes: .json(200, "The type.", PipelineSchemas.type.reference, Self.type)
    )

    private static let patchType = Operation(
        Endpoints.patchPipelineType,
        "patch_pipeline_type",
        .pipelines,
        "Changes one pipeline type.",
        "The type is named by id, or else by name; with an id, name renames it. Absent keeps, null clears.",
        body: .init(
            PipelineSchemas.typePatch,
            .init("mute", "Leaves its pipelines out of a check.", ["id": 1, "mute_freshness_check": false])
        ),
        refusals: [.notFound],
        outcomes: .json(200, "The type as it is now.", PipelineSchemas.type.reference, Self.type)
    )

    static let all = [
        Self.sync, Self.list, Self.read, Self.patch, Self.syncType, Self.listTypes, Self.readType, Self.patchType,
    ]
}
