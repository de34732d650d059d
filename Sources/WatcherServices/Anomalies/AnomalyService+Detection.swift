// SPDX-License-Identifier: Apache-2.0
package import WatcherCore
import WatcherDatabase
import WatcherStore

extension AnomalyService {
    /// Judges a successful execution by the active rules of its pipeline, and takes the job off the table.
    ///
    /// 1. The judgement reads, and changes nothing: baselines may be long, and nobody who writes waits for them.
    /// 2. What was found is stored, flagged and told in one transaction, together with the end of the job. Killed before,
    ///    the job is there to be run again; run twice, it finds nothing new and tells nobody.
    ///
    /// - Parameter job: of the kind `anomalies`; nothing else happens when its execution is gone or was no success.
    /// - Throws: ``ServiceError``; the job is still there then, unless another worker has it.
    package func run(_ job: Job) async throws {
        guard case .anomalies(let executionID) = job.work else {
            throw ServiceError(.failed, "the job \(job.id) is not one of anomaly detection but \(job.work.kind)")
        }
        let judged = try await self.ledger.read { try Self.judge(executionID, $0) }
        try await self.ledger.write { transaction, now in
            if let judged { try Self.record(judged, transaction, now) }
            try JobStore(transaction).finish(job)
        }
    }

    /// An execution in which something is odd.
    private struct Judged: Sendable {
        let named: NamedExecution
        let findings: [AnomalyFinding]
    }

    private static func judge(_ executionID: Int64, _ transaction: Transaction) throws -> Judged? {
        guard let named = try ExecutionStore(transaction).find(id: executionID), named.execution.status == .succeeded
        else { return nil }
        let execution = named.execution
        let baselines = JudgedExecutionStore(transaction)
        let rules = try AnomalyRuleStore(transaction).all(ofPipeline: execution.pipelineID)
        let findings = try rules.filter(\.settings.isActive).compactMap { rule -> AnomalyFinding? in
            guard let value = rule.metric.value(of: execution) else { return nil }
            return try AnomalyDetector.judge(value, by: rule) { hours in
                try baselines.values(of: AnomalyBaseline(of: execution, under: rule, hours))
            }
        }
        return findings.isEmpty ? nil : Judged(named: named, findings: findings)
    }

    private static func record(_ judged: Judged, _ transaction: Transaction, _ now: Timestamp) throws {
        let execution = judged.named.execution
        let executions = JudgedExecutionStore(transaction)
        // An execution that has been cleaned up meanwhile needs no flag.
        guard var flags = try executions.flags(of: execution.id)?.flags else { return }
        let results = AnomalyResultStore(transaction)
        let new = try judged.findings.filter { try results.insert($0, of: execution, now: now) }
        guard !new.isEmpty else { return }
        flags.metrics.formUnion(new.map(\.metric))
        try executions.setFlags(flags, of: execution.id)
        try AlertStore(transaction).raise(Alert(new, of: judged.named), now: now)
    }

    /// Takes flags off an execution, which counts in later baselines again and is never flagged on these metrics again.
    ///
    /// - Parameters:
    ///   - metrics: the metrics; at least one.
    ///   - executionID: the execution.
    ///   - pipelineID: its pipeline.
    ///   - reply: how to answer.
    /// - Returns: the answer.
    /// - Throws: ``ServiceError`` with `notFound`, and nothing is changed, when the pipeline has no such execution, or one
    ///   of the metrics is not flagged
    package func unflag(
        _ metrics: Set<AnomalyMetric>,
        of executionID: Int64,
        pipelineID: Int64,
        _ reply: Reply<Void>
    ) async throws -> Answer {
        try await self.ledger.write(reply) { transaction, now in
            let executions = JudgedExecutionStore(transaction)
            guard let stored = try executions.flags(of: executionID) else { throw ExecutionService.notFound }
            guard stored.pipelineID == pipelineID else {
                throw ServiceError(
                    .notFound,
                    "Pipeline execution not found: \(executionID) is not one of pipeline \(pipelineID)"
                )
            }
            var flags = stored.flags
            let missing = metrics.subtracting(flags.metrics)
            guard missing.isEmpty else {
                let names = missing.map(\.rawValue).sorted().joined(separator: ", ")
                throw ServiceError(.notFound, "Pipeline execution \(executionID) is not flagged: \(names)")
            }
            flags.metrics.subtract(metrics)
            try executions.setFlags(flags, of: executionID)
            try AnomalyResultStore(transaction).unflag(metrics, of: executionID, now: now)
        }
    }
}
