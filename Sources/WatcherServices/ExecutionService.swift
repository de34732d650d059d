// SPDX-License-Identifier: Apache-2.0
package import WatcherCore
import WatcherDatabase
import WatcherStore

/// The use cases of executions.
package struct ExecutionService: Sendable {
    let ledger: Ledger

    /// Makes a service.
    package init(_ ledger: Ledger) {
        self.ledger = ledger
    }

    /// Starts an execution.
    ///
    /// - Parameters:
    ///   - start: what is said of it.
    ///   - reply: how to answer its id.
    /// - Returns: the answer.
    /// - Throws: ``ServiceError`` with `notFound` when pipeline or parent are not there
    package func start(_ start: ExecutionStart, _ reply: Reply<Int64>) async throws -> Answer {
        @Sendable func statement(_ now: Timestamp) -> SQLStatement {
            ExecutionStore.start(start, at: start.startDate ?? now, now: now)
        }
        guard reply.key == nil else {
            return try await self.ledger.write(reply) { transaction, now in
                guard let id = try transaction.insert(statement(now)) else {
                    throw try Self.missing(start, transaction)
                }
                return id
            }
        }
        // One statement, which a database beyond a network gets together with those of others.
        if let id = try await self.ledger.insert(statement) { return reply.answer(id) }
        throw try await self.ledger.read { try Self.missing(start, $0) }
    }

    /// What is not there that the start of an execution names.
    private static func missing(_ start: ExecutionStart, _ transaction: Transaction) throws -> ServiceError {
        guard try PipelineStore(transaction).find(id: start.pipelineID) != nil else {
            return ServiceError(.notFound, "Pipeline not found: \(start.pipelineID)")
        }
        return ServiceError(.notFound, "Parent execution not found: \(start.parentID.map(String.init) ?? "none")")
    }

    /// Ends an execution; its pipeline follows when it was a success, and its anomaly detection rules judge it later.
    ///
    /// - Parameters:
    ///   - id: the execution.
    ///   - report: how it ended.
    ///   - reply: how to answer.
    /// - Returns: the answer.
    /// - Throws: ``ServiceError``
    package func end(id: Int64, with report: ExecutionReport, _ reply: Reply<Void>) async throws -> Answer {
        try await self.ledger.write(reply) { transaction, now in
            let store = ExecutionStore(transaction)
            guard let ending = try store.ending(id: id) else { throw Self.notFound }
            switch ExecutionStateMachine.end(ending.execution, with: report) {
            case .alreadyRecorded: return
            case .refuseEndBeforeStart:
                throw ServiceError(.endBeforeStart, "end_date must be greater than start_date")
            case .refuseAlreadyEnded:
                throw ServiceError(
                    .alreadyEnded,
                    "Pipeline execution \(id) has already ended, with another outcome; it stays as it is"
                )
            case .record(let status, let figures):
                try store.end(ending.execution, with: report, as: status, figures)
                guard status == .succeeded else { return }
                try Self.followSuccess(ending, report, transaction)
                if ending.hasActiveAnomalyRule {
                    try JobStore(transaction).enqueue(.anomalies(executionID: id), now: now)
                }
            }
        }
    }

    /// Moves the pipeline on after a success; writes nothing when nothing moves.
    private static func followSuccess(
        _ ending: ExecutionStore.Ending,
        _ report: ExecutionReport,
        _ transaction: Transaction
    ) throws {
        let watermarks = ending.pipelineWatermarks.after(successOf: ending.watermarks)
        let lastTarget = ending.lastTarget.after(report)
        guard watermarks != ending.pipelineWatermarks || lastTarget != ending.lastTarget || ending.loadLineage else {
            return
        }
        try PipelineStore(transaction).update(
            id: ending.execution.pipelineID,
            watermarks: watermarks,
            lastTarget: lastTarget,
            loadLineage: false
        )
    }

    // MARK: Reading

    /// How deep a tree of executions may be asked for.
    package static let depths: ClosedRange<Int64> = 1...100

    /// An execution and the executions below it.
    package struct Tree: Sendable, Equatable {
        /// The execution.
        package let root: NamedExecution
        /// The executions below it, by id.
        package let descendants: [NamedExecution]
    }

    /// Reads an execution and those below it.
    ///
    /// - Parameters:
    ///   - id: the execution.
    ///   - depth: 1 for its children, 2 for theirs too; within ``depths``.
    /// - Returns: the tree.
    /// - Throws: ``ServiceError`` with `notFound`
    package func tree(id: Int64, depth: Int64) async throws -> Tree {
        let tree = try await self.ledger.read { transaction -> Tree? in
            let store = ExecutionStore(transaction)
            guard let root = try store.find(id: id) else { return nil }
            return Tree(root: root, descendants: try store.descendants(of: id, depth: depth))
        }
        guard let tree else { throw Self.notFound }
        return tree
    }

    /// A page of a list.
    package struct Page: Sendable, Equatable {
        /// The executions, the last started first.
        package let executions: [NamedExecution]
        /// Where the next page begins; `nil` when this is the last one.
        package let next: StartOrder?
    }

    /// Lists executions.
    ///
    /// - Parameters:
    ///   - filter: which ones.
    ///   - pipelineName: of the pipeline of this name, besides.
    ///   - limit: how many at most.
    /// - Returns: a page; an unknown pipeline has no executions.
    /// - Throws: ``ServiceError``
    package func list(
        _ filter: ExecutionFilter,
        pipelineName: String?,
        limit: Int64
    ) async throws -> Page {
        try await self.ledger.read { transaction in
            var filter = filter
            if let pipelineName {
                let pipeline = try PipelineStore(transaction).find(name: pipelineName)
                guard let pipeline, filter.pipelineID == nil || filter.pipelineID == pipeline.id else {
                    return Page(executions: [], next: nil)
                }
                filter.pipelineID = pipeline.id
            }
            // One row more than asked for tells whether there is a next page.
            let found = try ExecutionStore(transaction).list(filter, limit: limit + 1)
            let executions = Array(found.prefix(Int(limit)))
            let last = found.count > executions.count ? executions.last?.execution : nil
            return Page(
                executions: executions,
                next: last.map { StartOrder(startDate: $0.startDate, executionID: $0.id) }
            )
        }
    }

    static let notFound = ServiceError(.notFound, "Pipeline execution not found")
}
