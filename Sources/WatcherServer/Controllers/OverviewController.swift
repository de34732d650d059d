// SPDX-License-Identifier: Apache-2.0
import Hummingbird
import WatcherPages
import WatcherServices
import WatcherWire

/// The route of `/`: a page for browsers, a sign of life for everybody else.
struct OverviewController {
    let overview: OverviewService
    let figures: MetricsService

    func add(to routes: Routes) {
        routes.on(Endpoints.root, page: self.page) { _, _ in Response(.ok, StatusMessage.ok) }
    }

    private func page(_ request: Request) async throws -> Page {
        let overview = try await self.overview.overview()
        return OverviewPage(overview, counts: try await self.figures.figures().executions).page(on: .watcher)
    }
}
