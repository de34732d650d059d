// SPDX-License-Identifier: Apache-2.0
package import WatcherDatabase

/// A table of the ledger as a copy sees it: columns and their types, the same in every database.
package struct CopiedTable: Sendable {
    /// A column: its name and the type of its values.
    package struct Column: Sendable {
        fileprivate let statement: SQLStatement
        /// The type of its values; SQLite alone cannot tell a truth value from an integer, or the type of a null.
        package let type: SQLType
        /// Reads the next column of a row as one of this type.
        let read: @Sendable (inout RowReader) throws -> SQLValue

        private init<Value: SQLConvertible>(_ statement: SQLStatement, _ type: Value.Type) {
            self.statement = statement
            self.type = Value.sqlType
            self.read = { row in
                let value: Value? = try row.next()
                return value?.sqlValue ?? .null(Value.sqlType)
            }
        }

        /// Its name.
        package var name: String { self.statement.text }

        fileprivate static func integer(_ name: SQLStatement) -> Self { Self(name, Int64.self) }
        fileprivate static func double(_ name: SQLStatement) -> Self { Self(name, Double.self) }
        fileprivate static func text(_ name: SQLStatement) -> Self { Self(name, String.self) }
        fileprivate static func bool(_ name: SQLStatement) -> Self { Self(name, Bool.self) }
    }

    let statement: SQLStatement
    /// Its columns, those of the primary key first.
    package let columns: [Column]
    /// How many columns the primary key has.
    private let keyLength: Int

    private init(_ statement: SQLStatement, keyLength: Int = 1, _ columns: [Column]) {
        self.statement = statement
        self.columns = columns
        self.keyLength = keyLength
    }

    /// Its name.
    package var name: String { self.statement.text }

    /// Whether the database fills the column `id` when a row has none.
    var hasIdentity: Bool { self.columns.first?.name == "id" }

    /// The names of all columns.
    var columnList: SQLStatement { "\(self.columns.map(\.statement), separatedBy: ", ")" }

    /// The names of the primary key's columns.
    var keyList: SQLStatement { "\(self.columns.prefix(self.keyLength).map(\.statement), separatedBy: ", ")" }

    /// The primary key of a row.
    package func key(of row: [SQLValue]) -> [SQLValue] {
        Array(row.prefix(self.keyLength))
    }

    /// A primary key as a text, for people and for ``CopyProgressStore``.
    package func text(ofKey key: [SQLValue]) -> String {
        let parts = key.map { value -> String in
            switch value {
            case .null: "null"
            case .integer(let value): "\(value)"
            case .double(let value): "\(value)"
            case .bool(let value): "\(value)"
            case .text(let value): value
            }
        }
        return parts.joined(separator: ",")
    }

    /// The primary key of a text: one text, or integers; `nil` when it is none of this table's.
    func key(ofText text: String) -> [SQLValue]? {
        if self.columns.first?.type == .text { return [.text(text)] }
        let numbers = text.split(separator: ",").compactMap { Int64($0) }
        return numbers.count == self.keyLength ? numbers.map(SQLValue.integer) : nil
    }
}

extension CopiedTable {
    /// Every table, after those that its rows refer to.
    ///
    /// Rows are copied in the order of their keys, so an execution comes after its parent, whose id is smaller: a parent
    /// is there before its child gets an id, and never changes.
    package static let all = [
        pipelineTypes, pipelines, addressTypes, addresses, lineage, executions, idempotencyKeys,
        jobs, schedules, alerts, anomalyRules, anomalyResults, leases, leaseClock, freshnessLogs, timelinessLogs,
        queueAlarms, tokens,
    ]

    private static let pipelineTypes = CopiedTable(
        "pipeline_type",
        [
            .integer("id"), .text("name"),
            .integer("freshness_number"), .text("freshness_datepart"), .bool("mute_freshness_check"),
            .integer("timeliness_number"), .text("timeliness_datepart"), .bool("mute_timeliness_check"),
            .integer("created_at"), .integer("updated_at"),
        ]
    )

    private static let pipelines = CopiedTable(
        "pipeline",
        [
            .integer("id"), .text("name"), .integer("pipeline_type_id"),
            .text("watermark"), .text("next_watermark"),
            .integer("watermark_start_date"), .integer("watermark_execution_id"),
            .integer("watermark_revision"), .integer("next_watermark_revision"), .integer("revision"),
            .text("pipeline_metadata"),
            .integer("last_target_insert"), .integer("last_target_update"), .integer("last_target_soft_delete"),
            .integer("freshness_number"), .text("freshness_datepart"), .bool("mute_freshness_check"),
            .integer("timeliness_number"), .text("timeliness_datepart"), .bool("mute_timeliness_check"),
            .bool("load_lineage"), .bool("active"), .text("input_hash"),
            .integer("created_at"), .integer("updated_at"),
        ]
    )

