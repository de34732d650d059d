// SPDX-License-Identifier: Apache-2.0
package import WatcherCore
package import WatcherDatabase

/// Adds up executions day by day.
package struct ReportingStore {
    private let transaction: Transaction

    /// Works in a transaction.
    package init(_ transaction: Transaction) {
        self.transaction = transaction
    }

    /// Which executions are added up.
    package struct Filter: Sendable {
        /// When they started.
        package var started: Range<Timestamp>
        /// Only those of this pipeline.
        package var pipelineID: Int64?
        /// Only those of pipelines of this type.
        package var pipelineTypeID: Int64?

        /// Makes a filter.
        package init(started: Range<Timestamp>, pipelineID: Int64? = nil, pipelineTypeID: Int64? = nil) {
            self.started = started
            self.pipelineID = pipelineID
            self.pipelineTypeID = pipelineTypeID
        }
    }

    /// Reads a page of the figures of each day and pipeline, the newest day first, then by name.
    ///
    /// Each status is read along its own part of one index, so the cost depends on the number of executions in those days
    /// and not on how many there are.
    ///
    /// - Parameters:
    ///   - filter: which executions count.
    ///   - page: which page.
    /// - Returns: the figures, and how many there are on all pages.
    /// - Throws: ``DatabaseError``
    package func daily(_ filter: Filter, _ page: NumberedPage) throws -> (records: Int64, metrics: [DailyMetrics]) {
        let executions = ExecutionStatus.allCases.map { Self.executions(filter, $0) }
        let typeCondition: SQLStatement = filter.pipelineTypeID.map { "p.pipeline_type_id = \($0)" } ?? "TRUE"
        var records: Int64 = 0
        // The number of all records comes with every row, and with an empty row when the page has none.
        let metrics: [DailyMetrics?] = try self.transaction.all(
            """
            WITH execution AS (\(executions, separatedBy: " UNION ALL ")),
            daily AS (
                SELECT e.date_recorded, p.name AS pipeline_name, p.pipeline_type_id, e.executions, e.failed, e.ended,
                    e.duration, e.inserts_high, e.inserts_low, e.updates_high, e.updates_low, e.deletes_high,
                    e.deletes_low, e.rows_high, e.rows_low
                FROM (SELECT \(Self.sums) FROM execution GROUP BY pipeline_id, date_recorded) AS e
                JOIN pipeline p ON p.id = e.pipeline_id
                WHERE \(typeCondition)
            ),
            page AS (
                SELECT * FROM daily ORDER BY date_recorded DESC, pipeline_name LIMIT \(page.size) OFFSET \(page.offset)
            )
            SELECT a.records, page.date_recorded, page.pipeline_name, t.name, page.executions, page.failed, page.ended,
                page.duration, page.inserts_high, page.inserts_low, page.updates_high, page.updates_low,
                page.deletes_high, page.deletes_low, page.rows_high, page.rows_low
            FROM (SELECT count(*) AS records FROM daily) AS a
            LEFT JOIN page ON TRUE
            LEFT JOIN pipeline_type t ON t.id = page.pipeline_type_id
            ORDER BY page.date_recorded DESC, page.pipeline_name
            """
        ) { row in
            records = try row.next()
            return try row.dailyMetrics()
        }
        return (records, metrics.compactMap { $0 })
    }

    private static func executions(_ filter: Filter, _ status: ExecutionStatus) -> SQLStatement {
        let failed: Int64 =
            switch status {
            case .failed, .lost: 1
            case .running, .succeeded: 0
            }
        let pipelineCondition: SQLStatement = filter.pipelineID.map { " AND pipeline_id = \($0)" } ?? ""
        return """
            SELECT pipeline_id, date_recorded, CAST(\(failed) AS BIGINT) AS failed, duration_seconds, inserts, updates,
                soft_deletes, total_rows
            FROM pipeline_execution
            WHERE status = \(status) AND start_date >= \(filter.started.lowerBound)
                AND start_date < \(filter.started.upperBound)\(pipelineCondition)
            """
    }

    /// Counters are added in two halves: two of them may be more than 64 bits hold, which either database refuses.
    private static let sums: SQLStatement = """
        pipeline_id, date_recorded, count(*) AS executions, CAST(sum(failed) AS BIGINT) AS failed,
        count(duration_seconds) AS ended, CAST(sum(duration_seconds) AS BIGINT) AS duration,
        CAST(sum(inserts / 4294967296) AS BIGINT) AS inserts_high,
        CAST(sum(inserts % 4294967296) AS BIGINT) AS inserts_low,
        CAST(sum(updates / 4294967296) AS BIGINT) AS updates_high,
        CAST(sum(updates % 4294967296) AS BIGINT) AS updates_low,
        CAST(sum(soft_deletes / 4294967296) AS BIGINT) AS deletes_high,
        CAST(sum(soft_deletes % 4294967296) AS BIGINT) AS deletes_low,
        CAST(sum(total_rows / 4294967296) AS BIGINT) AS rows_high,
        CAST(sum(total_rows % 4294967296) AS BIGINT) AS rows_low
        """
}

extension RowReader {
    /// Reads the columns of a day's figures; `nil` when they are empty.
    fileprivate mutating func dailyMetrics() throws -> DailyMetrics? {
        guard let day: Int64 = try self.next() else { return nil }
        return DailyMetrics(
            day: day,
            pipelineName: try self.next(),
            pipelineTypeName: try self.next(),
            totalExecutions: try self.next(),
            failedExecutions: try self.next(),
            endedExecutions: try self.next(),
            durationSeconds: try self.next() ?? 0,
            inserts: try self.sum() ?? 0,
            updates: try self.sum() ?? 0,
            softDeletes: try self.sum() ?? 0,
            totalRows: try self.sum()
        )
    }

    /// Reads the two halves of a sum, which is no larger than 64 bits hold; `nil` when nothing was added.
    private mutating func sum() throws -> Int64? {
        let high: Int64? = try self.next()
        let low: Int64? = try self.next()
        guard let high, let low else { return nil }
        let (shifted, overflowed) = high.multipliedReportingOverflow(by: 4_294_967_296)
        let (sum, overflows) = shifted.addingReportingOverflow(low)
        return overflowed || overflows ? .max : sum
    }
}
