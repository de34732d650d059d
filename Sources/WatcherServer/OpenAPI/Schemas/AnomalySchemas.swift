// SPDX-License-Identifier: Apache-2.0

/// The rules of anomaly detection.
enum AnomalySchemas {
    private static let metrics = [
        "duration_seconds", "inserts", "updates", "soft_deletes", "total_rows", "throughput",
    ]
    private static let metric = Schema.choice("The metric that is judged.", Self.metrics)

    private static func settings(hasDefaults: Bool) -> [(String, Schema)] {
        [
            (
                "z_threshold",
                .number(
                    "How many standard deviations from the mean are still usual.",
                    1...10,
                    standard: hasDefaults ? 3 : nil
                )
            ),
            (
                "lookback_days",
                .integer(
                    "How many days before the start of an execution count.",
                    1...365,
                    standard: hasDefaults ? 30 : nil
                )
            ),
            (
                "minimum_executions",
                .integer(
                    "How many executions of the same hour are enough to leave those of other hours out.",
                    5...1000,
                    standard: hasDefaults ? 30 : nil
                )
            ),
            ("active", .bool("Whether executions are judged by it.", standard: hasDefaults ? true : nil)),
        ]
    }

    static let request = NamedSchema(
        "AnomalyRuleRequest",
        .request(
            "Gets or creates the rule of a pipeline for a metric, and updates what the request mentions.",
            required: ["pipeline_id": .id("The pipeline."), "metric_field": Self.metric],
            Self.settings(hasDefaults: true)
        )
    )

    static let patch = NamedSchema(
        "AnomalyRulePatch",
        .request(
            "Changes the fields that the request mentions.",
            required: ["id": .id("Which rule.")],
            [("pipeline_id", .id("Its new pipeline.")), ("metric_field", Self.metric)]
                + Self.settings(hasDefaults: false)
        )
    )

    static let rule = NamedSchema(
        "AnomalyRule",
        .answer(
            "A rule by which executions are judged.",
            [
                ("id", .id("The rule.")),
                ("pipeline_id", .id("Its pipeline.")),
                ("metric_field", Self.metric),
            ] + Self.settings(hasDefaults: false) + Schema.created
        )
    )

    static let unflag = NamedSchema(
        "UnflagAnomalyRequest",
        .request(
            "Takes flags off an execution.",
            required: [
                "pipeline_id": .id("The pipeline of the execution."),
                "pipeline_execution_id": .id("The execution."),
                "metric_field": .list(of: Self.metric, "The metrics to take off.", 1...1000),
            ]
        )
    )

    static let all = [Self.request, Self.patch, Self.rule, Self.unflag]
}
