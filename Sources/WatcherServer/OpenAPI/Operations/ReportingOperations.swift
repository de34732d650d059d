// SPDX-License-Identifier: Apache-2.0
import WatcherWire

/// The operations of reports.
enum ReportingOperations {
    private static let anyName = 0...TextLimits.name.upperBound
    private static let typeName = Operation.Parameter(
        name: "pipeline_type_name",
        schema: .string("Only pipelines of this type; empty for all.", Self.anyName),
        example: "extraction"
    )

    private static let filters: [Operation.Parameter] = [
        .init(
            name: "page",
            schema: .integer("Which page, from 1 on.", 1...Int64.max, standard: 1),
            example: 1
        ),
        .init(
            name: "page_size",
            schema: .integer("How many records a page holds.", 1...1000, standard: 50),
            example: 50
        ),
        .init(
            name: "pipeline_name",
            schema: .string("Only this pipeline; empty for all.", Self.anyName),
            example: "flights daily"
        ),
        Self.typeName,
        .init(name: "days", schema: .integer("How many days back.", 1...30, standard: 30), example: 30),
    ]

    private static let page = Operation(
        Endpoints.reporting,
        "show_reporting",
        .reporting,
        "Shows the figures of each day and pipeline.",
        "Takes the same filters as the figures themselves; one that is empty counts as not given.",
        parameters: Self.filters,
        outcomes: .page("The page.")
    )

    private static let daily = Operation(
        Endpoints.dailyMetrics,
        "list_daily_metrics",
        .reporting,
        "Reads the figures of each day and pipeline, newest day first, then by name.",
        "Days are those of UTC on which executions started.",
        parameters: Self.filters,
        outcomes: .json(
            200,
            "A page.",
            ReportingSchemas.page.reference,
            [
                "data": [
                    [
                        "date_recorded": "2025-01-10", "pipeline_name": "flights daily",
                        "pipeline_type_name": "extraction", "total_executions": 4, "failed_executions": 1,
                        "error_percentage": 25.0, "daily_inserts": 842, "daily_updates": 0, "daily_soft_deletes": 0,
                        "daily_total_rows": 842, "avg_duration_seconds": 5.0, "daily_throughput": 168.4,
                    ]
                ],
                "pagination": [
                    "page": 1, "page_size": 50, "total_records": 1, "total_pages": 1, "has_next": false,
                    "has_prev": false,
                ],
            ]
        )
    )

    private static let pipelineNames = Operation(
        Endpoints.pipelineNames,
        "list_pipeline_names",
        .reporting,
        "Lists the names of pipelines.",
        parameters: [Self.typeName],
        outcomes: .json(
            200,
            "The names.",
            ReportingSchemas.pipelineNames.reference,
            ["pipeline_names": ["flights daily"]]
        )
    )

    private static let pipelineTypeNames = Operation(
        Endpoints.pipelineTypeNames,
        "list_pipeline_type_names",
        .reporting,
        "Lists the names of pipeline types.",
        outcomes: .json(
            200,
            "The names.",
            ReportingSchemas.pipelineTypeNames.reference,
            ["pipeline_type_names": ["extraction"]]
        )
    )

    private static let refresh = Operation(
        Endpoints.refreshReporting,
        "refresh_reporting",
        .reporting,
        "Does nothing: the figures are always fresh.",
        body: .nothing,
        outcomes: .json(
            200,
            "There was nothing to do.",
            ServerSchemas.refreshed.reference,
            ["status": "success", "message": "The figures are always fresh: there was nothing to do"]
        )
    )

    static let all = [Self.page, Self.daily, Self.pipelineNames, Self.pipelineTypeNames, Self.refresh]
}
