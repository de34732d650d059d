// SPDX-License-Identifier: Apache-2.0
import Hummingbird
import WatcherServices
import WatcherWire

/// Tells whether the server is there and can do its work.
struct HealthController {
    let health: HealthService

    func add(to routes: Routes) {
        routes.on(Endpoints.live) { _, _ in Response(.ok, StatusMessage.ok) }
        routes.on(Endpoints.ready) { _, _ in
            try await self.health.check()
            return Response(.ok, StatusMessage.ok)
        }
    }
}

/// Says how the server is.
struct StatusMessage: WireMessage {
    static let ok = Self(status: "ok")

    let status: String

    func write(to writer: inout JSONWriter) {
        writer.object { $0.member("status", self.status) }
    }
}
