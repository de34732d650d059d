// SPDX-License-Identifier: Apache-2.0

/// A kind of addresses.
package struct AddressType: Sendable, Equatable {
    /// Its id.
    package let id: Int64
    /// Its name, unique, in lower case.
    package var name: String
    /// The group it belongs to.
    package var groupName: String
    /// When it was created.
    package let createdAt: Timestamp
    /// When it was last changed.
    package var updatedAt: Timestamp?

    /// Makes a type.
    package init(id: Int64, name: String, groupName: String, createdAt: Timestamp, updatedAt: Timestamp?) {
        self.id = id
        self.name = name
        self.groupName = groupName
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

/// A place where data is: a table, a file, a queue.
package struct Address: Sendable, Equatable {
    /// Its id.
    package let id: Int64
    /// Its name, unique, in lower case.
    package var name: String
    /// Its type.
    package var addressTypeID: Int64
    /// What else is known of it.
    package var parts: AddressParts
    /// When it was created.
    package let createdAt: Timestamp
    /// When it was last changed.
    package var updatedAt: Timestamp?

    /// Makes an address.
    package init(
        id: Int64,
        name: String,
        addressTypeID: Int64,
        parts: AddressParts,
        createdAt: Timestamp,
        updatedAt: Timestamp?
    ) {
        self.id = id
        self.name = name
        self.addressTypeID = addressTypeID
        self.parts = parts
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

/// What else is known of an address.
package struct AddressParts: Sendable, Equatable {
    /// The database of a table.
    package var databaseName: String?
    /// The schema of a table.
    package var schemaName: String?
    /// A table.
    package var tableName: String?
    /// The primary key of a table.
    package var primaryKey: String?
    /// Any facts, as JSON text with sorted keys.
    package var metadata: String?

    /// Makes parts; without arguments, none.
    package init(
        databaseName: String? = nil,
        schemaName: String? = nil,
        tableName: String? = nil,
        primaryKey: String? = nil,
        metadata: String? = nil
    ) {
        self.databaseName = databaseName
        self.schemaName = schemaName
        self.tableName = tableName
        self.primaryKey = primaryKey
        self.metadata = metadata
    }
}

/// What a request says of the parts of an address.
package struct AddressPartsUpdate: Sendable, Equatable {
    /// The database of a table.
    package var databaseName: Update<String>
    /// The schema of a table.
    package var schemaName: Update<String>
    /// A table.
    package var tableName: Update<String>
    /// The primary key of a table.
    package var primaryKey: Update<String>
    /// Any facts, as JSON text with sorted keys.
    package var metadata: Update<String>

    /// Makes an update; without arguments, one that changes nothing.
    package init(
        databaseName: Update<String> = .keep,
        schemaName: Update<String> = .keep,
        tableName: Update<String> = .keep,
        primaryKey: Update<String> = .keep,
        metadata: Update<String> = .keep
    ) {
        self.databaseName = databaseName
        self.schemaName = schemaName
        self.tableName = tableName
        self.primaryKey = primaryKey
        self.metadata = metadata
    }

    /// The parts after the update.
    package func applied(to stored: AddressParts) -> AddressParts {
        AddressParts(
            databaseName: self.databaseName.applied(to: stored.databaseName),
            schemaName: self.schemaName.applied(to: stored.schemaName),
            tableName: self.tableName.applied(to: stored.tableName),
            primaryKey: self.primaryKey.applied(to: stored.primaryKey),
            metadata: self.metadata.applied(to: stored.metadata)
        )
    }
}

/// What a sync of an address says.
package struct AddressSync: Sendable, Equatable {
    /// The address's name.
    package var name: String
    /// The name of its type.
    package var addressTypeName: String
    /// The group of its type.
    package var addressTypeGroupName: String
    /// What else is said of it.
    package var parts: AddressPartsUpdate

    /// Makes a sync.
    package init(name: String, addressTypeName: String, addressTypeGroupName: String, parts: AddressPartsUpdate) {
        self.name = name
        self.addressTypeName = addressTypeName
        self.addressTypeGroupName = addressTypeGroupName
        self.parts = parts
    }

    /// The parts after the sync.
    ///
    /// The name of a database table says where it is: of a name with three parts, `database.schema.table`, each part
    /// fills its field unless the request says otherwise or the part is too long for it.
    package func parts(appliedTo stored: AddressParts) -> AddressParts {
        var parts = self.parts.applied(to: stored)
        let names = self.name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        let fitting = names.allSatisfy { !$0.isEmpty && $0.unicodeScalars.count <= 50 }
        guard self.addressTypeGroupName == "database", names.count == 3, fitting else { return parts }
        if !self.parts.databaseName.isMentioned { parts.databaseName = names[0] }
        if !self.parts.schemaName.isMentioned { parts.schemaName = names[1] }
        if !self.parts.tableName.isMentioned { parts.tableName = names[2] }
        return parts
    }
}
