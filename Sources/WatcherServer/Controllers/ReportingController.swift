// SPDX-License-Identifier: Apache-2.0
import Hummingbird
import WatcherCore
import WatcherPages
import WatcherServices
import WatcherWire

/// The routes of reports.
struct ReportingController {
    /// How many records a page holds, unless told otherwise, and at most.
    private static let pageSize: (standard: Int64, maximum: Int64) = (50, 1000)

    let reporting: ReportingService

    func add(to routes: Routes) {
        routes.on(Endpoints.reporting, page: self.page)
        routes.on(Endpoints.dailyMetrics, self.daily)
        routes.on(Endpoints.pipelineNames, self.pipelineNames)
        routes.on(Endpoints.pipelineTypeNames, self.pipelineTypeNames)
        routes.on(Endpoints.refreshReporting, EmptyRequest.self) { _, key in
            let answer = RefreshResponse(message: "The figures are always fresh: there was nothing to do")
            return Response(try await self.reporting.refresh(Reply(key: key) { Answer(.ok, answer) }))
        }
    }

    /// What a request asks for.
    private static func wanted(
        _ request: Request,
        isForm: Bool = false
    ) throws(WireRequestError) -> (DailyMetricsFilter, NumberedPage) {
        var fields = RequestFields(query: request, isForm: isForm)
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
        return (filter, NumberedPage(number: page ?? 1, size: size ?? Self.pageSize.standard))
    }

    private func daily(_ request: Request, _ context: WatcherRequestContext) async throws -> Response {
        let (filter, page) = try Self.wanted(request)
        return Response(.ok, DailyMetricsPage(try await self.reporting.daily(filter, page)))
    }

    private func page(_ request: Request) async throws -> Page {
        let (filter, page) = try Self.wanted(request, isForm: true)
        let found = try await self.reporting.daily(filter, page)
        let names = (
            pipelines: try await self.reporting.pipelineNames(typeName: filter.pipelineTypeName),
            types: try await self.reporting.pipelineTypeNames()
        )
        let content = ReportingPage(found.metrics, filter, page, totalRecords: found.totalRecords, suggestions: names)
        return content.page(on: .watcher)
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
