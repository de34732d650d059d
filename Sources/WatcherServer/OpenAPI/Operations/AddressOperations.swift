// SPDX-License-Identifier: Apache-2.0
import WatcherWire

/// The operations of addresses and their types.
enum AddressOperations {
    private static let address: JSONValue = [
        "id": 1, "name": "warehouse.public.flights", "address_type_id": 1, "database_name": "warehouse",
        "schema_name": "public", "table_name": "flights", "primary_key": "id", "address_metadata": ["rows": 336_776],
        "created_at": "2025-01-10T00:10:00Z", "updated_at": nil,
    ]
    private static let type: JSONValue = [
        "id": 1, "name": "postgresql", "group_name": "database", "created_at": "2025-01-10T00:10:00Z",
        "updated_at": nil,
    ]

    private static let syncType = Operation(
        Endpoints.syncAddressType,
        "sync_address_type",
        .addresses,
        "Gets or creates an address type by name.",
        "The group in the body updates that of a type that is there.",
        body: .init(
            AddressSchemas.typeRequest,
            .init("database", "A kind of database.", ["name": "postgresql", "group_name": "database"])
        ),
        outcomes: .json(200, "It was there.", ServerSchemas.id.reference, ["id": 1]),
        .json(201, "It was created.", ServerSchemas.id.reference, ["id": 1])
    )

    private static let listTypes = Operation(
        Endpoints.addressTypes,
        "list_address_types",
        .addresses,
        "Lists the address types, by id.",
        outcomes: .json(200, "All address types.", AddressSchemas.type.list("The types."), [Self.type])
    )

    private static let readType = Operation(
        Endpoints.addressType,
        "get_address_type",
        .addresses,
        "Reads one address type.",
        outcomes: .json(200, "The type.", AddressSchemas.type.reference, Self.type)
    )

    private static let patchType = Operation(
        Endpoints.patchAddressType,
        "patch_address_type",
        .addresses,
        "Changes one address type.",
        "The type is named by id, or else by name; with an id, name renames it.",
        body: .init(
            AddressSchemas.typePatch,
            .init("group", "Changes the group.", ["id": 1, "group_name": "database"])
        ),
        refusals: [.notFound],
        outcomes: .json(200, "The type as it is now.", AddressSchemas.type.reference, Self.type)
    )

    private static let sync = Operation(
        Endpoints.syncAddress,
        "sync_address",
        .addresses,
        "Gets or creates an address by name.",
        """
        Fields in the body update the address: null clears, absent keeps. In the group database, a name of three parts \
        with dots fills database, schema and table.
        """,
        body: .init(
            AddressSchemas.request,
            .init(
                "table",
                "A table.",
                [
                    "name": "warehouse.public.flights", "address_type_name": "postgresql",
                    "address_type_group_name": "database", "primary_key": "id",
                    "address_metadata": ["rows": 336_776],
                ]
            )
        ),
        outcomes: .json(200, "It was there.", ServerSchemas.id.reference, ["id": 1]),
        .json(201, "It was created.", ServerSchemas.id.reference, ["id": 1])
    )

    private static let list = Operation(
        Endpoints.addresses,
        "list_addresses",
        .addresses,
        "Lists the addresses, by id.",
        outcomes: .json(200, "All addresses.", AddressSchemas.address.list("The addresses."), [Self.address])
    )

    private static let read = Operation(
        Endpoints.address,
        "get_address",
        .addresses,
        "Reads one address.",
        outcomes: .json(200, "The address.", AddressSchemas.address.reference, Self.address)
    )

    private static let patch = Operation(
        Endpoints.patchAddress,
        "patch_address",
        .addresses,
        "Changes one address.",
        "The address is named by id, or else by name; with an id, name renames it. Absent keeps, null clears.",
        body: .init(AddressSchemas.patch, .init("key", "Notes its key.", ["id": 1, "primary_key": "id"])),
        refusals: [.notFound],
        outcomes: .json(200, "The address as it is now.", AddressSchemas.address.reference, Self.address)
    )

    static let all = [
        Self.syncType, Self.listTypes, Self.readType, Self.patchType, Self.sync, Self.list, Self.read, Self.patch,
    ]
}