    private static let addressTypes = CopiedTable(
        "address_type",
        [
            .integer("id"), .text("name"), .text("group_name"), .integer("created_at"), .integer("updated_at"),
        ]
    )

    private static let addresses = CopiedTable(
        "address",
        [
            .integer("id"), .text("name"), .integer("address_type_id"),
            .text("database_name"), .text("schema_name"), .text("table_name"), .text("primary_key"),
            .text("address_metadata"), .integer("created_at"), .integer("updated_at"),
        ]
    )

    private static let lineage = CopiedTable(
        "address_lineage",
        keyLength: 3,
        [
            .integer("pipeline_id"), .integer("source_address_id"), .integer("target_address_id"),
        ]
    )

    private static let executions = CopiedTable(
        "pipeline_execution",
        [
            .integer("id"), .integer("parent_id"), .integer("pipeline_id"), .text("status"),
            .integer("start_date"), .integer("start_order"), .integer("date_recorded"), .integer("hour_recorded"),
            .text("watermark"), .text("next_watermark"), .text("pipeline_next_watermark"),
            .integer("pipeline_revision"), .integer("end_date"), .bool("completed_successfully"),
            .integer("duration_seconds"), .integer("inserts"), .integer("updates"), .integer("soft_deletes"),
            .integer("total_rows"), .double("throughput"), .text("execution_metadata"), .text("anomaly_flags"),
        ]
    )

    private static let idempotencyKeys = CopiedTable(
        "idempotency_key",
        [
            .text("name"), .integer("fingerprint"), .integer("answer_status"), .text("answer_body"),
            .integer("created_at"),
        ]
    )

    private static let jobs = CopiedTable(
        "job",
        [
            .integer("id"), .text("kind"), .integer("subject"), .text("state"), .integer("attempt"),
            .integer("due_at"), .text("worker"), .text("last_error"), .integer("created_at"),
            .integer("tries"),
        ]
    )

    private static let schedules = CopiedTable("schedule", [.text("name"), .integer("fired_at")])

    private static let queueAlarms = CopiedTable("queue_alarm", [.text("name"), .integer("severity")])

    private static let alerts = CopiedTable(
        "alert",
        [
            .integer("id"), .text("level"), .text("title"), .text("message"), .text("details"),
            .integer("raised_at"), .integer("sent_at"),
        ]
    )

    private static let anomalyRules = CopiedTable(
        "anomaly_detection_rule",
        [
            .integer("id"), .integer("pipeline_id"), .text("metric_field"), .double("z_threshold"),
            .integer("lookback_days"), .integer("minimum_executions"), .bool("active"),
            .integer("created_at"), .integer("updated_at"),
        ]
    )

    private static let anomalyResults = CopiedTable(
        "anomaly_detection_result",
        [
            .integer("id"), .integer("pipeline_execution_id"), .integer("rule_id"), .integer("pipeline_id"),
            .text("metric_field"), .double("value"), .double("mean"), .double("standard_deviation"),
            .double("lower_bound"), .double("upper_bound"), .double("z_score"), .integer("baseline_executions"),
            .integer("detected_at"), .integer("unflagged_at"),
        ]
    )

    private static let leases = CopiedTable(
        "execution_lease",
        [
            .integer("execution_id"), .integer("heartbeat_at"), .integer("expires_at"), .double("progress"),
            .text("message"),
        ]
    )

    private static let leaseClock = CopiedTable("lease_clock", [.text("name"), .integer("listening_at")])

    private static let freshnessLogs = CopiedTable(
        "freshness_pipeline_log",
        [
            .integer("id"), .integer("pipeline_id"), .integer("last_dml_timestamp"), .integer("deadline"),
            .integer("found_at"), .integer("resolved_at"),
        ]
    )

    private static let timelinessLogs = CopiedTable(
        "timeliness_pipeline_execution_log",
        [
            .integer("id"), .integer("pipeline_execution_id"), .integer("pipeline_id"), .integer("deadline"),
            .integer("found_at"),
        ]
    )

    private static let tokens = CopiedTable(
        "token",
        [
            .integer("id"), .text("name"), .text("scope"), .text("hash"), .integer("created_at"),
            .integer("revoked_at"),
        ]
    )
}
