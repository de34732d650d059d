// SPDX-License-Identifier: Apache-2.0
import WatcherWire

/// The operations of lineage.
enum LineageOperations {
    private static let graph: JSONValue = [
        "nodes": [
            [
                "id": 1, "name": "warehouse.public.flights", "address_type_name": "postgresql",
                "address_type_group_name": "database", "address_metadata": nil,
            ],
            [
                "id": 2, "name": "warehouse.public.delays", "address_type_name": "postgresql",
                "address_type_group_name": "database", "address_metadata": nil,
            ],
        ],
        "edges": [
            [
                "source_address_id": 1, "target_address_id": 2, "depth": 1, "lineage_path": [1, 2], "pipeline_id": 1,
                "pipeline_name": "flights daily", "pipeline_type_name": "extraction", "pipeline_metadata": nil,
                "pipeline_active": true,
            ]
        ],
    ]

    private static func table(_ name: JSONValue) -> JSONValue {
        ["name": name, "address_type_name": "postgresql", "address_type_group_name": "database"]
    }

    private static let declare = Operation(
        Endpoints.addressLineage,
        "replace_lineage",
        .lineage,
        "Replaces the lineage edges of a pipeline.",
        """
        The edges go from each source to each target; empty lists clear them. Addresses are created when missing. \
        Nothing is done, and the answer says why, when the pipeline is unknown or its load_lineage is false.
        """,
        body: .init(
            AddressSchemas.lineageRequest,
            .init(
                "edge",
                "From one table to another.",
                [
                    "pipeline_id": 1,
                    "source_addresses": [Self.table("warehouse.public.flights")],
                    "target_addresses": [Self.table("warehouse.public.delays")],
                ]
            )
        ),
        outcomes: .json(
            200,
            "Nothing was done.",
            AddressSchemas.lineage.reference,
            [
                "pipeline_id": 1, "lineage_relationships_created": 0,
                "message": "load_lineage is false for this pipeline: nothing was changed",
            ]
        ),
        .json(
            201,
            "The pipeline has these edges now.",
            AddressSchemas.lineage.reference,
            ["pipeline_id": 1, "lineage_relationships_created": 1, "message": "Lineage relationships created: 1"]
        )
    )

    private static let read = Operation(
        Endpoints.lineageGraph,
        "get_lineage_graph",
        .lineage,
        "Reads every direct edge on any path through one address.",
        """
        A browser, which prefers text/html, gets a page with a drawing; without source_address_id, one with the addresses \
        to choose from.
        """,
        parameters: [
            .init(
                name: "source_address_id",
                schema: .id("The address in the middle of the graph."),
                isRequired: true,
                example: 1
            ),
            .init(
                name: "depth",
                schema: .integer("How many edges away, at most; without it, any number.", 1...Int64.max),
                example: 3
            ),
        ],
        refusals: [.notFound],
        outcomes: .json(200, "The graph.", LineageSchemas.graph.reference, Self.graph).orPage
    )

    private static let addresses = Operation(
        Endpoints.lineageGraphAddresses,
        "list_lineage_addresses",
        .lineage,
        "Lists the addresses that lineage names, by id.",
        outcomes: .json(
            200,
            "The addresses.",
            LineageSchemas.address.list("The addresses."),
            [["id": 1, "name": "warehouse.public.flights"]]
        )
    )

    private static let refresh = Operation(
        Endpoints.refreshLineageGraph,
        "refresh_lineage_graph",
        .lineage,
        "Does nothing: the graph is always fresh.",
        body: .nothing,
        outcomes: .json(
            200,
            "There was nothing to do.",
            ServerSchemas.refreshed.reference,
            ["status": "success", "message": "The lineage graph is always fresh: there was nothing to do"]
        )
    )

    static let all = [Self.declare, Self.read, Self.addresses, Self.refresh]
}
