// SPDX-License-Identifier: Apache-2.0
import Hummingbird
import Synchronization
import WatcherWire

/// Refuses requests while too many others are under way: an answer at once is better than one that comes too late.
struct OverloadMiddleware: RouterMiddleware {
    typealias Context = WatcherRequestContext

    private let maximum: Int
    private let underWay = Gauge()

    init(maximum: Int) {
        self.maximum = maximum
    }

    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard request.uri.path != Endpoints.live.path else { return try await next(request, context) }
        let count = self.underWay.add(1)
        defer { _ = self.underWay.add(-1) }
        guard count <= self.maximum else { throw AccessRefusal.overloaded }
        return try await next(request, context)
    }
}

/// A number that many tasks change.
final class Gauge: Sendable {
    private let value = Atomic(0)

    /// Adds to the number, and gives the new one.
    func add(_ difference: Int) -> Int {
        self.value.add(difference, ordering: .relaxed).newValue
    }
}
