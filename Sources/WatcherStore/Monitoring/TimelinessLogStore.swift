// SPDX-License-Identifier: Apache-2.0
package import WatcherCore
package import WatcherDatabase

/// The table of executions that took too long, and the executions that may belong there.
package struct TimelinessLogStore {
    /// How many rows one statement inserts.
    private static let chunk = 100

    private let transaction: Transaction

    /// Works in a transaction.
    package init(_ transaction: Transaction) {
        self.transaction = transaction
    }

    // MARK: Looking

    /// A part of one index: the executions of a pipeline and status that started after a point.
    package struct Window: Sendable, Equatable {
        /// The pipeline.
        package let pipelineID: Int64
        /// The status.
        package let status: ExecutionStatus
        /// The point; it is no part of the window.
        package private(set) var after: StartOrder
        /// The earliest end of one that has ended.
        package let endedSince: Timestamp

        /// Makes a window that begins with a moment.
        package init(pipelineID: Int64, status: ExecutionStatus, from start: Timestamp, endedSince: Timestamp) {
            self.pipelineID = pipelineID
            self.status = status
            self.after = StartOrder(startDate: start, executionID: .min)
            self.endedSince = endedSince
        }

        /// What is left of the window behind an execution.
        package func behind(_ execution: StartOrder) -> Self {
            var rest = self
            rest.after = execution
            return rest
        }
    }

    /// An execution to be judged.
    package struct Candidate: Sendable, Equatable {
        /// Its id.
        package let executionID: Int64
        /// Its pipeline.
        package let pipelineID: Int64
        /// When it began and ended.
        package let course: TimelinessRule.Course
        /// Whether it has been found already.
        package let isKnown: Bool
    }

    /// Reads the first executions of several windows.
    ///
    /// Each window is read along its own part of one index, so the cost depends on what lies in it and not on the
    /// number of executions.
    ///
    /// - Parameters:
    ///   - windows: one at least; a statement for more than some hundred is refused by SQLite.
    ///   - limit: how many at most of each.
    /// - Returns: the executions; those of one window in the order of their start.
    /// - Throws: ``DatabaseError``
    package func candidates(in windows: [Window], limit: Int64) throws -> [Candidate] {
        let pages = windows.map { window -> SQLStatement in
            """
            SELECT id, pipeline_id, status, start_date, end_date FROM (
            SELECT id, pipeline_id, status, start_date, end_date FROM pipeline_execution
            WHERE pipeline_id = \(window.pipelineID) AND status = \(window.status)
            AND (start_date, id) > (\(window.after.startDate), \(window.after.executionID))
            AND (end_date IS NULL OR end_date >= \(window.endedSince))
            ORDER BY start_date, id LIMIT \(limit)) page
            """
        }
        return try self.transaction.all(
            """
            SELECT e.id, e.pipeline_id, e.status, e.start_date, e.end_date, l.id IS NOT NULL
            FROM (\(pages, separatedBy: " UNION ALL ")) e
            LEFT JOIN timeliness_pipeline_execution_log l ON l.pipeline_execution_id = e.id
            ORDER BY e.start_date, e.id
            """
        ) { row in
            Candidate(
                executionID: try row.next(),
                pipelineID: try row.next(),
                course: TimelinessRule.Course(
                    status: try row.next(),
                    startDate: try row.next(),
                    endDate: try row.next()
                ),
                isKnown: try row.next()
            )
        }
    }

    // MARK: Noting

    /// An execution that took too long.
    package struct Finding: Sendable, Equatable {
        /// The execution.
        package let executionID: Int64
        /// When it should have completed at the latest.
        package let deadline: Timestamp

        /// Makes a finding.
        package init(executionID: Int64, deadline: Timestamp) {
            self.executionID = executionID
            self.deadline = deadline
        }
    }

    /// Notes what was found, each execution once; one that has been deleted meanwhile is left out.
    ///
    /// - Parameters:
    ///   - findings: at most one for each execution, by its id: two servers that insert in one order never wait for each
    ///     other in a circle.
    ///   - now: the time.
    /// - Returns: the executions that had not been noted yet.
    /// - Throws: ``DatabaseError``
    package func add(_ findings: [Finding], now: Timestamp) throws -> Set<Int64> {
        var new: Set<Int64> = []
        for start in stride(from: 0, to: findings.count, by: Self.chunk) {
            let rows = findings[start..<min(start + Self.chunk, findings.count)].map { finding -> SQLStatement in
                """
                SELECT id, pipeline_id, \(finding.deadline), \(now)
                FROM pipeline_execution WHERE id = \(finding.executionID)
                """
            }
            new.formUnion(
                try self.transaction.all(
                    """
                    INSERT INTO timeliness_pipeline_execution_log
                        (pipeline_execution_id, pipeline_id, deadline, found_at)
                    \(rows, separatedBy: " UNION ALL ")
                    ON CONFLICT (pipeline_execution_id) DO NOTHING RETURNING pipeline_execution_id
                    """
                ) { try $0.next() }
            )
        }
        return new
    }
}
