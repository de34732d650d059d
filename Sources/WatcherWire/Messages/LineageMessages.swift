// SPDX-License-Identifier: Apache-2.0

/// `POST /address_type`: gets or creates an address type by name.
public struct AddressTypeRequest: Sendable, Equatable {
    /// The type's name.
    public var name: String
    /// The group it belongs to, such as `database` or `file`.
    public var groupName: String
}

extension AddressTypeRequest: WireRequest {
    /// Reads and checks the request.
    public init(reading fields: inout RequestFields) {
        self.name = fields.string("name", TextLimits.name)
        self.groupName = fields.string("group_name", TextLimits.name)
    }

    /// Writes the request.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("name", self.name)
            writer.member("group_name", self.groupName)
        }
    }
}

/// `PATCH /address_type`: changes the fields that the request mentions.
public struct AddressTypePatchRequest: Sendable, Equatable {
    /// Which type.
    public var target: PatchTarget
    /// Its new name, when it is named by id.
    public var name: Field<String>
    /// The group it belongs to.
    public var groupName: Field<String>
}

extension AddressTypePatchRequest: WireRequest {
    /// Reads and checks the request.
    public init(reading fields: inout RequestFields) {
        self.target = PatchTarget(reading: &fields)
        self.name = fields.nonNull("name", in: self.target) { $0.stringField("name", TextLimits.name) }
        self.groupName = fields.nonNull("group_name") { $0.stringField("group_name", TextLimits.name) }
    }

    /// Writes the request.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            self.target.write(to: &writer)
            if case .id = self.target { writer.field("name", self.name) { $0.value($1) } }
            writer.field("group_name", self.groupName) { $0.value($1) }
        }
    }
}

/// An address type with all its fields.
public struct AddressTypeResponse: Sendable, Equatable {
    /// The type.
    public var id: Int64
    /// Its name.
    public var name: String
    /// The group it belongs to.
    public var groupName: String
    /// When it was created.
    public var createdAt: WireTimestamp
    /// When it was last changed.
    public var updatedAt: WireTimestamp?

    /// Makes an answer.
    public init(id: Int64, name: String, groupName: String, createdAt: WireTimestamp, updatedAt: WireTimestamp?) {
        self.id = id
        self.name = name
        self.groupName = groupName
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

extension AddressTypeResponse: WireMessage {
    /// Writes the answer.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", self.id)
            writer.member("name", self.name)
            writer.member("group_name", self.groupName)
            writer.member("created_at", self.createdAt)
            writer.member("updated_at", self.updatedAt)
        }
    }
}

/// The parts of an address that a request may leave out or clear.
public struct AddressParts: Sendable, Equatable {
    /// The database of a table.
    public var databaseName: Field<String>
    /// The schema of a table.
    public var schemaName: Field<String>
    /// A table.
    public var tableName: Field<String>
    /// The primary key of a table.
    public var primaryKey: Field<String>
    /// Any facts about the address.
    public var addressMetadata: Field<JSONValue>

    /// Makes parts; without arguments, none that the request mentions.
    public init(
        databaseName: Field<String> = .absent,
        schemaName: Field<String> = .absent,
        tableName: Field<String> = .absent,
        primaryKey: Field<String> = .absent,
        addressMetadata: Field<JSONValue> = .absent
    ) {
        self.databaseName = databaseName
        self.schemaName = schemaName
        self.tableName = tableName
        self.primaryKey = primaryKey
        self.addressMetadata = addressMetadata
    }

    init(reading fields: inout RequestFields) {
        self.databaseName = fields.stringField("database_name", TextLimits.addressPart)
        self.schemaName = fields.stringField("schema_name", TextLimits.addressPart)
        self.tableName = fields.stringField("table_name", TextLimits.addressPart)
        self.primaryKey = fields.stringField("primary_key", TextLimits.addressPart)
        self.addressMetadata = fields.metadataField("address_metadata")
    }

    func write(to writer: inout JSONWriter) {
        writer.field("database_name", self.databaseName) { $0.value($1) }
        writer.field("schema_name", self.schemaName) { $0.value($1) }
        writer.field("table_name", self.tableName) { $0.value($1) }
        writer.field("primary_key", self.primaryKey) { $0.value($1) }
        writer.field("address_metadata", self.addressMetadata) { $0.value($1) }
    }
}

/// `POST /address`, and an address of a lineage: gets or creates it by name, and updates what the request mentions.
public struct AddressRequest: Sendable, Equatable {
    /// The address's name, such as `warehouse.public.flights` or a path.
    public var name: String
    /// The name of its type, created when missing.
    public var addressTypeName: String
    /// The group of its type.
    public var addressTypeGroupName: String
    /// What else is known of it.
    public var parts: AddressParts

    /// Makes a request.
    public init(name: String, addressTypeName: String, addressTypeGroupName: String, parts: AddressParts = .init()) {
        self.name = name
        self.addressTypeName = addressTypeName
        self.addressTypeGroupName = addressTypeGroupName
        self.parts = parts
    }
}

extension AddressRequest: WireRequest {
    /// Reads and checks the request.
    public init(reading fields: inout RequestFields) {
        self.name = fields.string("name", TextLimits.name)
        self.addressTypeName = fields.string("address_type_name", TextLimits.name)
        self.addressTypeGroupName = fields.string("address_type_group_name", TextLimits.name)
        self.parts = AddressParts(reading: &fields)
    }

    /// Writes the request.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("name", self.name)
            writer.member("address_type_name", self.addressTypeName)
            writer.member("address_type_group_name", self.addressTypeGroupName)
            self.parts.write(to: &writer)
        }
    }
}

