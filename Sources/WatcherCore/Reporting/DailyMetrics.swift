// SPDX-License-Identifier: Apache-2.0

/// The figures of one pipeline's executions that started on one day.
package struct DailyMetrics: Sendable, Equatable {
    /// The day in UTC, counted from 1970-01-01.
    package var day: Int64
    /// The pipeline's name.
    package var pipelineName: String
    /// The name of its type.
    package var pipelineTypeName: String
    /// How many executions started.
    package var totalExecutions: Int64
    /// How many of them have ended, but not well: failed or lost.
    package var failedExecutions: Int64
    /// How many of them have ended in any way.
    package var endedExecutions: Int64
    /// The durations of those that have ended, added.
    package var durationSeconds: Int64
    /// Rows inserted.
    package var inserts: Int64
    /// Rows updated.
    package var updates: Int64
    /// Rows marked as deleted.
    package var softDeletes: Int64
    /// Rows handled in all; `nil` when no execution said how many.
    package var totalRows: Int64?

    /// Takes figures that have been added up.
    package init(
        day: Int64,
        pipelineName: String,
        pipelineTypeName: String,
        totalExecutions: Int64,
        failedExecutions: Int64,
        endedExecutions: Int64,
        durationSeconds: Int64,
        inserts: Int64,
        updates: Int64,
        softDeletes: Int64,
        totalRows: Int64?
    ) {
        self.day = day
        self.pipelineName = pipelineName
        self.pipelineTypeName = pipelineTypeName
        self.totalExecutions = totalExecutions
        self.failedExecutions = failedExecutions
        self.endedExecutions = endedExecutions
        self.durationSeconds = durationSeconds
        self.inserts = inserts
        self.updates = updates
        self.softDeletes = softDeletes
        self.totalRows = totalRows
    }

    /// The share of failed executions in percent, rounded to 2 decimals.
    package var errorPercentage: Double {
        Self.quotient(self.failedExecutions * 100, self.totalExecutions, decimals: 100) ?? 0
    }

    /// The mean duration of ended executions in seconds, rounded to 2 decimals; `nil` when none has ended.
    package var averageDurationSeconds: Double? {
        Self.quotient(self.durationSeconds, self.endedExecutions, decimals: 100)
    }

    /// Rows a second, as of a single execution: rounded to 4 decimals, 0 when the duration is 0, `nil` without a row
    /// count.
    package var throughput: Double? {
        self.totalRows.map { Self.quotient($0, self.durationSeconds, decimals: 10_000) ?? 0 }
    }

    private static func quotient(_ value: Int64, _ divisor: Int64, decimals: Double) -> Double? {
        divisor == 0 ? nil : (Double(value) / Double(divisor) * decimals).rounded() / decimals
    }
}

/// Which daily figures are wanted.
package struct DailyMetricsFilter: Sendable, Equatable {
    /// Only those of this pipeline.
    package var pipelineName: String?
    /// Only those of pipelines of this type.
    package var pipelineTypeName: String?
    /// How many days back, counting today: 1 for today alone.
    package var days: Int64

    /// Makes a filter.
    package init(pipelineName: String? = nil, pipelineTypeName: String? = nil, days: Int64) {
        self.pipelineName = pipelineName
        self.pipelineTypeName = pipelineTypeName
        self.days = days
    }
}

/// A page of a list with numbered pages.
package struct NumberedPage: Sendable, Equatable {
    /// Its number, from 1 on.
    package let number: Int64
    /// How many records a page holds, from 1 on.
    package let size: Int64

    /// Makes a page.
    package init(number: Int64, size: Int64) {
        self.number = number
        self.size = size
    }

    /// How many records come before it; no more than can be counted.
    package var offset: Int64 {
        let (offset, overflow) = (self.number - 1).multipliedReportingOverflow(by: self.size)
        return overflow ? .max : offset
    }

    /// How many pages so many records fill.
    package func pages(of records: Int64) -> Int64 {
        records / self.size + (records % self.size == 0 ? 0 : 1)
    }
}

extension Timestamp {
    /// The midnight in UTC with which a day begins.
    package init(dayUTC day: Int64) {
        self.init(microseconds: day * 86_400_000_000)
    }

    /// The last days up to the end of the one on which this moment lies, in UTC.
    package func lastDays(_ count: Int64) -> Range<Timestamp> {
        Timestamp(dayUTC: self.dayUTC - count + 1)..<Timestamp(dayUTC: self.dayUTC + 1)
    }
}
