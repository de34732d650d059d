// SPDX-License-Identifier: Apache-2.0
import WatcherWire

/// The operations of anomaly detection.
enum AnomalyOperations {
    private static let rule: JSONValue = [
        "id": 1, "pipeline_id": 1, "metric_field": "total_rows", "z_threshold": 3.0, "lookback_days": 30,
        "minimum_executions": 30, "active": true, "created_at": "2025-01-10T00:10:00Z", "updated_at": nil,
    ]

    private static let sync = Operation(
        Endpoints.createAnomalyRule,
        "sync_anomaly_rule",
        .anomalies,
        "Gets or creates the rule of a pipeline for a metric.",
        """
        Fields in the body update a rule that is there. After every success each active rule of the pipeline compares \
        the execution with earlier ones of the same hour, and flags what is odd.
        """,
        body: .init(
            AnomalySchemas.request,
            .init(
                "rows",
                "Judges the number of rows.",
                ["pipeline_id": 1, "metric_field": "total_rows", "z_threshold": 3, "lookback_days": 30]
            )
        ),
        refusals: [.notFound],
        outcomes: .json(200, "It was there.", ServerSchemas.id.reference, ["id": 1]),
        .json(201, "It was created.", ServerSchemas.id.reference, ["id": 1])
    )

    private static let list = Operation(
        Endpoints.anomalyRules,
        "list_anomaly_rules",
        .anomalies,
        "Lists the rules, by id.",
        parameters: [.init(name: "pipeline_id", schema: .filter("Only those of this pipeline."), example: 1)],
        outcomes: .json(200, "The rules.", AnomalySchemas.rule.list("The rules."), [Self.rule])
    )

    private static let read = Operation(
        Endpoints.anomalyRule,
        "get_anomaly_rule",
        .anomalies,
        "Reads one rule.",
        outcomes: .json(200, "The rule.", AnomalySchemas.rule.reference, Self.rule)
    )

    private static let patch = Operation(
        Endpoints.patchAnomalyRule,
        "patch_anomaly_rule",
        .anomalies,
        "Changes one rule.",
        "A pipeline has one rule for each metric: a change that would give it two is refused with 400.",
        body: .init(AnomalySchemas.patch, .init("stricter", "Flags more.", ["id": 1, "z_threshold": 2.5])),
        refusals: [.notFound],
        outcomes: .json(200, "The rule as it is now.", AnomalySchemas.rule.reference, Self.rule)
    )

    private static let unflag = Operation(
        Endpoints.unflagAnomaly,
        "unflag_anomaly",
        .anomalies,
        "Takes the flags of an anomaly off an execution.",
        "The execution counts as usual from then on. What is not flagged is named by a 404, and nothing is changed.",
        body: .init(
            AnomalySchemas.unflag,
            .init(
                "rows",
                "The number of rows was right.",
                ["pipeline_id": 1, "pipeline_execution_id": 1, "metric_field": ["total_rows"]]
            )
        ),
        refusals: [.notFound],
        outcomes: .empty(204, "The flags are off.")
    )

    static let all = [Self.sync, Self.list, Self.read, Self.patch, Self.unflag]
}
