// SPDX-License-Identifier: Apache-2.0
import HummingbirdTesting
import Testing

struct ReportingRouteTests {
    @Test("daily figures, names and refreshes look as clients know them")
    func answers() async throws {
        let start = #"{"pipeline_id":1,"start_date":"2025-01-09T10:00:00Z"}"#
        let figures =
            #""total_executions":2,"failed_executions":0,"error_percentage":0.0,"daily_inserts":7,"daily_updates":0,"#
            + #""daily_soft_deletes":0,"daily_total_rows":70,"avg_duration_seconds":30.0,"daily_throughput":2.3333}"#
        let day = #"{"date_recorded":"2025-01-09","pipeline_name":"p","pipeline_type_name":"t","#
        try await Scenario.run(
            .router,
            .post("/pipeline", #"{"name":"P","pipeline_type_name":"t"}"#, 201),
            .post("/pipeline", #"{"name":"o","pipeline_type_name":"s"}"#, 201),
            .get(
                "/reporting/daily-pipeline-metrics",
                contains: #"{"data":[],"pagination":{"page":1,"page_size":50,"total_records":0,"total_pages":0,"#
                    + #""has_next":false,"has_prev":false}}"#
            ),
            .post("/start_pipeline_execution", start, 201),
            .post("/start_pipeline_execution", start, 201),
            .post(
                "/end_pipeline_execution",
                #"{"id":1,"end_date":"2025-01-09T10:00:30Z","completed_successfully":true,"inserts":7,"total_rows":70}"#,
                204
            ),
            .post("/start_pipeline_execution", #"{"pipeline_id":2}"#, 201),
            .get("/reporting/daily-pipeline-metrics?pipeline_name=%20P&days=30&page=", 422, contains: #""page""#),
            .get("/reporting/daily-pipeline-metrics?pipeline_name=%20P&pipeline_type_name=", contains: day + figures),
            .get(
                "/reporting/daily-pipeline-metrics?page=1&page_size=1",
                contains: #""data":[{"date_recorded":"2025-01-10","pipeline_name":"o","#,
                #""avg_duration_seconds":null,"daily_throughput":null}"#,
                #""total_records":2,"total_pages":2,"has_next":true,"has_prev":false"#
            ),
            .get(
                "/reporting/daily-pipeline-metrics?page=2&page_size=1",
                contains: day,
                #""has_next":false,"has_prev":true"#
            ),
            .get("/reporting/pipeline-names", contains: #"{"pipeline_names":["o","p"]}"#),
            .get("/reporting/pipeline-names?pipeline_type_name=T", contains: #"{"pipeline_names":["p"]}"#),
            .get("/reporting/pipeline-names?pipeline_type_name=x", contains: #"{"pipeline_names":[]}"#),
            .get("/reporting/pipeline-type-names", contains: #"{"pipeline_type_names":["s","t"]}"#),
            .post("/reporting/refresh", "", 200, contains: #"{"status":"success","message":""#),
            .post("/reporting/refresh", "[", 422, contains: "json_invalid"),
            .post("/reporting/refresh", "{}", 200, contains: "always fresh", key: "k"),
            .post("/reporting/refresh", "{}", 200, contains: "always fresh", key: "k"),
            .post("/reporting/refresh", #"{"a":1}"#, 422, contains: "idempotency_key_reuse", key: "k"),
            .post("/lineage-graph/refresh", "{}", 422, contains: "idempotency_key_reuse", key: "k"),
            .post("/lineage-graph/refresh", "", 200, contains: "always fresh", key: "l")
        )
    }

    @Test("all that is wrong with a query is said at once")
    func refusals() async throws {
        let path = "/reporting/daily-pipeline-metrics"
        try await Scenario.run(
            .router,
            .get(
                "\(path)?page=0&page_size=1001&days=31&pipeline_name=%00",
                422,
                contains: #"["query","page"]"#,
                #"["query","page_size"]"#,
                #"["query","days"]"#,
                #"["query","pipeline_name"]"#
            ),
            .get("\(path)?page=-1&page_size=0&days=0", 422, contains: #""greater_than_equal""#),
            .get(
                "\(path)?page=x&days=1.5",
                422,
                contains: #"["query","page"]"#,
                #"["query","days"]"#,
                #""int_parsing""#
            ),
            .get("\(path)?page=9223372036854775807&page_size=1000", contains: #""data":[]"#)
        )
    }
}
