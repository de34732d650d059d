// SPDX-License-Identifier: Apache-2.0

/// The graph of lineage.
enum LineageSchemas {
    private static let metadata = Schema.anyObject("Any facts about it.").orNull

    static let node = NamedSchema(
        "LineageNode",
        .answer(
            "An address of the graph.",
            [
                ("id", .id("The address.")),
                ("name", .string("Its name.")),
                ("address_type_name", .string("The name of its type.")),
                ("address_type_group_name", .string("The group of its type.")),
                ("address_metadata", Self.metadata),
            ]
        )
    )

    static let edge = NamedSchema(
        "LineageEdge",
        .answer(
            "An edge of the graph, as one pipeline declares it.",
            [
                ("source_address_id", .id("Where the data comes from.")),
                ("target_address_id", .id("Where it goes.")),
                ("depth", .count("How many edges away from the address that was asked for; 1 touches it.")),
                (
                    "lineage_path",
                    .list(of: .id("An address."), "The addresses of the shortest path, in the direction of the data.")
                ),
                ("pipeline_id", .id("The pipeline.")),
                ("pipeline_name", .string("Its name.")),
                ("pipeline_type_name", .string("The name of its type.")),
                ("pipeline_metadata", Self.metadata),
                ("pipeline_active", .bool("Whether it shall run.")),
            ]
        )
    )

    static let graph = NamedSchema(
        "LineageGraph",
        .answer(
            "Every direct edge on any path through one address.",
            [
                ("nodes", Self.node.list("The addresses, by id.")),
                ("edges", Self.edge.list("The edges, the nearest first.")),
            ]
        )
    )

    static let address = NamedSchema(
        "LineageAddress",
        .answer(
            "An address that lineage names.",
            [("id", .id("The address.")), ("name", .string("Its name."))]
        )
    )

    static let all = [Self.node, Self.edge, Self.graph, Self.address]
}
