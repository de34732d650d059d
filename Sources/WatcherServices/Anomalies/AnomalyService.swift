// SPDX-License-Identifier: Apache-2.0
package import WatcherCore
import WatcherDatabase
import WatcherStore

/// The use cases of anomaly detection: its rules here, what they find in `AnomalyService+Detection.swift`.
package struct AnomalyService: Sendable {
    let ledger: Ledger

    /// Makes a service.
    package init(_ ledger: Ledger) {
        self.ledger = ledger
    }

    /// Gets or creates the rule of a pipeline for a metric, and applies what the update says.
    ///
    /// - Parameters:
    ///   - pipelineID: the pipeline.
    ///   - metric: the metric.
    ///   - update: how strict the rule is.
    ///   - reply: how to answer.
    /// - Returns: the answer.
    /// - Throws: ``ServiceError`` with `notFound` when the pipeline is not there
    package func sync(
        pipelineID: Int64,
        metric: AnomalyMetric,
        _ update: AnomalySettingsUpdate,
        _ reply: Reply<SyncedRow>
    ) async throws -> Answer {
        try await self.ledger.write(reply) { transaction, now in
            try Self.lockPipeline(pipelineID, transaction)
            let store = AnomalyRuleStore(transaction)
            if let stored = try store.find(pipelineID: pipelineID, metric: metric) {
                let rule = AnomalyRulePatch(settings: update).applied(to: stored, now: now)
                if rule != stored { try store.update(rule) }
                return SyncedRow(id: rule.id, isNew: false)
            }
            let settings = update.applied(to: AnomalyRule.Settings())
            guard let id = try store.insert(pipelineID: pipelineID, metric: metric, settings, now: now) else {
                throw DatabaseError(.conflict, "a rule was created although its pipeline was locked")
            }
            return SyncedRow(id: id, isNew: true)
        }
    }

    /// The rules, by id.
    ///
    /// - Parameter pipelineID: of this pipeline only; `nil` means of all.
    /// - Returns: active and inactive ones; none of a pipeline that is not there.
    /// - Throws: ``ServiceError``
    package func rules(ofPipeline pipelineID: Int64?) async throws -> [AnomalyRule] {
        try await self.ledger.read { try AnomalyRuleStore($0).all(ofPipeline: pipelineID) }
    }

    /// The rule of an id.
    ///
    /// - Throws: ``ServiceError`` with `notFound`
    package func rule(id: Int64) async throws -> AnomalyRule {
        guard let rule = try await self.ledger.read({ try AnomalyRuleStore($0).find(id: id) }) else {
            throw Self.ruleNotFound(id)
        }
        return rule
    }

    /// Changes what a patch mentions.
    ///
    /// - Parameters:
    ///   - id: the rule.
    ///   - patch: what changes.
    /// - Returns: the rule after the patch.
    /// - Throws: ``ServiceError`` with `notFound`, or with `ruleExists` when the pipeline has another rule for the metric
    package func patch(id: Int64, _ patch: AnomalyRulePatch) async throws -> AnomalyRule {
        try await self.ledger.write { transaction, now in
            let store = AnomalyRuleStore(transaction)
            guard let seen = try store.find(id: id) else { throw Self.ruleNotFound(id) }
            // In the order of `sync`: first the pipeline whose rules shall stay one for each metric, then the rule.
            try Self.lockPipeline(patch.pipelineID.value ?? seen.pipelineID, transaction)
            guard let stored = try store.find(id: id, locked: true), stored.pipelineID == seen.pipelineID else {
                throw DatabaseError(.conflict, "the rule \(id) went to another pipeline while it was being changed")
            }
            let rule = patch.applied(to: stored, now: now)
            if rule.pipelineID != stored.pipelineID || rule.metric != stored.metric,
                try store.find(pipelineID: rule.pipelineID, metric: rule.metric) != nil
            {
                throw ServiceError(
                    .ruleExists,
                    """
                    Anomaly detection rule already exists: pipeline \(rule.pipelineID) has one for \
                    \(rule.metric.rawValue); change that one
                    """
                )
            }
            if rule != stored { try store.update(rule) }
            return rule
        }
    }

    /// Lets nobody else add rules to a pipeline until the transaction ends.
    private static func lockPipeline(_ id: Int64, _ transaction: Transaction) throws {
        guard try PipelineStore(transaction).find(id: id, locked: true) != nil else {
            throw ServiceError(.notFound, "Pipeline not found: \(id)")
        }
    }

    private static func ruleNotFound(_ id: Int64) -> ServiceError {
        ServiceError(.notFound, "Anomaly detection rule not found: \(id)")
    }
}
