// SPDX-License-Identifier: Apache-2.0
import WatcherWire

/// Executions and their heartbeats.
enum ExecutionSchemas {
    static let statuses = WireExecutionStatus.allCases.map(\.rawValue)
    private static let metadata = Schema.anyObject("Any facts about it; comes back equal.").orNull
    private static let counters: [(String, Schema)] = [
        ("inserts", .count("Rows inserted.").orNull),
        ("updates", .count("Rows updated.").orNull),
        ("soft_deletes", .count("Rows marked as deleted.").orNull),
        ("total_rows", .count("Rows handled in all.").orNull),
    ]

    static let start = NamedSchema(
        "StartExecutionRequest",
        .request(
            "Starts an execution.",
            required: ["pipeline_id": .id("The pipeline that runs.")],
            [
                ("start_date", .moment("When it began; the present unless given.").orNull),
                ("watermark", .watermark("From where it reads.")),
                ("next_watermark", .watermark("How far it reads.")),
                ("parent_id", .id("The execution that it is a part of.").orNull),
                ("parent_execution_id", .id("Another name of parent_id.").orNull),
            ]
        )
    )

    static let end = NamedSchema(
        "EndExecutionRequest",
        .request(
            "Ends an execution.",
            required: [
                "id": .id("The execution."),
                "end_date": .moment("When it ended; not before it started."),
                "completed_successfully": .bool("Whether it did what it should."),
            ],
            Self.counters + [("execution_metadata", Self.metadata)]
        )
    )

    static let heartbeat = NamedSchema(
        "HeartbeatRequest",
        .request(
            "Tells that an execution is alive.",
            [
                (
                    "lease_seconds",
                    .integer("For how long it may be silent from now on.", 1...86_400, standard: 60).orNull
                ),
                ("progress", .number("How much of the work is done; null takes it back.", 0...1).orNull),
                ("message", .string("What it is doing, for people; null takes it back.", 0...1000).orNull),
            ]
        )
    )

    static let heartbeatState = NamedSchema(
        "Heartbeat",
        .answer(
            "What is known of an execution by its heartbeats.",
            [
                ("at", .moment("When the last one was received.")),
                ("expires_at", .moment("Up to when the execution counts as alive.")),
                ("progress", .number("How much of the work is done.", 0...1).orNull),
                ("message", .string("What it is doing.").orNull),
            ]
        )
    )

    static let execution = NamedSchema(
        "Execution",
        .answer(
            "An execution of a pipeline.",
            [
                ("id", .id("The execution.")),
                ("parent_id", .id("The execution that it is a part of.").orNull),
                ("pipeline_id", .id("Its pipeline.")),
                ("pipeline_name", .string("The name of its pipeline.")),
                ("status", .choice("Where it stands.", Self.statuses)),
                ("start_date", .moment("When it began.")),
                ("end_date", .moment("When it ended; null while it runs.").orNull),
                ("duration_seconds", .count("From begin to end, in whole seconds.").orNull),
                ("completed_successfully", .bool("Whether it did what it should; null while it runs.").orNull),
            ] + Self.counters + [
                ("watermark", .string("From where it read.").orNull),
                ("next_watermark", .string("How far it read.").orNull),
                ("execution_metadata", Self.metadata),
                (
                    "anomaly_flags",
                    .map(of: Schema(keywords: ["type": "boolean"]), "The metrics that were found odd.").orNull
                ),
                ("throughput", .number("Rows a second.").orNull),
                (
                    "heartbeat",
                    Schema.reference(to: Self.heartbeatState.name, "Null when it never sent one.").orNull
                ),
                (
                    "child_executions",
                    .list(of: .reference(to: "Execution"), "Its children by id, as deep as was asked for.")
                ),
            ]
        )
    )

    static let page = NamedSchema(
        "ExecutionPage",
        .answer(
            "A page of executions, newest first.",
            [
                ("data", Self.execution.list("The executions, without their children.")),
                ("next_cursor", .string("What to send as cursor for the next page; null on the last one.").orNull),
            ]
        )
    )

    static let all = [Self.start, Self.end, Self.heartbeat, Self.heartbeatState, Self.execution, Self.page]
}
