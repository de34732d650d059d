// SPDX-License-Identifier: Apache-2.0
import WatcherWire

/// Addresses, their types, and the lineage that a pipeline declares between them.
enum AddressSchemas {
    private static let parts: [(String, Schema)] = [
        ("database_name", .string("The database of a table.", TextLimits.addressPart).orNull),
        ("schema_name", .string("The schema of a table.", TextLimits.addressPart).orNull),
        ("table_name", .string("A table.", TextLimits.addressPart).orNull),
        ("primary_key", .string("The primary key of a table.", TextLimits.addressPart).orNull),
        ("address_metadata", .anyObject("Any facts about it; comes back equal.").orNull),
    ]

    static let typeRequest = NamedSchema(
        "AddressTypeRequest",
        .request(
            "Gets or creates an address type by name.",
            required: [
                "name": .name("The type's name."),
                "group_name": .name("The group it belongs to, such as database or file."),
            ]
        )
    )

    static let typePatch = NamedSchema(
        "AddressTypePatch",
        .request(
            "Changes the fields that the request mentions.",
            [
                ("id", .id("Which type.")),
                ("name", .name("Which type; with an id, its new name.")),
                ("group_name", .name("The group it belongs to.")),
            ]
        ).naming(oneOf: ["id", "name"])
    )

    static let type = NamedSchema(
        "AddressType",
        .answer(
            "An address type.",
            [
                ("id", .id("The type.")),
                ("name", .string("Its name.")),
                ("group_name", .string("The group it belongs to.")),
            ] + Schema.created
        )
    )

    static let request = NamedSchema(
        "AddressRequest",
        .request(
            "Gets or creates an address by name, and updates what the request mentions.",
            required: [
                "name": .name("The address's name; a table's is database.schema.table."),
                "address_type_name": .name("The name of its type, which is created when missing."),
                "address_type_group_name": .name("The group of its type."),
            ],
            Self.parts
        )
    )

    static let patch = NamedSchema(
        "AddressPatch",
        .request(
            "Changes the fields that the request mentions.",
            [
                ("id", .id("Which address.")),
                ("name", .name("Which address; with an id, its new name.")),
                ("address_type_id", .id("The id of its type, which must exist.")),
                ("address_type_name", .name("The name of its type, which must exist; counts more than the id.")),
            ] + Self.parts
        ).naming(oneOf: ["id", "name"])
    )

    static let address = NamedSchema(
        "Address",
        .answer(
            "An address: a table, a file, or anything else that data comes from or goes to.",
            [
                ("id", .id("The address.")),
                ("name", .string("Its name.")),
                ("address_type_id", .id("Its type.")),
            ] + Self.parts + Schema.created
        )
    )

    static let lineageRequest = NamedSchema(
        "AddressLineageRequest",
        .request(
            """
            Replaces a pipeline's edges with those from each source to each target, at most \
            \(AddressLineageRequest.maximumEdges) of them.
            """,
            required: [
                "pipeline_id": .id("The pipeline."),
                "source_addresses": .list(
                    of: Self.request.reference,
                    "Where its data comes from.",
                    0...RequestFields.maximumElements
                ),
                "target_addresses": .list(
                    of: Self.request.reference,
                    "Where its data goes.",
                    0...RequestFields.maximumElements
                ),
            ]
        )
    )

    static let lineage = NamedSchema(
        "AddressLineage",
        .answer(
            "What became of the edges.",
            [
                ("pipeline_id", .integer("The pipeline.", Int64.min...Int64.max)),
                (
                    "lineage_relationships_created",
                    .count("How many edges the pipeline has now; 0 when nothing was done.")
                ),
                ("message", .string("What was done, or why nothing was.")),
            ]
        )
    )

    static let all = [
        Self.typeRequest, Self.typePatch, Self.type, Self.request, Self.patch, Self.address, Self.lineageRequest,
        Self.lineage,
    ]
}
