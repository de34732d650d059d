// SPDX-License-Identifier: Apache-2.0
import Hummingbird
import WatcherCore
import WatcherServices
import WatcherWire

/// The routes of anomaly detection.
struct AnomalyController {
    let anomalies: AnomalyService

    func add(to routes: Routes) {
        routes.on(Endpoints.createAnomalyRule, AnomalyRuleRequest.self, self.sync)
        routes.on(Endpoints.anomalyRules, self.list)
        routes.onID(Endpoints.anomalyRule, self.read)
        routes.on(Endpoints.patchAnomalyRule, AnomalyRulePatchRequest.self, self.patch)
        routes.on(Endpoints.unflagAnomaly, UnflagAnomalyRequest.self, self.unflag)
    }

    private func sync(_ message: AnomalyRuleRequest, _ key: IdempotencyKey?) async throws -> Response {
        let answer = try await self.anomalies.sync(
            pipelineID: message.pipelineID,
            metric: AnomalyMetric(message.metricField),
            AnomalySettingsUpdate(message.settings),
            .id(key)
        )
        return Response(answer)
    }

    private func list(_ request: Request, _ context: WatcherRequestContext) async throws -> Response {
        var fields = RequestFields(query: request)
        let pipelineID = fields.integerField("pipeline_id").value
        try fields.throwIssues()
        let rules = try await self.anomalies.rules(ofPipeline: pipelineID)
        return Response(.ok, list: rules.map(AnomalyRuleResponse.init))
    }

    private func read(_ id: Int64, _ request: Request) async throws -> Response {
        Response(.ok, AnomalyRuleResponse(try await self.anomalies.rule(id: id)))
    }

    private func patch(_ message: AnomalyRulePatchRequest, _ key: IdempotencyKey?) async throws -> Response {
        let rule = try await self.anomalies.patch(id: message.id, AnomalyRulePatch(message))
        return Response(.ok, AnomalyRuleResponse(rule))
    }

    private func unflag(_ message: UnflagAnomalyRequest, _ key: IdempotencyKey?) async throws -> Response {
        let answer = try await self.anomalies.unflag(
            Set(message.metricField.map(AnomalyMetric.init)),
            of: message.pipelineExecutionID,
            pipelineID: message.pipelineID,
            Reply<Void>(key: key) { Answer(status: 204) }
        )
        return Response(answer)
    }
}
