// SPDX-License-Identifier: Apache-2.0
import WatcherWire

/// The operations of the server itself.
enum ServerOperations {
    private static let ok: JSONValue = ["status": "ok"]

    private static let root = Operation(
        Endpoints.root,
        "get_root",
        .server,
        "Says that a server is here.",
        "A browser, which prefers text/html, gets the overview page; where tokens are needed, it needs one to read.",
        refusals: [.unauthorized],
        outcomes: .json(200, "It is here.", ServerSchemas.status.reference, Self.ok).orPage
    )

    private static let live = Operation(
        Endpoints.live,
        "get_live",
        .server,
        "Says that the process runs.",
        "Touches nothing else, and answers however busy the server is.",
        outcomes: .json(200, "It runs.", ServerSchemas.status.reference, Self.ok)
    )

    private static let ready = Operation(
        Endpoints.ready,
        "get_ready",
        .server,
        "Says that the database answers.",
        outcomes: .json(200, "It answers.", ServerSchemas.status.reference, Self.ok)
    )

    private static let metrics = Operation(
        Endpoints.metrics,
        "get_metrics",
        .server,
        "Reads the server's figures in the text format of Prometheus.",
        outcomes: Operation.Outcome(
            status: 200,
            description: "The figures.",
            contents: [
                .init(
                    mediaType: "text/plain",
                    schema: .string("The text format, version 0.0.4."),
                    example: "watcher_database_up 1\n"
                )
            ]
        )
    )

    private static let openAPI = Operation(
        Endpoints.openAPI,
        "get_openapi",
        .server,
        "Reads the description of this interface.",
        "Sent with the ETag of an earlier answer as If-None-Match, it is answered by 304 when nothing has changed.",
        outcomes: Operation.Outcome(
            status: 200,
            description: "The description, in the words of OpenAPI 3.1.",
            contents: [
                .init(
                    mediaType: "application/json",
                    schema: .anyObject("An OpenAPI document."),
                    example: ["openapi": "3.1.0", "info": ["title": "Watcher", "version": "1.0.0"], "paths": [:]]
                )
            ],
            headers: ["ETag"]
        ),
        Operation.Outcome(status: 304, description: "Nothing has changed.", headers: ["ETag"])
    )

    private static let docs = Operation(
        Endpoints.docs,
        "get_docs",
        .server,
        "Shows the description of this interface.",
        outcomes: Operation.Outcome(
            status: 200,
            description: "The page.",
            contents: [.page]
        )
    )

    private static let diagnostics = Operation(
        Endpoints.diagnostics,
        "show_diagnostics",
        .server,
        "Shows how the ledger is.",
        "What 'watcher doctor' says of the ledger, what the queue of jobs holds, and the steps of the schema.",
        outcomes: .page("The page.")
    )

    static let all = [
        Self.root, Self.live, Self.ready, Self.diagnostics, Self.metrics, Self.openAPI, Self.docs,
    ]
}
