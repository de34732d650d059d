// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

struct HeartbeatRouteTests {
    private static let path = "/pipeline_execution/1/heartbeat"
    private static let pipeline = Exchange.post("/pipeline", #"{"name":"p","pipeline_type_name":"t"}"#, 201)
    private static let start = Exchange.post("/start_pipeline_execution", #"{"pipeline_id":1}"#, 201)

    @Test("a heartbeat is read back with its execution, its message as it came")
    func readBack() async throws {
        let first =
            #""heartbeat":{"at":"2025-01-10T00:10:00Z","expires_at":"2025-01-10T00:11:00Z","progress":null,"message":null}"#
        let second =
            #""heartbeat":{"at":"2025-01-10T00:10:00Z","expires_at":"2025-01-11T00:10:00Z","progress":0.4,"message":" Loading É\n"}"#
        try await Scenario.run(
            .router,
            Self.pipeline,
            Self.start,
            .get("/pipeline_execution/1", contains: #""heartbeat":null"#),
            .post(Self.path, "", 204),
            .get("/pipeline_execution/1", contains: first),
            .post(Self.path, #"{"lease_seconds":"86400","progress":"0.4","message":" Loading É\n","other":[]}"#, 204),
            .post(Self.path, #"{"lease_seconds":86400}"#, 204, key: "k"),
            .post(Self.path, #"{"lease_seconds":86400}"#, 204, key: "k"),
            .post(Self.path, "{}", 422, contains: "idempotency_key_reuse", key: "k"),
            .get("/pipeline_execution/1", contains: second),
            .get("/pipeline_execution", contains: second),
            .post("/start_pipeline_execution", #"{"pipeline_id":1,"parent_id":1}"#, 201),
            .post("/pipeline_execution/2/heartbeat", #"{"lease_seconds":null,"progress":1,"message":null}"#, 204),
            .get("/pipeline_execution/1", contains: second, #""progress":1.0"#),
            .post("/end_pipeline_execution", #"{"id":1,"end_date":"2026-01-01","completed_successfully":true}"#, 204),
            .post(Self.path, #"{"progress":0.1}"#, 204),
            .post(Self.path, "{}", 422, contains: "idempotency_key_reuse", key: "k"),
            .get("/pipeline_execution/1", contains: #""status":"succeeded""#, lacks: [second])
        )
    }

    @Test("every faulty field is named, and nothing is written")
    func faults() async throws {
        let long = String(repeating: "é", count: 1001)
        try await Scenario.run(
            .router,
            Self.pipeline,
            Self.start,
            .post("/pipeline_execution/2/heartbeat", "", 404, contains: "Pipeline execution not found"),
            .post("/pipeline_execution/2/heartbeat", "", 404, key: "k"),
            .post("/pipeline_execution/x/heartbeat", "", 422, contains: #"["path","id"]"#),
            .post(
                Self.path,
                #"{"lease_seconds":0,"progress":1.01,"message":"\#(long)"}"#,
                422,
                contains: "greater_than_equal",
                "less_than_equal",
                "string_too_long",
                "at most 1000 characters"
            ),
            .post(Self.path, #"{"lease_seconds":86401,"progress":-0.1,"message":"\u0000"}"#, 422, contains: "NUL"),
            .post(
                Self.path,
                #"{"lease_seconds":1.5,"progress":"much","message":1}"#,
                422,
                contains: "int_from_float",
                "float_parsing",
                "string_type"
            ),
            .post(Self.path, #"{"progress":true}"#, 422, contains: "float_type"),
            .post(Self.path, #"{"progress":1e400}"#, 422, contains: "less_than_equal"),
            .post(Self.path, "[]", 422, contains: "dict_type"),
            .post(Self.path, "{", 422, contains: "json_invalid"),
            .get("/pipeline_execution/1", contains: #""heartbeat":null"#)
        )
    }

    @Test("no input yields a 5xx", arguments: ["lease_seconds", "progress", "message"])
    func noServerErrors(field: String) async throws {
        let values = [
            "null", "true", "0", "1", "-0.0", "1e-320", "1e400", "9223372036854775807", #""""#, #""1e-3""#, #""NaN""#,
            #""inf""#, #""\ud83d\ude86""#, "[1]", "{}",
        ]
        try await Scenario.run(.router, Self.pipeline, Self.start) { scenario in
            for value in values {
                let body = #"{"\#(field)":\#(value)}"#
                let response = try await scenario.client.executeRequest(
                    uri: Self.path,
                    method: .post,
                    headers: [:],
                    body: ByteBuffer(string: body)
                )
                #expect([204, 422].contains(response.status.code), "\(body)")
                try await scenario.check(.get("/pipeline_execution/1"))
            }
        }
    }
}
