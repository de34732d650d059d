// SPDX-License-Identifier: Apache-2.0
import Hummingbird
import WatcherCore
import WatcherServices
import WatcherWire

/// The routes of reports.
struct ReportingController {
    /// How many records a page holds, unless told otherwise, and at most.
    private static let pageSize: (standard: Int64, maximum: Int64) = (50, 1000)

    let reporting: ReportingService

    func add(to routes: Routes) {
        routes.on(Endpoints.dailyMetrics, self.daily)
        routes.on(Endpoints.pipelineNames, self.pipelineNames)
        routes.on(Endpoints.pipelineTypeNames, self.pipelineTypeNames)
        routes.on(Endpoints.refreshReporting) { _, _ in
            Response(.ok, RefreshResponse(message: "The figures are always fresh: there was nothing to do"))
        }
    }

    private func daily(_ request: Request, _ context: WatcherRequestContext) async throws -> Response {
        var fields = RequestFields(query: request)
        let days = ReportingService.days
        let page = fields.integerField("page", atLeast: 1).value
        let size = fields.integerField("page_size", atLeast: 1, atMost: Self.pageSize.maximum).value
        let filter = DailyMetricsFilter(
            pipelineName: fields.nameFilter("pipeline_name"),
            pipelineTypeName: fields.nameFilter("pipeline_type_name"),
            days: fields.integerField("days", atLeast: days.lowerBound, atMost: days.upperBound).value
                ?? days.upperBound
        )
        try fields.throwIssues()
        let found = try await self.reporting.daily(
            filter,
            NumberedPage(number: page ?? 1, size: size ?? Self.pageSize.standard)
        )
        return Response(.ok, DailyMetricsPage(found))
    }

    private func pipelineNames(_ request: Request, _ context: WatcherRequestContext) async throws -> Response {
        var fields = RequestFields(query: request)
        let typeName = fields.nameFilter("pipeline_type_name")
        try fields.throwIssues()
        let names = try await self.reporting.pipelineNames(typeName: typeName)
        return Response(.ok, ReportingNamesResponse.pipelines(names))
    }

    private func pipelineTypeNames(_ request: Request, _ context: WatcherRequestContext) async throws -> Response {
        Response(.ok, ReportingNamesResponse.pipelineTypes(try await self.reporting.pipelineTypeNames()))
    }
}

extension RequestFields {
    /// A name in a query; a form that leaves it empty asks for all.
    fileprivate mutating func nameFilter(_ key: String) -> String? {
        let name = self.stringField(key, 0...TextLimits.name.upperBound).value
        return name == "" ? nil : name
    }
}
