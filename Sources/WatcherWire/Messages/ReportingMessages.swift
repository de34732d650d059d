// SPDX-License-Identifier: Apache-2.0

/// The figures of one pipeline's executions that started on one day.
public struct DailyMetricsResponse: Sendable, Equatable {
    /// The midnight in UTC with which the day begins; on the wire, its date.
    public var dateRecorded: WireTimestamp
    /// The pipeline's name.
    public var pipelineName: String
    /// The name of its type.
    public var pipelineTypeName: String
    /// How many executions started.
    public var totalExecutions: Int64
    /// How many of them failed or were lost.
    public var failedExecutions: Int64
    /// The share of those in percent.
    public var errorPercentage: Double
    /// Rows inserted.
    public var dailyInserts: Int64
    /// Rows updated.
    public var dailyUpdates: Int64
    /// Rows marked as deleted.
    public var dailySoftDeletes: Int64
    /// Rows handled in all.
    public var dailyTotalRows: Int64
    /// The mean duration of those that have ended; `nil` when none has.
    public var avgDurationSeconds: Double?
    /// Rows a second; `nil` when no execution said how many rows.
    public var dailyThroughput: Double?

    /// Makes an answer.
    public init(
        dateRecorded: WireTimestamp,
        pipelineName: String,
        pipelineTypeName: String,
        totalExecutions: Int64,
        failedExecutions: Int64,
        errorPercentage: Double,
        dailyInserts: Int64,
        dailyUpdates: Int64,
        dailySoftDeletes: Int64,
        dailyTotalRows: Int64,
        avgDurationSeconds: Double?,
        dailyThroughput: Double?
    ) {
        self.dateRecorded = dateRecorded
        self.pipelineName = pipelineName
        self.pipelineTypeName = pipelineTypeName
        self.totalExecutions = totalExecutions
        self.failedExecutions = failedExecutions
        self.errorPercentage = errorPercentage
        self.dailyInserts = dailyInserts
        self.dailyUpdates = dailyUpdates
        self.dailySoftDeletes = dailySoftDeletes
        self.dailyTotalRows = dailyTotalRows
        self.avgDurationSeconds = avgDurationSeconds
        self.dailyThroughput = dailyThroughput
    }
}

extension DailyMetricsResponse: WireMessage {
    /// Writes the answer.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("date_recorded", String(self.dateRecorded.text.prefix { $0 != "T" }))
            writer.member("pipeline_name", self.pipelineName)
            writer.member("pipeline_type_name", self.pipelineTypeName)
            writer.member("total_executions", self.totalExecutions)
            writer.member("failed_executions", self.failedExecutions)
            writer.member("error_percentage", self.errorPercentage)
            writer.member("daily_inserts", self.dailyInserts)
            writer.member("daily_updates", self.dailyUpdates)
            writer.member("daily_soft_deletes", self.dailySoftDeletes)
            writer.member("daily_total_rows", self.dailyTotalRows)
            writer.member("avg_duration_seconds", self.avgDurationSeconds)
            writer.member("daily_throughput", self.dailyThroughput)
        }
    }
}

/// Where a page stands among the pages of a list.
public struct Pagination: Sendable, Equatable {
    /// The page's number, from 1 on.
    public var page: Int64
    /// How many records a page holds.
    public var pageSize: Int64
    /// How many records there are.
    public var totalRecords: Int64
    /// How many pages they fill.
    public var totalPages: Int64

    /// Makes a place.
    public init(page: Int64, pageSize: Int64, totalRecords: Int64, totalPages: Int64) {
        self.page = page
        self.pageSize = pageSize
        self.totalRecords = totalRecords
        self.totalPages = totalPages
    }
}

extension Pagination: WireMessage {
    /// Writes the place, and whether there are pages behind and before it.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("page", self.page)
            writer.member("page_size", self.pageSize)
            writer.member("total_records", self.totalRecords)
            writer.member("total_pages", self.totalPages)
            writer.member("has_next", self.page < self.totalPages)
            writer.member("has_prev", self.page > 1)
        }
    }
}

/// `GET /reporting/daily-pipeline-metrics`: the newest day first, then by name.
public struct DailyMetricsPage: Sendable, Equatable {
    /// The figures.
    public var data: [DailyMetricsResponse]
    /// Which page it is.
    public var pagination: Pagination

    /// Makes a page.
    public init(data: [DailyMetricsResponse], pagination: Pagination) {
        self.data = data
        self.pagination = pagination
    }
}

extension DailyMetricsPage: WireMessage {
    /// Writes the page.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("data", self.data)
            writer.key("pagination")
            self.pagination.write(to: &writer)
        }
    }
}

/// `GET /reporting/pipeline-names` and `GET /reporting/pipeline-type-names`: names in their order.
public enum ReportingNamesResponse: Sendable, Equatable {
    /// Names of pipelines.
    case pipelines([String])
    /// Names of pipeline types.
    case pipelineTypes([String])
}

extension ReportingNamesResponse: WireMessage {
    /// Writes an object whose one member is the list.
    public func write(to writer: inout JSONWriter) {
        let (key, names) =
            switch self {
            case .pipelines(let names): ("pipeline_names", names)
            case .pipelineTypes(let names): ("pipeline_type_names", names)
            }
        writer.object { writer in
            writer.key(key)
            writer.array { writer in
                for name in names { writer.value(name) }
            }
        }
    }
}
