// SPDX-License-Identifier: Apache-2.0
package import WatcherCore
import WatcherDatabase
import WatcherStore

/// A row that was there or has been created.
package struct SyncedRow: Sendable, Equatable {
    /// Its id.
    package let id: Int64
    /// Whether it has been created.
    package let isNew: Bool
}

/// The use cases of pipeline types.
package struct PipelineTypeService: Sendable {
    private let ledger: Ledger

    /// Makes a service.
    package init(_ ledger: Ledger) {
        self.ledger = ledger
    }

    /// Gets or creates a type by name, and applies what the update says.
    package func sync(
        name: String,
        _ update: PipelineTypeUpdate,
        _ reply: Reply<SyncedRow>
    ) async throws -> Answer {
        try await self.ledger.write(reply) { transaction, now in
            let store = PipelineTypeStore(transaction)
            let freshness = update.freshness.applied(to: Threshold())
            let timeliness = update.timeliness.applied(to: Threshold())
            if try store.find(name: name) == nil,
                let id = try store.insert(name: name, freshness: freshness, timeliness: timeliness, now: now)
            {
                return SyncedRow(id: id, isNew: true)
            }
            guard let stored = try store.find(name: name, locked: true) else {
                throw DatabaseError(.busy, "the pipeline type '\(name)' was created and deleted meanwhile; try again")
            }
            let type = update.applied(to: stored, now: now)
            try Threshold.requireWhole(type.freshness, type.timeliness)
            if type != stored { try store.update(type) }
            return SyncedRow(id: type.id, isNew: false)
        }
    }

    /// All types, by id.
    package func all() async throws -> [PipelineType] {
        try await self.ledger.read { try PipelineTypeStore($0).all() }
    }

    /// The type of an id.
    package func find(id: Int64) async throws -> PipelineType {
        guard let type = try await self.ledger.read({ try PipelineTypeStore($0).find(id: id) }) else {
            throw Self.notFound("\(id)")
        }
        return type
    }

    /// Changes what an update mentions.
    package func patch(_ name: RowName, _ update: PipelineTypeUpdate) async throws -> PipelineType {
        try await self.ledger.write { transaction, now in
            let store = PipelineTypeStore(transaction)
            let found =
                switch name {
                case .id(let id): try store.find(id: id, locked: true)
                case .name(let name): try store.find(name: name, locked: true)
                }
            guard let stored = found else { throw Self.notFound(name.text) }
            let type = update.applied(to: stored, now: now)
            try Threshold.requireWhole(type.freshness, type.timeliness)
            if type.name != stored.name, try store.find(name: type.name) != nil {
                throw ServiceError(.nameExists, "Pipeline type name already exists")
            }
            if type != stored { try store.update(type) }
            return type
        }
    }

    /// The id of the type of a name, which is created when missing.
    static func typeID(of name: String, _ transaction: Transaction, _ now: Timestamp) throws -> Int64 {
        let store = PipelineTypeStore(transaction)
        if let type = try store.find(name: name) { return type.id }
        if let id = try store.insert(name: name, freshness: Threshold(), timeliness: Threshold(), now: now) {
            return id
        }
        guard let type = try store.find(name: name) else {
            throw DatabaseError(.busy, "the pipeline type '\(name)' was created and deleted meanwhile; try again")
        }
        return type.id
    }

    static func notFound(_ name: String) -> ServiceError {
        ServiceError(.notFound, "Pipeline type not found: \(name)")
    }
}

extension RowName {
    /// The id or the name, for messages.
    var text: String {
        switch self {
        case .id(let id): "\(id)"
        case .name(let name): "'\(name)'"
        }
    }
}
