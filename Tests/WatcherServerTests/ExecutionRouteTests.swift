// SPDX-License-Identifier: Apache-2.0
import HummingbirdTesting
import Testing

struct ExecutionRouteTests {
    private static let pipeline = Exchange.post("/pipeline", #"{"name":"p","pipeline_type_name":"t"}"#, 201)

    @Test("a start and an end are read back with their figures")
    func startAndEnd() async throws {
        try await Scenario.run(
            .router,
            Self.pipeline,
            .post(
                "/start_pipeline_execution",
                #"{"pipeline_id":1,"start_date":"2025-01-10T00:00:00+01:00","watermark":1}"#,
                201,
                contains: #"{"id":1}"#
            ),
            .get(
                "/pipeline_execution/1",
                contains: #""status":"running""#,
                #""start_date":"2025-01-09T23:00:00Z","end_date":null"#
            ),
            .post(
                "/end_pipeline_execution",
                #"{"id":"1","end_date":"2025-01-09T23:00:02.500Z","completed_successfully":"yes","inserts":4294967296,"total_rows":10,"execution_metadata":{"A":"B"}}"#,
                204
            ),
            .get(
                "/pipeline_execution/1",
                contains: #""status":"succeeded""#,
                #""duration_seconds":3"#,
                #""throughput":3.3333"#,
                #""inserts":4294967296"#,
                #""execution_metadata":{"A":"B"}"#,
                #""watermark":"1""#
            )
        )
    }

    @Test("children are found under their parent, under either name of it")
    func children() async throws {
        try await Scenario.run(
            .router,
            Self.pipeline,
            .post("/start_pipeline_execution", #"{"pipeline_id":1}"#, 201),
            .post("/start_pipeline_execution", #"{"pipeline_id":1,"parent_id":1}"#, 201),
            .post("/start_pipeline_execution", #"{"pipeline_id":1,"parent_execution_id":2}"#, 201),
            .get("/pipeline_execution/1", contains: #""id":2,"parent_id":1"#, lacks: [#""id":3"#]),
            .get("/pipeline_execution/1?depth=2", contains: #""id":3,"parent_id":2"#),
            .get("/pipeline_execution/1?depth=0", 422, contains: #"["query","depth"]"#),
            .get("/pipeline_execution/1?depth=x", 422),
            .post(
                "/start_pipeline_execution",
                #"{"pipeline_id":1,"parent_id":9}"#,
                404,
                contains: "Parent execution not found: 9"
            ),
            .post("/start_pipeline_execution", #"{"pipeline_id":8}"#, 404, contains: "Pipeline not found: 8")
        )
    }

    @Test("an end is taken once")
    func endIsTakenOnce() async throws {
        let end = #"{"id":1,"end_date":"2025-01-10T00:10:00Z","completed_successfully":true}"#
        try await Scenario.run(
            .router,
            Self.pipeline,
            .post("/end_pipeline_execution", end, 404, contains: "Pipeline execution not found"),
            .post("/start_pipeline_execution", #"{"pipeline_id":1,"start_date":"2025-01-10T00:10:00Z"}"#, 201),
            .post(
                "/end_pipeline_execution",
                #"{"id":1,"end_date":"2025-01-10T00:09:59Z","completed_successfully":true}"#,
                400,
                contains: "end_date must be greater than start_date"
            ),
            .post("/end_pipeline_execution", end, 204),
            .post("/end_pipeline_execution", end, 204),
            .post(
                "/end_pipeline_execution",
                #"{"id":1,"end_date":"2025-01-10T00:10:00Z","completed_successfully":false}"#,
                409,
                contains: #""code":"already_ended""#
            ),
            .get("/pipeline_execution/1", contains: #""completed_successfully":true"#)
        )
    }

    @Test("the list is filtered and paged")
    func list() async throws {
        try await Scenario.run(
            .router,
            Self.pipeline,
            .post("/start_pipeline_execution", #"{"pipeline_id":1,"start_date":"2025-01-01"}"#, 201),
            .post("/start_pipeline_execution", #"{"pipeline_id":1,"start_date":"2025-01-02"}"#, 201),
            .get(
                "/pipeline_execution?limit=1&pipeline_name=P",
                contains: #""id":2"#,
                #""next_cursor":"1735776000000000_2""#
            ),
            .get("/pipeline_execution?limit=1&cursor=1735776000000000_2", contains: #""id":1"#, #""next_cursor":null"#),
            .get("/pipeline_execution?status=running&until=2025-01-02", contains: #""id":1"#, lacks: [#""id":2"#]),
            .post("/pipeline", #"{"name":"two words","pipeline_type_name":"t"}"#, 201),
            .post("/start_pipeline_execution", #"{"pipeline_id":2}"#, 201),
            .get("/pipeline_execution?pipeline_name=two+words", contains: #""id":3"#, lacks: [#""id":2"#]),
            .get("/pipeline_execution?pipeline_name=two%20words", contains: #""id":3"#),
            .get("/pipeline_execution?status=lost", contains: #"{"data":[],"next_cursor":null}"#),
            .get("/pipeline_execution?since=2025-01-02T00:00:00%2B00:00", contains: #""id":2"#, lacks: [#""id":1"#]),
            .get(
                "/pipeline_execution?status=odd&limit=1001&cursor=x&since=soon",
                422,
                contains: "status",
                "limit",
                "cursor",
                "since"
            )
        )
    }

    @Test("a key makes a start happen once, with the first answer")
    func idempotencyKeys() async throws {
        let start = #"{"pipeline_id":1}"#
        try await Scenario.run(
            .router,
            Self.pipeline,
            .post("/start_pipeline_execution", start, 201, contains: #"{"id":1}"#, key: "k"),
            .post("/start_pipeline_execution", start, 201, contains: #"{"id":1}"#, key: "k"),
            .post(
                "/start_pipeline_execution",
                #"{"pipeline_id":1,"watermark":1}"#,
                422,
                contains: "idempotency_key_reuse",
                key: "k"
            ),
            .post("/pipeline", start, 422, key: "k"),
            .post(
                "/start_pipeline_execution",
                start,
                422,
                contains: #"["header","Idempotency-Key"]"#,
                key: String(repeating: "k", count: 256)
            ),
            .get("/pipeline_execution", contains: #""id":1"#, lacks: [#""id":2"#])
        )
    }
}
