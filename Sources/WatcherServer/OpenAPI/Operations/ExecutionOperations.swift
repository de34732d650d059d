// SPDX-License-Identifier: Apache-2.0
import WatcherWire

/// The operations of executions.
enum ExecutionOperations {
    private static let execution: JSONValue = [
        "id": 1, "parent_id": nil, "pipeline_id": 1, "pipeline_name": "flights daily", "status": "succeeded",
        "start_date": "2025-01-10T00:10:00Z", "end_date": "2025-01-10T00:10:05Z", "duration_seconds": 5,
        "completed_successfully": true, "inserts": 842, "updates": 0, "soft_deletes": 0, "total_rows": 842,
        "watermark": "2013-01-01", "next_watermark": "2013-01-02", "execution_metadata": ["partition": "2013-01-01"],
        "anomaly_flags": ["total_rows": true], "throughput": 168.4, "heartbeat": nil, "child_executions": [],
    ]

    private static let start = Operation(
        Endpoints.startExecution,
        "start_execution",
        .executions,
        "Starts an execution.",
        "An inactive pipeline may start too: to skip its runs is the client's part.",
        body: .init(
            ExecutionSchemas.start,
            .init(
                "full",
                "Says when it started and what it reads.",
                [
                    "pipeline_id": 1, "start_date": "2025-01-10T00:10:00Z", "watermark": "2013-01-01",
                    "next_watermark": "2013-01-02",
                ]
            ),
            .init(
                "part",
                "A part of another one.",
                ["pipeline_id": 1, "start_date": "2025-01-10T00:10:01Z", "parent_id": 1]
            )
        ),
        refusals: [.notFound],
        outcomes: .json(201, "It has started.", ServerSchemas.id.reference, ["id": 1])
    )

    private static let end = Operation(
        Endpoints.endExecution,
        "end_execution",
        .executions,
        "Ends an execution.",
        """
        A success moves the watermark of its pipeline; a failure changes nothing there. The same end again changes \
        nothing; a different one is refused with 409. An end that arrives after the execution was counted as lost wins.
        """,
        body: .init(
            ExecutionSchemas.end,
            .init(
                "success",
                "It did what it should.",
                [
                    "id": 1, "end_date": "2025-01-10T00:10:05Z", "completed_successfully": true, "inserts": 842,
                    "updates": 0, "soft_deletes": 0, "total_rows": 842,
                    "execution_metadata": ["partition": "2013-01-01"],
                ]
            ),
            .init(
                "failure",
                "It did not.",
                ["id": 2, "end_date": "2025-01-10T00:10:04Z", "completed_successfully": false]
            )
        ),
        refusals: [.notFound, .conflict],
        outcomes: .empty(204, "It has ended.")
    )

    private static let list = Operation(
        Endpoints.executions,
        "list_executions",
        .executions,
        "Lists executions, newest first.",
        "Pages go by cursor: send each answer's next_cursor until it is null. Costs the same on a ledger of any size.",
        parameters: [
            .init(name: "pipeline_id", schema: .filter("Only those of this pipeline."), example: 1),
            .init(
                name: "pipeline_name",
                schema: .name("Only those of the pipeline of this name."),
                example: "flights daily"
            ),
            .init(
                name: "status",
                schema: .choice("Only those that stand there.", ExecutionSchemas.statuses),
                example: "succeeded"
            ),
            .init(name: "parent_id", schema: .filter("Only the children of this execution."), example: 1),
            .init(
                name: "since",
                schema: .moment("Only those that started then or later."),
                example: "2025-01-10T00:00:00Z"
            ),
            .init(name: "until", schema: .moment("Only those that started before."), example: "2025-01-11T00:00:00Z"),
            .init(
                name: "limit",
                schema: .integer("How many, at most.", 1...1000, standard: 100),
                example: 10
            ),
            .init(
                name: "cursor",
                schema: .string("The next_cursor of an earlier answer.", 1...150)
                    .with("pattern", #"^-?[0-9]{1,18}_[0-9]{1,18}$"#),
                example: "1736467800000000_1"
            ),
        ],
        outcomes: .json(
            200,
            "A page.",
            ExecutionSchemas.page.reference,
            ["data": [Self.execution], "next_cursor": "1736467800000000_1"]
        )
    )

    private static let read = Operation(
        Endpoints.execution,
        "get_execution",
        .executions,
        "Reads one execution with its children.",
        parameters: [
            .init(
                name: "depth",
                schema: .integer("1 for its children, 2 for theirs too, and so on.", 1...100, standard: 1),
                example: 2
            )
        ],
        outcomes: .json(200, "The execution.", ExecutionSchemas.execution.reference, Self.execution)
    )

    private static let heartbeat = Operation(
        Endpoints.heartbeat,
        "send_heartbeat",
        .executions,
        "Tells that an execution is alive.",
        """
        All fields are optional, and so is the body. An execution that has ever sent one, and then is silent for longer \
        than its lease, is counted as lost; one that never did is not.
        """,
        body: .init(
            ExecutionSchemas.heartbeat,
            isRequired: false,
            .init(
                "progress",
                "How far it is.",
                ["lease_seconds": 60, "progress": 0.4, "message": "Loading 2013-01-01"]
            )
        ),
        outcomes: .empty(204, "It is alive.")
    )

    static let all = [Self.start, Self.end, Self.list, Self.read, Self.heartbeat]
}
