// SPDX-License-Identifier: Apache-2.0
package import WatcherCore
import WatcherDatabase
import WatcherStore

/// How a row is named in a request.
package enum RowName: Sendable, Equatable {
    /// By its id.
    case id(Int64)
    /// By its name.
    case name(String)
}

/// The use cases of pipelines.
package struct PipelineService: Sendable {
    private let ledger: Ledger
    private let defaultAnomalyRules: [AnomalyMetric]

    /// Makes a service.
    ///
    /// - Parameters:
    ///   - ledger: where the pipelines are.
    ///   - defaultAnomalyRules: the metrics for which a new pipeline gets an anomaly detection rule.
    package init(_ ledger: Ledger, defaultAnomalyRules: [AnomalyMetric] = []) {
        self.ledger = ledger
        self.defaultAnomalyRules = defaultAnomalyRules
    }

    /// A pipeline after a sync.
    package struct Synced: Sendable, Equatable {
        /// The pipeline.
        package let pipeline: Pipeline
        /// Whether the sync created it.
        package let isNew: Bool
    }

    /// Gets or creates a pipeline by name, with its type, and applies what the sync says.
    ///
    /// - Parameters:
    ///   - sync: what it says.
    ///   - reply: how to answer.
    /// - Returns: the answer.
    /// - Throws: ``ServiceError``
    package func sync(_ sync: PipelineSync, _ reply: Reply<Synced>) async throws -> Answer {
        let defaultAnomalyRules = self.defaultAnomalyRules
        return try await self.ledger.write(reply) { transaction, now in
            let store = PipelineStore(transaction)
            let typeID = try PipelineTypeService.typeID(of: sync.pipelineTypeName, transaction, now)
            var isNew = false
            var stored = try store.find(name: sync.name, locked: true)
            if stored == nil {
                stored = try store.insert(name: sync.name, pipelineTypeID: typeID, now: now)
                isNew = stored != nil
            }
            // Without a pipeline here, another server has created it between the two statements.
            guard let stored = try stored ?? store.find(name: sync.name, locked: true) else {
                throw DatabaseError(.busy, "the pipeline '\(sync.name)' was created and deleted meanwhile; try again")
            }
            var pipeline = sync.applied(to: stored, pipelineTypeID: typeID, now: now)
            try Threshold.requireWhole(pipeline.freshness, pipeline.timeliness)
            if isNew { pipeline.updatedAt = nil }
            if pipeline != stored { try store.update(pipeline) }
            for metric in isNew ? defaultAnomalyRules : [] {
                let rules = AnomalyRuleStore(transaction)
                try rules.insert(pipelineID: pipeline.id, metric: metric, AnomalyRule.Settings(), now: now)
            }
            return Synced(pipeline: pipeline, isNew: isNew)
        }
    }

    /// All pipelines, by id.
    package func all() async throws -> [Pipeline] {
        try await self.ledger.read { try PipelineStore($0).all() }
    }

    /// The pipeline of an id.
    ///
    /// - Throws: ``ServiceError`` with `notFound`
    package func find(id: Int64) async throws -> Pipeline {
        guard let pipeline = try await self.ledger.read({ try PipelineStore($0).find(id: id) }) else {
            throw Self.notFound
        }
        return pipeline
    }

    /// Changes what a patch mentions.
    ///
    /// - Parameters:
    ///   - name: which pipeline.
    ///   - patch: what changes.
    ///   - typeName: the name of its new type, when the patch names one.
    /// - Returns: the pipeline after the patch.
    /// - Throws: ``ServiceError``
    package func patch(_ name: RowName, _ patch: PipelinePatch, typeName: String?) async throws -> Pipeline {
        try await self.ledger.write { transaction, now in
            let store = PipelineStore(transaction)
            let found =
                switch name {
                case .id(let id): try store.find(id: id, locked: true)
                case .name(let name): try store.find(name: name, locked: true)
                }
            guard let stored = found else { throw Self.notFound }
            var patch = patch
            if let typeName {
                guard let type = try PipelineTypeStore(transaction).find(name: typeName) else {
                    throw PipelineTypeService.notFound("'\(typeName)'")
                }
                patch.pipelineTypeID = .set(type.id)
            } else if let typeID = patch.pipelineTypeID.value, typeID != stored.pipelineTypeID {
                guard try PipelineTypeStore(transaction).find(id: typeID) != nil else {
                    throw PipelineTypeService.notFound("\(typeID)")
                }
            }
            let pipeline = patch.applied(to: stored, now: now)
            try Threshold.requireWhole(pipeline.freshness, pipeline.timeliness)
            if pipeline.name != stored.name, try store.find(name: pipeline.name) != nil {
                throw ServiceError(.nameExists, "Pipeline name already exists")
            }
            if pipeline != stored { try store.update(pipeline) }
            return pipeline
        }
    }

    static let notFound = ServiceError(.notFound, "Pipeline Not Found")
}

extension Threshold {
    /// Refuses a threshold of which only one half is there.
    static func requireWhole(_ freshness: Threshold, _ timeliness: Threshold) throws {
        for (threshold, name) in [(freshness, "freshness"), (timeliness, "timeliness")] where !threshold.isWhole {
            throw ServiceError(.invalid, "Both \(name)_number and \(name)_datepart must be provided together")
        }
    }
}
