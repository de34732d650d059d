// SPDX-License-Identifier: Apache-2.0
import WatcherWire

/// The checks, the queue of jobs, and the deletion of old rows.
enum MonitoringSchemas {
    static let freshness = NamedSchema("FreshnessRequest", .request("Asks for a check; has no fields."))

    static let timeliness = NamedSchema(
        "TimelinessRequest",
        .request(
            "Asks for a check.",
            [
                (
                    "lookback_minutes",
                    .integer(
                        "How far back the check looks at what has completed.",
                        5...Int64.max,
                        standard: 60
                    ).orNull
                )
            ]
        )
    )

    static let queued = NamedSchema(
        "Queued",
        .answer("A worker makes the check soon.", [("status", .choice("Always queued.", ["queued"]))])
    )

    static let empty = NamedSchema("EmptyRequest", .request("Has no fields."))

    private static let breakdown = Schema(keywords: ["type": "integer", "minimum": 0])

    static let queue = NamedSchema(
        "QueueReport",
        .answer(
            "How many jobs are not done.",
            [
                ("status", .choice("Always success.", ["success"])),
                ("total_pending", .count("Jobs that are not done.")),
                ("regular_queue_pending", .count("Those that are due or run.")),
                ("scheduled_queue_pending", .count("Those that have failed, and are tried again later.")),
                ("beat_scheduled_tasks", .count("Schedules that add jobs.")),
                ("task_breakdown", .map(of: Self.breakdown, "The jobs by what people call their kinds.")),
                ("task_breakdown_raw", .map(of: Self.breakdown, "The jobs by their kinds.")),
            ]
        )
    )

    static let cleanup = NamedSchema(
        "LogCleanupRequest",
        .request(
            "Deletes what is older than a number of days.",
            required: ["retention_days": .integer("How many days are kept.", 90...Int64.max)],
            [
                (
                    "batch_size",
                    .integer("How many rows are deleted at a time, at most.", 1...Int64.max, standard: 10_000).orNull
                )
            ]
        )
    )

    static let cleaned = NamedSchema(
        "LogCleanup",
        .answer(
            "How many rows were deleted.",
            [
                ("total_pipeline_executions_deleted", .count("Executions.")),
                ("total_timeliness_pipeline_execution_logs_deleted", .count("Findings of the timeliness check.")),
                ("total_anomaly_detection_results_deleted", .count("Results of anomaly detection.")),
                (
                    "total_pipeline_execution_closure_parent_deleted",
                    .count("Always 0: kept for existing clients.")
                ),
                ("total_pipeline_execution_closure_child_deleted", .count("Always 0: kept for existing clients.")),
                ("total_freshness_pipeline_logs_deleted", .count("Findings of the freshness check.")),
            ]
        )
    )

    static let all = [
        Self.freshness, Self.timeliness, Self.queued, Self.empty, Self.queue, Self.cleanup, Self.cleaned,
    ]
}
