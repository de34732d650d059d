// SPDX-License-Identifier: Apache-2.0
import Hummingbird
import WatcherCore
import WatcherServices
import WatcherWire

/// The routes of the queue of jobs.
struct QueueController {
    let queue: QueueMonitorService

    func add(to routes: Routes) {
        for endpoint in [Endpoints.monitorQueue, Endpoints.monitorCeleryQueue] {
            routes.on(endpoint, EmptyRequest.self) { _, key in try await self.check(key) }
        }
    }

    private func check(_ key: IdempotencyKey?) async throws -> Response {
        let reply = Reply<QueueReport>(key: key) { Answer(.ok, QueueMonitorResponse($0)) }
        return Response(try await self.queue.check(reply))
    }
}

extension QueueMonitorResponse {
    fileprivate init(_ report: QueueReport) {
        self.init(
            regularQueuePending: report.pending - report.later,
            scheduledQueuePending: report.later,
            beatScheduledTasks: report.schedules,
            tasks: report.counts.map { Tasks(kind: $0.kind, title: $0.title, count: $0.pending) }
        )
    }
}
