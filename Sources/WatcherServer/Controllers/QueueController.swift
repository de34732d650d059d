// SPDX-License-Identifier: Apache-2.0
import Hummingbird
import WatcherCore
import WatcherServices
import WatcherWire

/// The routes of the queue of jobs.
struct QueueController {
    let queue: QueueMonitorService

    func add(to routes: Routes) {
        let maximumBodySize = routes.maximumBodySize
        for endpoint in [Endpoints.monitorQueue, Endpoints.monitorCeleryQueue] {
            routes.on(endpoint) { request, _ in
                let body = try await request.body.collect(upTo: maximumBodySize)
                // Existing clients send no body.
                if body.readableBytes > 0 { _ = try QueueMonitorRequest.decode(Array(body.readableBytesView)) }
                return try await self.check(IdempotencyKey(of: request, body))
            }
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
