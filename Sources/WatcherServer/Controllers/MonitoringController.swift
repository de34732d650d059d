// SPDX-License-Identifier: Apache-2.0
import Hummingbird
import WatcherCore
import WatcherServices
import WatcherWire

/// The routes that ask for the checks, and for old rows to be deleted.
struct MonitoringController {
    let freshness: FreshnessService
    let timeliness: TimelinessService
    let retention: RetentionService

    func add(to routes: Routes) {
        routes.on(Endpoints.checkFreshness, FreshnessRequest.self, self.checkFreshness)
        routes.on(Endpoints.checkTimeliness, TimelinessRequest.self, self.checkTimeliness)
        routes.on(Endpoints.cleanUpLogs, LogCleanupRequest.self, self.cleanUpLogs)
    }

    private func checkFreshness(_ message: FreshnessRequest, _ key: IdempotencyKey?) async throws -> Response {
        Response(try await self.freshness.request(.queued(key)))
    }

    private func checkTimeliness(_ message: TimelinessRequest, _ key: IdempotencyKey?) async throws -> Response {
        Response(try await self.timeliness.request(lookbackMinutes: message.lookbackMinutes, .queued(key)))
    }

    private func cleanUpLogs(_ message: LogCleanupRequest, _ key: IdempotencyKey?) async throws -> Response {
        let reply = Reply<RetentionCounts>(key: key) { Answer(.ok, LogCleanupResponse($0)) }
        let answer = try await self.retention.cleanUp(
            retentionDays: message.retentionDays,
            batchSize: message.batchSize,
            reply
        )
        return Response(answer)
    }
}

extension Reply<Void> {
    /// Answers that what was asked for is queued.
    static func queued(_ key: IdempotencyKey?) -> Self {
        Self(key: key) { Answer(.ok, QueuedResponse()) }
    }
}

extension LogCleanupResponse {
    init(_ counts: RetentionCounts) {
        self.init(
            pipelineExecutions: Int64(counts.executions),
            timelinessLogs: Int64(counts.timelinessLogs),
            anomalyResults: Int64(counts.anomalyResults),
            freshnessLogs: Int64(counts.freshnessLogs)
        )
    }
}
