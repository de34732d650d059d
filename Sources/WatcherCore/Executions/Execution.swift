// SPDX-License-Identifier: Apache-2.0

/// Where an execution stands.
package enum ExecutionStatus: String, Sendable, CaseIterable {
    /// Started, not ended.
    case running
    /// Ended, and did what it should.
    case succeeded
    /// Ended, and did not.
    case failed
    /// Missed its lease: nobody knows how it ended.
    case lost
}

/// What is said of an execution when it starts.
package struct ExecutionStart: Sendable, Equatable {
    /// The pipeline that runs.
    package var pipelineID: Int64
    /// When it began; `nil` means when the request is handled.
    package var startDate: Timestamp?
    /// From where it reads.
    package var watermark: String?
    /// How far it reads.
    package var nextWatermark: String?
    /// The execution it is a part of.
    package var parentID: Int64?

    /// Makes a start.
    package init(
        pipelineID: Int64,
        startDate: Timestamp?,
        watermark: String?,
        nextWatermark: String?,
        parentID: Int64?
    ) {
        self.pipelineID = pipelineID
        self.startDate = startDate
        self.watermark = watermark
        self.nextWatermark = nextWatermark
        self.parentID = parentID
    }
}

/// What is said of an execution when it ends.
package struct ExecutionReport: Sendable, Equatable {
    /// When it ended.
    package var endDate: Timestamp
    /// Whether it did what it should.
    package var completedSuccessfully: Bool
    /// Rows inserted, at least 0.
    package var inserts: Int64?
    /// Rows updated, at least 0.
    package var updates: Int64?
    /// Rows marked as deleted, at least 0.
    package var softDeletes: Int64?
    /// Rows handled in all, at least 0.
    package var totalRows: Int64?
    /// Any facts about it, as JSON text with sorted keys.
    package var metadata: String?

    /// Makes a report.
    package init(
        endDate: Timestamp,
        completedSuccessfully: Bool,
        inserts: Int64? = nil,
        updates: Int64? = nil,
        softDeletes: Int64? = nil,
        totalRows: Int64? = nil,
        metadata: String? = nil
    ) {
        self.endDate = endDate
        self.completedSuccessfully = completedSuccessfully
        self.inserts = inserts
        self.updates = updates
        self.softDeletes = softDeletes
        self.totalRows = totalRows
        self.metadata = metadata
    }
}

/// One run of a pipeline.
package struct Execution: Sendable, Equatable {
    /// Its id.
    package let id: Int64
    /// The execution it is a part of.
    package let parentID: Int64?
    /// Its pipeline.
    package let pipelineID: Int64
    /// Where it stands.
    package let status: ExecutionStatus
    /// When it began.
    package let startDate: Timestamp
    /// From where it reads.
    package let watermark: String?
    /// How far it said it would read.
    package let nextWatermark: String?
    /// How it ended; `nil` while it runs.
    package let report: ExecutionReport?
    /// What follows from begin and report.
    package let figures: ExecutionFigures?
    /// The metrics that were found odd, as JSON text.
    package let anomalyFlags: String?

    /// Makes an execution.
    package init(
        id: Int64,
        parentID: Int64?,
        pipelineID: Int64,
        status: ExecutionStatus,
        startDate: Timestamp,
        watermark: String?,
        nextWatermark: String?,
        report: ExecutionReport?,
        figures: ExecutionFigures?,
        anomalyFlags: String?
    ) {
        self.id = id
        self.parentID = parentID
        self.pipelineID = pipelineID
        self.status = status
        self.startDate = startDate
        self.watermark = watermark
        self.nextWatermark = nextWatermark
        self.report = report
        self.figures = figures
        self.anomalyFlags = anomalyFlags
    }
}

/// What follows from the begin and the report of an execution.
package struct ExecutionFigures: Sendable, Equatable {
    /// From begin to end in whole seconds, halves rounded up.
    package let durationSeconds: Int64
    /// Rows a second, rounded to 4 decimals; 0 when the duration is 0, `nil` without a row count.
    package let throughput: Double?

    /// Takes stored figures.
    package init(durationSeconds: Int64, throughput: Double?) {
        self.durationSeconds = durationSeconds
        self.throughput = throughput
    }

    /// Computes the figures.
    package init(startDate: Timestamp, report: ExecutionReport) {
        let elapsed = report.endDate.microseconds - startDate.microseconds
        let duration = (elapsed + 500_000).flooredDivision(by: 1_000_000)
        self.durationSeconds = duration
        self.throughput = report.totalRows.map { rows in
            duration == 0 ? 0 : (Double(rows) / Double(duration) * 10_000).rounded() / 10_000
        }
    }
}
