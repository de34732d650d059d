// SPDX-License-Identifier: Apache-2.0
package import WatcherCore
import WatcherDatabase
import WatcherStore

/// The use cases of addresses and their types.
package struct AddressService: Sendable {
    private let ledger: Ledger

    /// Makes a service.
    package init(_ ledger: Ledger) {
        self.ledger = ledger
    }

    // MARK: Types

    /// Gets or creates a type by name, in the group that is said.
    package func syncType(name: String, groupName: String, _ reply: Reply<SyncedRow>) async throws -> Answer {
        try await self.ledger.write(reply) { transaction, now in
            try Self.syncType(name: name, groupName: groupName, transaction, now)
        }
    }

    /// All types, by id.
    package func allTypes() async throws -> [AddressType] {
        try await self.ledger.read { try AddressStore($0).allTypes() }
    }

    /// The type of an id.
    package func findType(id: Int64) async throws -> AddressType {
        guard let type = try await self.ledger.read({ try AddressStore($0).findType(id: id) }) else {
            throw Self.typeNotFound("\(id)")
        }
        return type
    }

    /// Changes name and group of a type.
    package func patchType(
        _ name: RowName,
        newName: Update<String>,
        groupName: Update<String>
    ) async throws -> AddressType {
        try await self.ledger.write { transaction, now in
            let store = AddressStore(transaction)
            let found =
                switch name {
                case .id(let id): try store.findType(id: id, locked: true)
                case .name(let name): try store.findType(name: name, locked: true)
                }
            guard let stored = found else { throw Self.typeNotFound(name.text) }
            var type = stored
            type.name = newName.applied(to: stored.name)
            type.groupName = groupName.applied(to: stored.groupName)
            guard type != stored else { return stored }
            if type.name != stored.name, try store.findType(name: type.name) != nil {
                throw ServiceError(.nameExists, "Address type name already exists")
            }
            type.updatedAt = now
            try store.updateType(type)
            return type
        }
    }

    // MARK: Addresses

    /// Gets or creates an address by name, with its type, and applies what the sync says.
    package func sync(_ sync: AddressSync, _ reply: Reply<SyncedRow>) async throws -> Answer {
        try await self.ledger.write(reply) { transaction, now in try Self.sync(sync, transaction, now) }
    }

    /// All addresses, by id.
    package func all() async throws -> [Address] {
        try await self.ledger.read { try AddressStore($0).all() }
    }

    /// The address of an id.
    package func find(id: Int64) async throws -> Address {
        guard let address = try await self.ledger.read({ try AddressStore($0).find(id: id) }) else {
            throw Self.notFound("\(id)")
        }
        return address
    }

    /// Changes what a patch mentions.
    ///
    /// - Parameters:
    ///   - name: which address.
    ///   - newName: its new name.
    ///   - typeID: the id of its new type.
    ///   - typeName: or the name of its new type.
    ///   - parts: what else changes.
    /// - Returns: the address after the patch.
    /// - Throws: ``ServiceError``
    package func patch(
        _ name: RowName,
        newName: Update<String>,
        typeID: Int64?,
        typeName: String?,
        parts: AddressPartsUpdate
    ) async throws -> Address {
        try await self.ledger.write { transaction, now in
            let store = AddressStore(transaction)
            let found =
                switch name {
                case .id(let id): try store.find(id: id, locked: true)
                case .name(let name): try store.find(name: name, locked: true)
                }
            guard let stored = found else { throw Self.notFound(name.text) }
            var address = stored
            address.name = newName.applied(to: stored.name)
            address.parts = parts.applied(to: stored.parts)
            if let typeName {
                guard let type = try store.findType(name: typeName) else { throw Self.typeNotFound("'\(typeName)'") }
                address.addressTypeID = type.id
            } else if let typeID {
                guard try store.findType(id: typeID) != nil else { throw Self.typeNotFound("\(typeID)") }
                address.addressTypeID = typeID
            }
            guard address != stored else { return stored }
            if address.name != stored.name, try store.find(name: address.name) != nil {
                throw ServiceError(.nameExists, "Address name already exists")
            }
            address.updatedAt = now
            try store.update(address)
            return address
        }
    }

    // MARK: In a transaction

    /// Gets or creates an address; what has not changed is not written.
    static func sync(_ sync: AddressSync, _ transaction: Transaction, _ now: Timestamp) throws -> SyncedRow {
        let store = AddressStore(transaction)
        let type = try Self.syncType(
            name: sync.addressTypeName,
            groupName: sync.addressTypeGroupName,
            transaction,
            now
        )
        let parts = sync.parts(appliedTo: AddressParts())
        if try store.find(name: sync.name) == nil,
            let id = try store.insert(name: sync.name, addressTypeID: type.id, parts: parts, now: now)
        {
            return SyncedRow(id: id, isNew: true)
        }
        guard let stored = try store.find(name: sync.name, locked: true) else {
            throw DatabaseError(.busy, "the address '\(sync.name)' was created and deleted meanwhile; try again")
        }
        var address = stored
        address.addressTypeID = type.id
        address.parts = sync.parts(appliedTo: stored.parts)
        if address != stored {
            address.updatedAt = now
            try store.update(address)
        }
        return SyncedRow(id: address.id, isNew: false)
    }

    private static func syncType(
        name: String,
        groupName: String,
        _ transaction: Transaction,
        _ now: Timestamp
    ) throws -> SyncedRow {
        let store = AddressStore(transaction)
        if try store.findType(name: name) == nil,
            let id = try store.insertType(name: name, groupName: groupName, now: now)
        {
            return SyncedRow(id: id, isNew: true)
        }
        guard var type = try store.findType(name: name) else {
            throw DatabaseError(.busy, "the address type '\(name)' was created and deleted meanwhile; try again")
        }
        // Nearly always it is as it should be, and then others need not wait.
        if type.groupName != groupName, let locked = try store.findType(name: name, locked: true) {
            type = locked
            type.groupName = groupName
            type.updatedAt = now
            try store.updateType(type)
        }
        return SyncedRow(id: type.id, isNew: false)
    }

    static func notFound(_ name: String) -> ServiceError {
        ServiceError(.notFound, "Address not found: \(name)")
    }

    static func typeNotFound(_ name: String) -> ServiceError {
        ServiceError(.notFound, "Address type not found: \(name)")
    }
}
