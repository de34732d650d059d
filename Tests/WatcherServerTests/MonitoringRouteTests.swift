// SPDX-License-Identifier: Apache-2.0
import HummingbirdTesting
import Testing
import WatcherServices
import WatcherWire

struct MonitoringRouteTests {
    @Test("a check is queued, with a body or without")
    func checks() async throws {
        let queued = #"{"status":"queued"}"#
        try await Scenario.run(
            .router,
            .post("/freshness", "", 200, contains: queued),
            .post("/freshness", "{}", 200, contains: queued, key: "k"),
            .post("/freshness", #"{"unknown":1}"#, 200, contains: queued),
            .post("/freshness", "[]", 422, contains: "dict_type"),
            .post("/freshness", "{", 422, contains: "json_invalid"),
            .post("/timeliness", "", 200, contains: queued),
            .post("/timeliness", #"{"lookback_minutes":"5"}"#, 200, contains: queued),
            .post("/timeliness", #"{"lookback_minutes":9223372036854775807}"#, 200, contains: queued),
            .post("/timeliness", #"{"lookback_minutes":4}"#, 422, contains: "greater than or equal to 5"),
            .post("/timeliness", #"{"lookback_minutes":"soon"}"#, 422, contains: "int_parsing"),
            .post("/timeliness", #"{"lookback_minutes":5.5}"#, 422, contains: "int_from_float"),
            .get("/freshness", 405)
        )
        #expect(TimelinessRequest.standardLookback == TimelinessService.standardLookback)
        #expect(LogCleanupRequest.minimumDays == RetentionService.minimumDays)
        #expect(LogCleanupRequest.standardBatch == RetentionService.standardBatch)
    }

    @Test("a cleanup answers what it has deleted")
    func cleanup() async throws {
        try await Scenario.run(
            .router,
            .post("/pipeline", #"{"name":"p","pipeline_type_name":"t"}"#, 201),
            .post("/start_pipeline_execution", #"{"pipeline_id":1,"start_date":"2024-10-11"}"#, 201),
            .post(
                "/end_pipeline_execution",
                #"{"id":1,"end_date":"2024-10-11","completed_successfully":true}"#,
                204
            ),
            .post("/start_pipeline_execution", #"{"pipeline_id":1,"start_date":"2024-10-11"}"#, 201),
            .post("/log_cleanup", "", 422, contains: "missing"),
            .post("/log_cleanup", "{}", 422, contains: #""type":"missing","loc":["body","retention_days"]"#),
            .post("/log_cleanup", #"{"retention_days":null}"#, 422, contains: "int_type"),
            .post(
                "/log_cleanup",
                #"{"retention_days":89,"batch_size":0}"#,
                422,
                contains: "greater than or equal to 90",
                "greater than or equal to 1"
            ),
            .post(
                "/log_cleanup",
                #"{"retention_days":9223372036854775807,"batch_size":9223372036854775807}"#,
                200,
                contains: #""total_pipeline_executions_deleted":0"#
            ),
            .post(
                "/log_cleanup",
                #"{"retention_days":90}"#,
                200,
                contains:
                    #"{"total_pipeline_executions_deleted":1,"total_timeliness_pipeline_execution_logs_deleted":0,"#,
                #""total_anomaly_detection_results_deleted":0,"total_pipeline_execution_closure_parent_deleted":0,"#,
                #""total_pipeline_execution_closure_child_deleted":0,"total_freshness_pipeline_logs_deleted":0}"#
            ),
            .get("/pipeline_execution/1", 404),
            .get("/pipeline_execution/2", contains: "running")
        )
    }
}
