// SPDX-License-Identifier: Apache-2.0
import WatcherCore
import WatcherServices
import WatcherWire

extension AnomalyMetric {
    init(_ wire: WireAnomalyMetric) {
        switch wire {
        case .durationSeconds: self = .durationSeconds
        case .inserts: self = .inserts
        case .updates: self = .updates
        case .softDeletes: self = .softDeletes
        case .totalRows: self = .totalRows
        case .throughput: self = .throughput
        }
    }
}

extension WireAnomalyMetric {
    init(_ metric: AnomalyMetric) {
        switch metric {
        case .durationSeconds: self = .durationSeconds
        case .inserts: self = .inserts
        case .updates: self = .updates
        case .softDeletes: self = .softDeletes
        case .totalRows: self = .totalRows
        case .throughput: self = .throughput
        }
    }
}

extension AnomalySettingsUpdate {
    init(_ fields: AnomalySettingsFields) {
        self.init(
            zThreshold: fields.zThreshold.update,
            lookbackDays: fields.lookbackDays.update,
            minimumExecutions: fields.minimumExecutions.update,
            isActive: fields.active.update
        )
    }
}

extension AnomalyRulePatch {
    init(_ request: AnomalyRulePatchRequest) {
        self.init(
            pipelineID: request.pipelineID.update,
            metric: request.metricField.map(AnomalyMetric.init).update,
            settings: AnomalySettingsUpdate(request.settings)
        )
    }
}

extension AnomalyRuleResponse {
    init(_ rule: AnomalyRule) {
        self.init(
            id: rule.id,
            pipelineID: rule.pipelineID,
            metricField: WireAnomalyMetric(rule.metric),
            zThreshold: rule.settings.zThreshold,
            lookbackDays: rule.settings.lookbackDays,
            minimumExecutions: rule.settings.minimumExecutions,
            active: rule.settings.isActive,
            createdAt: WireTimestamp(rule.createdAt),
            updatedAt: rule.updatedAt.map(WireTimestamp.init)
        )
    }
}
