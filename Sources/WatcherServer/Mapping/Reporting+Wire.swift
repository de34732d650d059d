// SPDX-License-Identifier: Apache-2.0
import WatcherCore
import WatcherServices
import WatcherWire

extension DailyMetricsResponse {
    init(_ metrics: DailyMetrics) {
        self.init(
            dateRecorded: WireTimestamp(Timestamp(dayUTC: metrics.day)),
            pipelineName: metrics.pipelineName,
            pipelineTypeName: metrics.pipelineTypeName,
            totalExecutions: metrics.totalExecutions,
            failedExecutions: metrics.failedExecutions,
            errorPercentage: metrics.errorPercentage,
            dailyInserts: metrics.inserts,
            dailyUpdates: metrics.updates,
            dailySoftDeletes: metrics.softDeletes,
            dailyTotalRows: metrics.totalRows ?? 0,
            avgDurationSeconds: metrics.averageDurationSeconds,
            dailyThroughput: metrics.throughput
        )
    }
}

extension DailyMetricsPage {
    init(_ daily: ReportingService.DailyPage) {
        self.init(
            data: daily.metrics.map { DailyMetricsResponse($0) },
            pagination: Pagination(
                page: daily.page.number,
                pageSize: daily.page.size,
                totalRecords: daily.totalRecords,
                totalPages: daily.page.pages(of: daily.totalRecords)
            )
        )
    }
}
