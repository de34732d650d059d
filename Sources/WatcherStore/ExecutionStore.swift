// SPDX-License-Identifier: Apache-2.0
package import WatcherCore
package import WatcherDatabase

/// The table of executions.
package struct ExecutionStore {
    private let transaction: Transaction

    /// Works in a transaction.
    package init(_ transaction: Transaction) {
        self.transaction = transaction
    }

    static let columns: SQLStatement = """
        e.id, e.parent_id, e.pipeline_id, e.status, e.start_date, e.watermark, e.next_watermark,
        e.end_date, e.completed_successfully, e.inserts, e.updates, e.soft_deletes, e.total_rows,
        e.execution_metadata, e.duration_seconds, e.throughput, e.anomaly_flags
        """

    static func decode(_ row: inout RowReader) throws -> Execution {
        let id: Int64 = try row.next()
        let parentID: Int64? = try row.next()
        let pipelineID: Int64 = try row.next()
        let status: ExecutionStatus = try row.next()
        let startDate: Timestamp = try row.next()
        let watermark: String? = try row.next()
        let nextWatermark: String? = try row.next()
        return Execution(
            id: id,
            parentID: parentID,
            pipelineID: pipelineID,
            status: status,
            startDate: startDate,
            watermark: watermark,
            nextWatermark: nextWatermark,
            report: try row.report(),
            figures: try row.figures(),
            anomalyFlags: try row.next()
        )
    }

    /// The `INSERT` that starts an execution, and notes what the pipeline's next watermark is at this time.
    ///
    /// It inserts nothing when the pipeline or the parent is not there.
    ///
    /// - Parameters:
    ///   - start: what is said of it.
    ///   - startDate: when it began.
    ///   - now: the time; among the executions of its pipeline it counts as started no later.
    /// - Returns: the statement.
    package static func start(_ start: ExecutionStart, at startDate: Timestamp, now: Timestamp) -> SQLStatement {
        let parentExists: SQLStatement =
            start.parentID.map { " AND EXISTS (SELECT 1 FROM pipeline_execution WHERE id = \($0))" } ?? ""
        return """
            INSERT INTO pipeline_execution (parent_id, pipeline_id, status, start_date, start_order, date_recorded,
                hour_recorded, watermark, next_watermark, pipeline_next_watermark, pipeline_revision)
            SELECT \(start.parentID), id, \(ExecutionStatus.running), \(startDate), \(min(startDate, now)),
                \(startDate.dayUTC), \(startDate.hourUTC), \(start.watermark), \(start.nextWatermark), next_watermark, revision
            FROM pipeline WHERE id = \(start.pipelineID)\(parentExists)
            """
    }

    /// An execution with what its end may change of its pipeline.
    package struct Ending {
        /// The execution.
        package let execution: Execution
        /// What it knew of watermarks when it started.
        package let watermarks: ExecutionWatermarks
        /// The watermarks of its pipeline now.
        package let pipelineWatermarks: PipelineWatermarks
        /// When its pipeline's target was last changed.
        package let lastTarget: TargetTimes
        /// Whether its pipeline's lineage is wanted.
        package let loadLineage: Bool
        /// Whether a success is to be judged by anomaly detection rules.
        package let hasActiveAnomalyRule: Bool
    }

    /// Reads all that the end of an execution needs to know, which nobody else changes until the transaction ends.
    package func ending(id: Int64) throws -> Ending? {
        try self.transaction.one(
            """
            SELECT \(Self.columns), e.start_order, e.pipeline_next_watermark, e.pipeline_revision,
                p.watermark, p.next_watermark, p.watermark_start_date, p.watermark_execution_id,
                p.revision, p.watermark_revision, p.next_watermark_revision,
                p.last_target_insert, p.last_target_update, p.last_target_soft_delete, p.load_lineage,
                EXISTS (SELECT 1 FROM anomaly_detection_rule r WHERE r.pipeline_id = p.id AND r.active)
            FROM pipeline_execution e JOIN pipeline p ON p.id = e.pipeline_id
            WHERE e.id = \(id)\(self.transaction.dialect.forUpdate())
            """
        ) { row in
            let execution = try Self.decode(&row)
            return Ending(
                execution: execution,
                watermarks: ExecutionWatermarks(
                    order: StartOrder(startDate: try row.next(), executionID: execution.id),
                    next: execution.nextWatermark,
                    pipelineNext: try row.next(),
                    pipelineRevision: try row.next()
                ),
                pipelineWatermarks: try row.pipelineWatermarks(),
                lastTarget: try row.targetTimes(),
                loadLineage: try row.next(),
                hasActiveAnomalyRule: try row.next()
            )
        }
    }

    /// Records the end of an execution that still is as it was read.
    ///
    /// - Throws: ``DatabaseError`` with code `conflict`, now or before the commit, when it is not.
    package func end(
        _ execution: Execution,
        with report: ExecutionReport,
        as status: ExecutionStatus,
        _ figures: ExecutionFigures
    ) throws {
        try self.transaction.runLater(
            """
            UPDATE pipeline_execution SET status = \(status), end_date = \(report.endDate),
                completed_successfully = \(report.completedSuccessfully), inserts = \(report.inserts),
                updates = \(report.updates), soft_deletes = \(report.softDeletes), total_rows = \(report.totalRows),
                execution_metadata = \(report.metadata), duration_seconds = \(figures.durationSeconds),
                throughput = \(figures.throughput)
            WHERE id = \(execution.id) AND status = \(execution.status)
            """,
            .oneRow(orElse: DatabaseError(.conflict, "the execution \(execution.id) changed while it was being ended"))
        )
    }

    // MARK: Reading

    private static let namedColumns: SQLStatement = """
        \(Self.columns), p.name, \(LeaseStore.columns)
        """

    /// What ``namedColumns`` are read from, besides the execution `e`: leases of ended executions are only not deleted yet.
    private static let namedJoins: SQLStatement = """
        JOIN pipeline p ON p.id = e.pipeline_id
        LEFT JOIN execution_lease l ON l.execution_id = e.id AND e.status = \(ExecutionStatus.running)
        """

    private static func decodeNamed(_ row: inout RowReader) throws -> NamedExecution {
        NamedExecution(execution: try Self.decode(&row), pipelineName: try row.next(), lease: try row.lease())
    }

    /// Where the execution of an id stands; `nil` when there is none.
    package func status(id: Int64) throws -> ExecutionStatus? {
        try self.transaction.one("SELECT status FROM pipeline_execution WHERE id = \(id)") { try $0.next() }
    }

    /// The execution of an id.
    package func find(id: Int64) throws -> NamedExecution? {
        try self.transaction.one(
            """
            SELECT \(Self.namedColumns)
            FROM pipeline_execution e \(Self.namedJoins)
            WHERE e.id = \(id)
            """,
            Self.decodeNamed
        )
    }

    /// The executions below one, down to a depth, by id.
    ///
    /// - Parameters:
    ///   - id: the execution above all of them, which is not among them.
    ///   - depth: 1 for its children, 2 for theirs too, and so on.
    /// - Returns: parents before children.
    /// - Throws: ``DatabaseError``
    package func descendants(of id: Int64, depth: Int64) throws -> [NamedExecution] {
        try self.transaction.all(
            """
            WITH RECURSIVE tree (id, depth) AS (
                SELECT id, 1 FROM pipeline_execution WHERE parent_id = \(id)
                UNION ALL
                SELECT c.id, tree.depth + 1
                FROM tree JOIN pipeline_execution c ON c.parent_id = tree.id
                WHERE tree.depth < \(depth)
            )
            SELECT \(Self.namedColumns)
            FROM tree JOIN pipeline_execution e ON e.id = tree.id \(Self.namedJoins)
            ORDER BY e.id
            """,
            Self.decodeNamed
        )
    }

    /// Lists executions, the last started first.
    ///
    /// Each status is read along its own part of one index, and no more than `limit` rows of it, so the cost depends
    /// on the limit and not on the number of executions.
    ///
    /// - Parameters:
    ///   - filter: which ones.
    ///   - limit: how many at most.
    /// - Returns: the executions.
    /// - Throws: ``DatabaseError``
    package func list(_ filter: ExecutionFilter, limit: Int64) throws -> [NamedExecution] {
        let statuses = filter.status.map { [$0] } ?? ExecutionStatus.allCases
        let pages = statuses.map { Self.page(filter, $0, limit) }
        return try self.transaction.all(
            """
            SELECT \(Self.namedColumns)
            FROM (\(pages, separatedBy: " UNION ALL ")) page
            JOIN pipeline_execution e ON e.id = page.id \(Self.namedJoins)
            ORDER BY e.start_date DESC, e.id DESC LIMIT \(limit)
            """,
            Self.decodeNamed
        )
    }

    private static func page(_ filter: ExecutionFilter, _ status: ExecutionStatus, _ limit: Int64) -> SQLStatement {
        var conditions: [SQLStatement] = ["status = \(status)"]
        if let parentID = filter.parentID { conditions.append("parent_id = \(parentID)") }
        if let pipelineID = filter.pipelineID { conditions.append("pipeline_id = \(pipelineID)") }
        if let since = filter.since { conditions.append("start_date >= \(since)") }
        if let until = filter.until { conditions.append("start_date < \(until)") }
        if let before = filter.before {
            conditions.append("(start_date, id) < (\(before.startDate), \(before.executionID))")
        }
        return """
            SELECT id FROM (SELECT id FROM pipeline_execution WHERE \(conditions, separatedBy: " AND ")
            ORDER BY start_date DESC, id DESC LIMIT \(limit)) \(Self.alias(of: status))
            """
    }

    /// PostgreSQL wants a name for every subquery.
    private static func alias(of status: ExecutionStatus) -> SQLStatement {
        switch status {
        case .running: "running"
        case .succeeded: "succeeded"
        case .failed: "failed"
        case .lost: "lost"
        }
    }
}

extension RowReader {
    /// Reads the columns of a report, which is there when the end date is.
    fileprivate mutating func report() throws -> ExecutionReport? {
        let endDate: Timestamp? = try self.next()
        let completedSuccessfully: Bool? = try self.next()
        let inserts: Int64? = try self.next()
        let updates: Int64? = try self.next()
        let softDeletes: Int64? = try self.next()
        let totalRows: Int64? = try self.next()
        let metadata: String? = try self.next()
        guard let endDate else { return nil }
        return ExecutionReport(
            endDate: endDate,
            completedSuccessfully: completedSuccessfully ?? false,
            inserts: inserts,
            updates: updates,
            softDeletes: softDeletes,
            totalRows: totalRows,
            metadata: metadata
        )
    }

    /// Reads the columns of the figures, which are there when the duration is.
    fileprivate mutating func figures() throws -> ExecutionFigures? {
        let duration: Int64? = try self.next()
        let throughput: Double? = try self.next()
        return duration.map { ExecutionFigures(durationSeconds: $0, throughput: throughput) }
    }
}
