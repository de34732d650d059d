// SPDX-License-Identifier: Apache-2.0
import WatcherWire

/// The operations of checks, the queue of jobs, and the deletion of old rows.
enum MonitoringOperations {
    private static let nothing: JSONValue = [:]
    private static let queued: JSONValue = ["status": "queued"]
    private static let report: JSONValue = [
        "status": "success", "total_pending": 3, "regular_queue_pending": 2, "scheduled_queue_pending": 1,
        "beat_scheduled_tasks": 3, "task_breakdown": ["Freshness check": 2, "Alert delivery": 1],
        "task_breakdown_raw": ["freshness": 2, "alert": 1],
    ]

    private static let freshness = Operation(
        Endpoints.checkFreshness,
        "check_freshness",
        .monitoring,
        "Asks for a check of how fresh the data of all pipelines is.",
        "A worker makes the check soon, and sends one alert for all that it finds. The body may be empty.",
        body: .init(MonitoringSchemas.freshness, isRequired: false, .init("check", "No fields.", Self.nothing)),
        outcomes: .json(200, "The check will be made.", MonitoringSchemas.queued.reference, Self.queued)
    )

    private static let timeliness = Operation(
        Endpoints.checkTimeliness,
        "check_timeliness",
        .monitoring,
        "Asks for a check of executions that take too long.",
        "A worker makes the check soon, and sends one alert for all that it finds. The body may be empty.",
        body: .init(
            MonitoringSchemas.timeliness,
            isRequired: false,
            .init("hour", "What has run within the last hour.", ["lookback_minutes": 60])
        ),
        outcomes: .json(200, "The check will be made.", MonitoringSchemas.queued.reference, Self.queued)
    )

    private static func monitor(_ endpoint: Endpoint, _ id: String, _ summary: String) -> Operation {
        Operation(
            endpoint,
            id,
            .monitoring,
            summary,
            "Sends an alert when 50 jobs or more are not done, and again at 100. The body may be empty.",
            body: .nothing,
            outcomes: .json(200, "How many jobs are not done.", MonitoringSchemas.queue.reference, Self.report)
        )
    }

    private static let cleanUp = Operation(
        Endpoints.cleanUpLogs,
        "clean_up_logs",
        .monitoring,
        "Deletes what is older than a number of days.",
        "Each row goes by its own date; a parent that is kept keeps its tree. Needs a token of scope admin.",
        body: .init(
            MonitoringSchemas.cleanup,
            .init("year", "Keeps a year.", ["retention_days": 365, "batch_size": 10_000])
        ),
        outcomes: .json(
            200,
            "What was deleted.",
            MonitoringSchemas.cleaned.reference,
            [
                "total_pipeline_executions_deleted": 120, "total_timeliness_pipeline_execution_logs_deleted": 4,
                "total_anomaly_detection_results_deleted": 2, "total_pipeline_execution_closure_parent_deleted": 0,
                "total_pipeline_execution_closure_child_deleted": 0, "total_freshness_pipeline_logs_deleted": 7,
            ]
        )
    )

    static let all = [
        Self.freshness, Self.timeliness,
        Self.monitor(Endpoints.monitorQueue, "monitor_queue", "Looks at the queue of jobs."),
        Self.monitor(
            Endpoints.monitorCeleryQueue,
            "monitor_celery_queue",
            "Looks at the queue of jobs, under the name that existing clients use."
        ),
        Self.cleanUp,
    ]
}
