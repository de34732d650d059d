// SPDX-License-Identifier: Apache-2.0
import HummingbirdTesting
import Testing
import WatcherServer

struct QueueRouteTests {
    @Test("the queue is looked at under both of its paths, with or without a body")
    func monitor() async throws {
        let empty =
            #"{"status":"success","total_pending":0,"regular_queue_pending":0,"scheduled_queue_pending":0,"#
            + #""beat_scheduled_tasks":0,"task_breakdown":{},"task_breakdown_raw":{}}"#
        try await Scenario.run(
            .router,
            .post("/celery/monitor-queue", "", 200, contains: empty),
            .post("/queue/monitor", "{}", 200, contains: empty),
            .post("/queue/monitor", #"{"anything": 1}"#, 200, contains: empty, key: "k"),
            .post("/queue/monitor", #"{"anything": 1}"#, 200, contains: empty, key: "k"),
            .post("/queue/monitor", "", 422, contains: "idempotency_key_reuse", key: "k"),
            .post("/queue/monitor", "[]", 422, contains: "valid object"),
            .post("/queue/monitor", "{", 422, contains: "JSON decode error"),
            .get("/queue/monitor", 405)
        )
    }
}
