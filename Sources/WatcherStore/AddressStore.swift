// SPDX-License-Identifier: Apache-2.0
package import WatcherCore
package import WatcherDatabase

/// The tables of addresses and their types.
package struct AddressStore {
    private let transaction: Transaction

    /// Works in a transaction.
    package init(_ transaction: Transaction) {
        self.transaction = transaction
    }

    // MARK: Types

    private static let typeColumns: SQLStatement = "id, name, group_name, created_at, updated_at"

    private static func decodeType(_ row: inout RowReader) throws -> AddressType {
        AddressType(
            id: try row.next(),
            name: try row.next(),
            groupName: try row.next(),
            createdAt: try row.next(),
            updatedAt: try row.next()
        )
    }

    /// All types, by id.
    package func allTypes() throws -> [AddressType] {
        try self.transaction.all("SELECT \(Self.typeColumns) FROM address_type ORDER BY id", Self.decodeType)
    }

    /// The type of an id.
    ///
    /// - Parameters:
    ///   - id: the id.
    ///   - locked: whether nobody else may change it until the transaction ends.
    /// - Returns: `nil` when there is none.
    /// - Throws: ``DatabaseError``
    package func findType(id: Int64, locked: Bool = false) throws -> AddressType? {
        let lock = self.transaction.dialect.forUpdate(locked)
        return try self.transaction.one(
            "SELECT \(Self.typeColumns) FROM address_type WHERE id = \(id)\(lock)",
            Self.decodeType
        )
    }

    /// The type of a name.
    ///
    /// - Parameters:
    ///   - name: the name.
    ///   - locked: whether nobody else may change it until the transaction ends.
    /// - Returns: `nil` when there is none.
    /// - Throws: ``DatabaseError``
    package func findType(name: String, locked: Bool = false) throws -> AddressType? {
        let lock = self.transaction.dialect.forUpdate(locked)
        return try self.transaction.one(
            "SELECT \(Self.typeColumns) FROM address_type WHERE name = \(name)\(lock)",
            Self.decodeType
        )
    }

    /// Creates a type unless there is one of this name.
    ///
    /// - Returns: the id of the new type; `nil` when another one has the name.
    /// - Throws: ``DatabaseError``
    package func insertType(name: String, groupName: String, now: Timestamp) throws -> Int64? {
        try self.transaction.insert(
            """
            INSERT INTO address_type (name, group_name, created_at) VALUES (\(name), \(groupName), \(now))
            ON CONFLICT (name) DO NOTHING
            """
        )
    }

    /// Writes all fields of a type that is there.
    package func updateType(_ type: AddressType) throws {
        try self.transaction.run(
            """
            UPDATE address_type SET name = \(type.name), group_name = \(type.groupName), updated_at = \(type.updatedAt)
            WHERE id = \(type.id)
            """
        )
    }

    // MARK: Addresses

    private static let columns: SQLStatement = """
        id, name, address_type_id, database_name, schema_name, table_name, primary_key, address_metadata,
        created_at, updated_at
        """

    private static func decode(_ row: inout RowReader) throws -> Address {
        Address(
            id: try row.next(),
            name: try row.next(),
            addressTypeID: try row.next(),
            parts: AddressParts(
                databaseName: try row.next(),
                schemaName: try row.next(),
                tableName: try row.next(),
                primaryKey: try row.next(),
                metadata: try row.next()
            ),
            createdAt: try row.next(),
            updatedAt: try row.next()
        )
    }

    /// All addresses, by id.
    package func all() throws -> [Address] {
        try self.transaction.all("SELECT \(Self.columns) FROM address ORDER BY id", Self.decode)
    }

    /// The address of an id.
    ///
    /// - Parameters:
    ///   - id: the id.
    ///   - locked: whether nobody else may change it until the transaction ends.
    /// - Returns: `nil` when there is none.
    /// - Throws: ``DatabaseError``
    package func find(id: Int64, locked: Bool = false) throws -> Address? {
        let lock = self.transaction.dialect.forUpdate(locked)
        return try self.transaction.one("SELECT \(Self.columns) FROM address WHERE id = \(id)\(lock)", Self.decode)
    }

    /// The address of a name.
    ///
    /// - Parameters:
    ///   - name: the name.
    ///   - locked: whether nobody else may change it until the transaction ends.
    /// - Returns: `nil` when there is none.
    /// - Throws: ``DatabaseError``
    package func find(name: String, locked: Bool = false) throws -> Address? {
        let lock = self.transaction.dialect.forUpdate(locked)
        return try self.transaction.one("SELECT \(Self.columns) FROM address WHERE name = \(name)\(lock)", Self.decode)
    }

    /// Creates an address unless there is one of this name.
    ///
    /// - Returns: the id of the new address; `nil` when another one has the name.
    /// - Throws: ``DatabaseError``
    package func insert(name: String, addressTypeID: Int64, parts: AddressParts, now: Timestamp) throws -> Int64? {
        try self.transaction.insert(
            """
            INSERT INTO address (name, address_type_id, database_name, schema_name, table_name, primary_key,
                address_metadata, created_at)
            VALUES (\(name), \(addressTypeID), \(parts.databaseName), \(parts.schemaName), \(parts.tableName),
                \(parts.primaryKey), \(parts.metadata), \(now))
            ON CONFLICT (name) DO NOTHING
            """
        )
    }

    /// Writes all fields of an address that is there.
    package func update(_ address: Address) throws {
        try self.transaction.run(
            """
            UPDATE address SET name = \(address.name), address_type_id = \(address.addressTypeID),
                database_name = \(address.parts.databaseName), schema_name = \(address.parts.schemaName),
                table_name = \(address.parts.tableName), primary_key = \(address.parts.primaryKey),
                address_metadata = \(address.parts.metadata), updated_at = \(address.updatedAt)
            WHERE id = \(address.id)
            """
        )
    }
}
