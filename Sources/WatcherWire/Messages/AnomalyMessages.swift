// SPDX-License-Identifier: Apache-2.0

/// A figure of an execution that anomaly detection can judge.
public enum WireAnomalyMetric: String, Sendable, CaseIterable {
    /// From begin to end in whole seconds.
    case durationSeconds = "duration_seconds"
    /// Rows inserted.
    case inserts
    /// Rows updated.
    case updates
    /// Rows marked as deleted.
    case softDeletes = "soft_deletes"
    /// Rows handled in all.
    case totalRows = "total_rows"
    /// Rows a second.
    case throughput
}

/// How strict an anomaly detection rule is, as a request says it.
public struct AnomalySettingsFields: Sendable, Equatable {
    /// How many standard deviations from the mean are still usual, 1 to 10.
    public var zThreshold: Field<Double>
    /// How many days before the start of an execution count, 1 to 365.
    public var lookbackDays: Field<Int64>
    /// How many executions of the same hour are enough to leave those of other hours out, 5 to 1000.
    public var minimumExecutions: Field<Int64>
    /// Whether executions are judged by the rule.
    public var active: Field<Bool>

    init(reading fields: inout RequestFields) {
        self.zThreshold = fields.nonNull("z_threshold") { $0.doubleField("z_threshold", atLeast: 1, atMost: 10) }
        self.lookbackDays = fields.nonNull("lookback_days") {
            $0.integerField("lookback_days", atLeast: 1, atMost: 365)
        }
        self.minimumExecutions = fields.nonNull("minimum_executions") {
            $0.integerField("minimum_executions", atLeast: 5, atMost: 1000)
        }
        self.active = fields.nonNull("active") { $0.boolField("active") }
    }

    func write(to writer: inout JSONWriter) {
        writer.field("z_threshold", self.zThreshold) { $0.value($1) }
        writer.field("lookback_days", self.lookbackDays) { $0.value($1) }
        writer.field("minimum_executions", self.minimumExecutions) { $0.value($1) }
        writer.field("active", self.active) { $0.value($1) }
    }
}

/// `POST /anomaly_detection_rule`: gets or creates the rule of a pipeline for a metric, and updates what the request
/// mentions.
public struct AnomalyRuleRequest: Sendable, Equatable {
    /// The pipeline.
    public var pipelineID: Int64
    /// The metric.
    public var metricField: WireAnomalyMetric
    /// How strict the rule is.
    public var settings: AnomalySettingsFields
}

extension AnomalyRuleRequest: WireRequest {
    /// Reads and checks the request.
    public init(reading fields: inout RequestFields) {
        self.pipelineID = fields.integer("pipeline_id")
        self.metricField = fields.enumeration("metric_field", standIn: .totalRows)
        self.settings = AnomalySettingsFields(reading: &fields)
    }

    /// Writes the request.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("pipeline_id", self.pipelineID)
            writer.member("metric_field", self.metricField.rawValue)
            self.settings.write(to: &writer)
        }
    }
}

/// `PATCH /anomaly_detection_rule`: changes the fields that the request mentions.
public struct AnomalyRulePatchRequest: Sendable, Equatable {
    /// Which rule.
    public var id: Int64
    /// Its new pipeline.
    public var pipelineID: Field<Int64>
    /// Its new metric.
    public var metricField: Field<WireAnomalyMetric>
    /// How strict it is.
    public var settings: AnomalySettingsFields
}

extension AnomalyRulePatchRequest: WireRequest {
    /// Reads and checks the request.
    public init(reading fields: inout RequestFields) {
        self.id = fields.integer("id")
        self.pipelineID = fields.nonNull("pipeline_id") { $0.integerField("pipeline_id") }
        self.metricField = fields.nonNull("metric_field") { $0.enumField("metric_field") }
        self.settings = AnomalySettingsFields(reading: &fields)
    }

    /// Writes the request.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", self.id)
            writer.field("pipeline_id", self.pipelineID) { $0.value($1) }
            writer.field("metric_field", self.metricField) { $0.value($1.rawValue) }
            self.settings.write(to: &writer)
        }
    }
}

/// `POST /unflag_anomaly`: takes flags off an execution.
public struct UnflagAnomalyRequest: Sendable, Equatable {
    /// The pipeline of the execution.
    public var pipelineID: Int64
    /// The execution.
    public var pipelineExecutionID: Int64
    /// The metrics, at least one.
    public var metricField: [WireAnomalyMetric]

    /// Makes a request.
    public init(pipelineID: Int64, pipelineExecutionID: Int64, metricField: [WireAnomalyMetric]) {
        self.pipelineID = pipelineID
        self.pipelineExecutionID = pipelineExecutionID
        self.metricField = metricField
    }
}

extension UnflagAnomalyRequest: WireRequest {
    /// Reads and checks the request; one metric may come without a list around it.
    public init(reading fields: inout RequestFields) {
        self.pipelineID = fields.integer("pipeline_id")
        self.pipelineExecutionID = fields.integer("pipeline_execution_id")
        self.metricField = fields.enumerations("metric_field")
    }

    /// Writes the request.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("pipeline_id", self.pipelineID)
            writer.member("pipeline_execution_id", self.pipelineExecutionID)
            writer.key("metric_field")
            writer.array { writer in
                for metric in self.metricField { writer.value(metric.rawValue) }
            }
        }
    }
}

/// An anomaly detection rule with all its fields.
public struct AnomalyRuleResponse: Sendable, Equatable {
    /// The rule.
    public var id: Int64
    /// Its pipeline.
    public var pipelineID: Int64
    /// Its metric.
    public var metricField: WireAnomalyMetric
    /// How many standard deviations from the mean are still usual.
    public var zThreshold: Double
    /// How many days before the start of an execution count.
    public var lookbackDays: Int64
    /// How many executions of the same hour are enough to leave those of other hours out.
    public var minimumExecutions: Int64
    /// Whether executions are judged by it.
    public var active: Bool
    /// When it was created.
    public var createdAt: WireTimestamp
    /// When it was last changed.
    public var updatedAt: WireTimestamp?

    /// Makes an answer.
    public init(
        id: Int64,
        pipelineID: Int64,
        metricField: WireAnomalyMetric,
        zThreshold: Double,
        lookbackDays: Int64,
        minimumExecutions: Int64,
        active: Bool,
        createdAt: WireTimestamp,
        updatedAt: WireTimestamp?
    ) {
        self.id = id
        self.pipelineID = pipelineID
        self.metricField = metricField
        self.zThreshold = zThreshold
        self.lookbackDays = lookbackDays
        self.minimumExecutions = minimumExecutions
        self.active = active
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

extension AnomalyRuleResponse: WireMessage {
    /// Writes the answer.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", self.id)
            writer.member("pipeline_id", self.pipelineID)
            writer.member("metric_field", self.metricField.rawValue)
            writer.member("z_threshold", self.zThreshold)
            writer.member("lookback_days", self.lookbackDays)
            writer.member("minimum_executions", self.minimumExecutions)
            writer.member("active", self.active)
            writer.member("created_at", self.createdAt)
            writer.member("updated_at", self.updatedAt)
        }
    }
}
