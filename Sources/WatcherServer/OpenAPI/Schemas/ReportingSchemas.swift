// SPDX-License-Identifier: Apache-2.0
import WatcherWire

/// Reports.
enum ReportingSchemas {
    static let day = NamedSchema(
        "DailyMetrics",
        .answer(
            "The figures of one pipeline's executions that started on one day.",
            [
                ("date_recorded", .string("The day, in UTC.", format: "date")),
                ("pipeline_name", .string("The pipeline.")),
                ("pipeline_type_name", .string("The name of its type.")),
                ("total_executions", .count("How many executions started.")),
                ("failed_executions", .count("How many of them failed or were lost.")),
                ("error_percentage", .number("The share of those, in percent.", 0...100)),
                ("daily_inserts", .count("Rows inserted.")),
                ("daily_updates", .count("Rows updated.")),
                ("daily_soft_deletes", .count("Rows marked as deleted.")),
                ("daily_total_rows", .count("Rows handled in all.")),
                ("avg_duration_seconds", .number("The mean duration of those that have ended.").orNull),
                ("daily_throughput", .number("Rows a second.").orNull),
            ]
        )
    )

    static let pagination = NamedSchema(
        "Pagination",
        .answer(
            "Where a page stands.",
            [
                ("page", .integer("Its number, from 1 on.", 1...Int64.max)),
                ("page_size", .integer("How many records a page holds.", 1...1000)),
                ("total_records", .count("How many records there are.")),
                ("total_pages", .count("How many pages they fill.")),
                ("has_next", .bool("Whether there is a page behind it.")),
                ("has_prev", .bool("Whether there is a page before it.")),
            ]
        )
    )

    static let page = NamedSchema(
        "DailyMetricsPage",
        .answer(
            "A page of figures.",
            [
                ("data", Self.day.list("The figures, newest day first, then by name.")),
                ("pagination", Self.pagination.reference),
            ]
        )
    )

    private static func names(_ name: String, _ key: String) -> NamedSchema {
        NamedSchema(
            name,
            .answer("Names in their order.", [(key, .list(of: Schema(keywords: ["type": "string"]), "The names."))])
        )
    }

    static let pipelineNames = Self.names("PipelineNames", "pipeline_names")
    static let pipelineTypeNames = Self.names("PipelineTypeNames", "pipeline_type_names")

    static let all = [Self.day, Self.pagination, Self.page, Self.pipelineNames, Self.pipelineTypeNames]
}
