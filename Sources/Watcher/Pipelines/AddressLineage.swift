// SPDX-License-Identifier: Apache-2.0

/// A place where data is: a table, a file, a topic.
public struct Address: Sendable, Equatable {
    /// The name, 1 to 150 characters, such as `warehouse.public.flights` or a path.
    public var name: String
    /// The name of its type, 1 to 150 characters, such as `sqlite`; the server creates the type when it is missing.
    public var addressTypeName: String
    /// The group of its type, 1 to 150 characters, such as `database` or `file`.
    public var addressTypeGroupName: String
    /// The database of a table, at most 50 characters.
    public var databaseName: String?
    /// The schema of a table, at most 50 characters.
    public var schemaName: String?
    /// The name of a table, at most 50 characters.
    public var tableName: String?
    /// The primary key of a table, at most 50 characters.
    public var primaryKey: String?
    /// Any facts about it.
    public var addressMetadata: [String: JSONValue]?

    /// Makes an address.
    public init(
        name: String,
        addressTypeName: String,
        addressTypeGroupName: String,
        databaseName: String? = nil,
        schemaName: String? = nil,
        tableName: String? = nil,
        primaryKey: String? = nil,
        addressMetadata: [String: JSONValue]? = nil
    ) {
        self.name = name
        self.addressTypeName = addressTypeName
        self.addressTypeGroupName = addressTypeGroupName
        self.databaseName = databaseName
        self.schemaName = schemaName
        self.tableName = tableName
        self.primaryKey = primaryKey
        self.addressMetadata = addressMetadata
    }
}

/// Where the data of a pipeline comes from and goes to.
public struct AddressLineage: Sendable, Equatable {
    /// Where it comes from.
    public var sourceAddresses: [Address]
    /// Where it goes to.
    public var targetAddresses: [Address]

    /// Makes a lineage.
    public init(sourceAddresses: [Address], targetAddresses: [Address]) {
        self.sourceAddresses = sourceAddresses
        self.targetAddresses = targetAddresses
    }
}

extension AddressLineageRequest {
    init(pipelineID: Int64, _ lineage: AddressLineage) {
        self.init(
            pipelineID: pipelineID,
            sourceAddresses: lineage.sourceAddresses.map(AddressRequest.init),
            targetAddresses: lineage.targetAddresses.map(AddressRequest.init)
        )
    }
}

extension AddressRequest {
    /// Mentions only what the address says, so what the server knows beyond that stays.
    init(_ address: Address) {
        self.init(
            name: address.name,
            addressTypeName: address.addressTypeName,
            addressTypeGroupName: address.addressTypeGroupName,
            parts: AddressParts(
                databaseName: address.databaseName.map(Field.value) ?? .absent,
                schemaName: address.schemaName.map(Field.value) ?? .absent,
                tableName: address.tableName.map(Field.value) ?? .absent,
                primaryKey: address.primaryKey.map(Field.value) ?? .absent,
                addressMetadata: address.addressMetadata.map { .value(.object($0)) } ?? .absent
            )
        )
    }
}