/// `PATCH /address`: changes the fields that the request mentions.
public struct AddressPatchRequest: Sendable, Equatable {
    /// Which address.
    public var target: PatchTarget
    /// Its new name, when it is named by id.
    public var name: Field<String>
    /// The id of its type, which must exist.
    public var addressTypeID: Field<Int64>
    /// The name of its type, which must exist.
    public var addressTypeName: Field<String>
    /// What else changes.
    public var parts: AddressParts
}

extension AddressPatchRequest: WireRequest {
    /// Reads and checks the request.
    public init(reading fields: inout RequestFields) {
        self.target = PatchTarget(reading: &fields)
        self.name = fields.nonNull("name", in: self.target) { $0.stringField("name", TextLimits.name) }
        self.addressTypeID = fields.nonNull("address_type_id") { $0.integerField("address_type_id") }
        self.addressTypeName = fields.nonNull("address_type_name") {
            $0.stringField("address_type_name", TextLimits.name)
        }
        self.parts = AddressParts(reading: &fields)
    }

    /// Writes the request.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            self.target.write(to: &writer)
            if case .id = self.target { writer.field("name", self.name) { $0.value($1) } }
            writer.field("address_type_id", self.addressTypeID) { $0.value($1) }
            writer.field("address_type_name", self.addressTypeName) { $0.value($1) }
            self.parts.write(to: &writer)
        }
    }
}

/// An address with all its fields.
public struct AddressResponse: Sendable, Equatable {
    /// The address.
    public var id: Int64
    /// Its name.
    public var name: String
    /// Its type.
    public var addressTypeID: Int64
    /// The database of a table.
    public var databaseName: String?
    /// The schema of a table.
    public var schemaName: String?
    /// A table.
    public var tableName: String?
    /// The primary key of a table.
    public var primaryKey: String?
    /// Any facts about the address, as JSON text.
    public var addressMetadata: String?
    /// When it was created.
    public var createdAt: WireTimestamp
    /// When it was last changed.
    public var updatedAt: WireTimestamp?

    /// Makes an answer.
    public init(
        id: Int64,
        name: String,
        addressTypeID: Int64,
        databaseName: String?,
        schemaName: String?,
        tableName: String?,
        primaryKey: String?,
        addressMetadata: String?,
        createdAt: WireTimestamp,
        updatedAt: WireTimestamp?
    ) {
        self.id = id
        self.name = name
        self.addressTypeID = addressTypeID
        self.databaseName = databaseName
        self.schemaName = schemaName
        self.tableName = tableName
        self.primaryKey = primaryKey
        self.addressMetadata = addressMetadata
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

extension AddressResponse: WireMessage {
    /// Writes the answer.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", self.id)
            writer.member("name", self.name)
            writer.member("address_type_id", self.addressTypeID)
            writer.member("database_name", self.databaseName)
            writer.member("schema_name", self.schemaName)
            writer.member("table_name", self.tableName)
            writer.member("primary_key", self.primaryKey)
            writer.key("address_metadata")
            writer.raw(self.addressMetadata ?? "null")
            writer.member("created_at", self.createdAt)
            writer.member("updated_at", self.updatedAt)
        }
    }
}

/// `POST /address_lineage`: replaces a pipeline's edges with those from each source to each target.
public struct AddressLineageRequest: Sendable, Equatable {
    /// How many edges a pipeline may have: sources times targets.
    public static let maximumEdges = 10_000

    /// The pipeline.
    public var pipelineID: Int64
    /// Where its data comes from.
    public var sourceAddresses: [AddressRequest]
    /// Where its data goes.
    public var targetAddresses: [AddressRequest]

    /// Makes a request.
    public init(pipelineID: Int64, sourceAddresses: [AddressRequest], targetAddresses: [AddressRequest]) {
        self.pipelineID = pipelineID
        self.sourceAddresses = sourceAddresses
        self.targetAddresses = targetAddresses
    }
}

extension AddressLineageRequest: WireRequest {
    /// Reads and checks the request.
    public init(reading fields: inout RequestFields) {
        self.pipelineID = fields.integer("pipeline_id")
        self.sourceAddresses = fields.objects("source_addresses")
        self.targetAddresses = fields.objects("target_addresses")
        let edges = self.sourceAddresses.count * self.targetAddresses.count
        if edges > Self.maximumEdges {
            fields.report(
                .valueError,
                "source_addresses",
                "Sources times targets should be at most \(Self.maximumEdges) edges, not \(edges)"
            )
        }
    }

    /// Writes the request.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("pipeline_id", self.pipelineID)
            writer.member("source_addresses", self.sourceAddresses)
            writer.member("target_addresses", self.targetAddresses)
        }
    }
}

/// The answer to ``AddressLineageRequest``.
public struct AddressLineageResponse: Sendable, Equatable {
    /// The pipeline.
    public let pipelineID: Int64
    /// How many edges the pipeline has now; 0 when nothing was done.
    public let lineageRelationshipsCreated: Int64
    /// What was done, or why nothing was.
    public let message: String

    /// Makes an answer.
    public init(pipelineID: Int64, lineageRelationshipsCreated: Int64, message: String) {
        self.pipelineID = pipelineID
        self.lineageRelationshipsCreated = lineageRelationshipsCreated
        self.message = message
    }
}

extension AddressLineageResponse: WireResponse {
    /// Reads the answer.
    public init(reading fields: ResponseFields) throws(WireResponseError) {
        self.pipelineID = try fields.required("pipeline_id", \.integer)
        self.lineageRelationshipsCreated = try fields.required("lineage_relationships_created", \.integer)
        self.message = fields["message"]?.string ?? ""
    }

    /// Writes the answer.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("pipeline_id", self.pipelineID)
            writer.member("lineage_relationships_created", self.lineageRelationshipsCreated)
            writer.member("message", self.message)
        }
    }
}
