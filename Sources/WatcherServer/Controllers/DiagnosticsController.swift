// SPDX-License-Identifier: Apache-2.0
import Hummingbird
import WatcherPages
import WatcherServices
import WatcherWire

/// The route of the page that says how the ledger is.
struct DiagnosticsController {
    let diagnostics: DiagnosticsService

    func add(to routes: Routes) {
        routes.on(Endpoints.diagnostics, page: self.page)
    }

    private func page(_ request: Request) async throws -> Page {
        DiagnosticsPage(try await self.diagnostics.report(), version: OpenAPIDocument.version).page(on: .watcher)
    }
}
