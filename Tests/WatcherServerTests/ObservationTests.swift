// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing
import WatcherWire

struct ObservationTests {
    private static let requestID = HTTPField.Name("X-Request-Id") ?? .eTag

    @Test("every answer has a request id: the client's own, when it is fit for a log")
    func requestIDs() async throws {
        try await Scenario.run(.live) { scenario in
            var exchange = Exchange.get("/livez")
            let made = try await scenario.check(exchange).headers[Self.requestID]
            #expect(made?.isEmpty == false)
            exchange.headers[Self.requestID] = "run-7/step 2"
            let other = try await scenario.check(exchange).headers[Self.requestID]
            #expect(other != "run-7/step 2" && other != made)
            exchange.headers[Self.requestID] = "run-7"
            #expect(try await scenario.check(exchange).headers[Self.requestID] == "run-7")
            var refused = Exchange.get("/no/such/path", 404)
            refused.headers[Self.requestID] = "run-8"
            #expect(try await scenario.check(refused).headers[Self.requestID] == "run-8")
        }
    }

    @Test("the figures count requests by route, executions by status, and writes by commit")
    func figures() async throws {
        try await Scenario.run(
            .router,
            .post("/pipeline", #"{"name":"p","pipeline_type_name":"t"}"#, 201),
            .post("/start_pipeline_execution", #"{"pipeline_id":1}"#, 201),
            .post("/start_pipeline_execution", #"{"pipeline_id":1}"#, 201),
            .post("/start_pipeline_execution", #"{"pipeline_id":2}"#, 404),
            .get("/pipeline_execution/1"),
            .get("/pipeline_execution/2"),
            .get("/made-up/1", 404),
            .get("/made-up/2", 404),
            .get(
                "/metrics",
                contains: """
                    watcher_http_requests_total{method="POST",path="/start_pipeline_execution",status="201"} 2
                    watcher_http_requests_total{method="POST",path="/start_pipeline_execution",status="404"} 1
                    """,
                #"watcher_http_requests_total{method="GET",path="/pipeline_execution/{id}",status="200"} 2"#,
                #"watcher_http_requests_total{method="any",path="unmatched",status="404"} 2"#,
                #"watcher_http_request_duration_seconds_count{method="GET",path="/pipeline_execution/{id}"} 2"#,
                #"watcher_http_request_duration_seconds_bucket{method="GET",path="/pipeline_execution/{id}",le="+Inf"} 2"#,
                "watcher_http_requests_in_progress 1\n",
                #"watcher_executions{status="running"} 2"#,
                #"watcher_executions{status="lost"} 0"#,
                "watcher_database_up 1\n",
                #"watcher_jobs{kind="alert",state="parked"} 0"#,
                #"watcher_database_commit_writes_bucket{le="+Inf"}"#,
                lacks: ["made-up"]
            )
        )
    }
}
