// SPDX-License-Identifier: Apache-2.0
package import WatcherCore
import WatcherStore

/// The use cases of reports.
package struct ReportingService: Sendable {
    private let ledger: Ledger

    /// Makes a service.
    package init(_ ledger: Ledger) {
        self.ledger = ledger
    }

    /// How many days back figures may be asked for.
    package static let days: ClosedRange<Int64> = 1...30

    /// A page of daily figures.
    package struct DailyPage: Sendable, Equatable {
        /// The figures, the newest day first, then by name.
        package let metrics: [DailyMetrics]
        /// Which page it is.
        package let page: NumberedPage
        /// How many figures there are on all pages.
        package let totalRecords: Int64
    }

    /// Reads the figures of each of the last days and each pipeline that started something on it.
    ///
    /// - Parameters:
    ///   - filter: which figures; an unknown name has none.
    ///   - page: which page.
    /// - Returns: the page, empty when it is behind the last one.
    /// - Throws: ``ServiceError``
    package func daily(_ filter: DailyMetricsFilter, _ page: NumberedPage) async throws -> DailyPage {
        try await self.ledger.read { transaction, now in
            let none = DailyPage(metrics: [], page: page, totalRecords: 0)
            var executions = ReportingStore.Filter(started: now.lastDays(filter.days))
            if let name = filter.pipelineName {
                guard let pipeline = try PipelineStore(transaction).find(name: name) else { return none }
                executions.pipelineID = pipeline.id
            }
            if let name = filter.pipelineTypeName {
                guard let type = try PipelineTypeStore(transaction).find(name: name) else { return none }
                executions.pipelineTypeID = type.id
            }
            let (records, metrics) = try ReportingStore(transaction).daily(executions, page)
            return DailyPage(metrics: metrics, page: page, totalRecords: records)
        }
    }

    /// The names of pipelines in their order.
    ///
    /// - Parameter typeName: only those of this type; an unknown type has none.
    /// - Returns: the names.
    /// - Throws: ``ServiceError``
    package func pipelineNames(typeName: String?) async throws -> [String] {
        try await self.ledger.read { try PipelineStore($0).names(typeName: typeName) }
    }

    /// Does nothing, once for each idempotency key: what is read is always fresh.
    ///
    /// - Throws: ``ServiceError``
    package func refresh(_ reply: Reply<Void>) async throws -> Answer {
        reply.key == nil ? reply.answer(()) : try await self.ledger.write(reply) { _, _ in }
    }

    /// The names of all pipeline types in their order.
    package func pipelineTypeNames() async throws -> [String] {
        try await self.ledger.read { try PipelineTypeStore($0).names() }
    }
}
