// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing
import WatcherWire

struct ProblemTests {
    @Test("the server says that it is there and ready")
    func health() async throws {
        try await Scenario.run(
            .router,
            .get("/", contains: #"{"status":"ok"}"#),
            .get("/livez", contains: "ok"),
            .get("/readyz", contains: "ok")
        )
    }

    @Test("unknown paths, wrong methods and trailing slashes")
    func routing() async throws {
        try await Scenario.run(.router, .get("/nowhere", 404, contains: "Not Found"), .get("/pipeline/1/2", 404)) {
            scenario in
            let wrong = try await scenario.client.executeRequest(
                uri: "/pipeline/1",
                method: .delete,
                headers: [:],
                body: nil
            )
            #expect(wrong.status == .methodNotAllowed)
            #expect(wrong.headers[.allow] == "GET, HEAD")
            let put = try await scenario.client.executeRequest(uri: "/pipeline", method: .put, headers: [:], body: nil)
            #expect(put.headers[.allow] == "GET, HEAD, PATCH, POST")
            let slash = try await scenario.client.executeRequest(
                uri: "/pipeline_execution/?limit=5",
                method: .get,
                headers: [:],
                body: nil
            )
            #expect(slash.status == .temporaryRedirect)
            #expect(slash.headers[.location] == "/pipeline_execution?limit=5")
        }
    }

    @Test("ids that are no numbers are refused", arguments: ["abc", "1.5", "99999999999999999999", "%00"])
    func badIDs(id: String) async throws {
        try await Scenario.run(.router, .get("/pipeline/\(id)", 422, contains: #"["path","id"]"#))
    }

    @Test("a body that is too large is refused")
    func largeBody() async throws {
        let body = #"{"name":"\#(String(repeating: "x", count: 5000))","pipeline_type_name":"t"}"#
        try await Scenario.run(
            .live,
            .post("/pipeline", body, 413, contains: "body_too_large"),
            .get("/pipeline", contains: "[]")
        )
    }

    @Test("a body that is announced as too large is refused before it comes")
    func announcedBody() async throws {
        try await Scenario.run(.live) { scenario in
            let port = try #require(scenario.client.port)
            let head = "POST /pipeline HTTP/1.1\r\nHost: x\r\nContent-Length: 999999\r\n\r\n"
            let answer = try await within(.seconds(20)) {
                try await RawConnection.with(port) { reader, writer in
                    try await writer.send(head)
                    return try await reader.read(until: "body_too_large")
                }
            }
            #expect(answer.hasPrefix("HTTP/1.1 413 "), "\(answer)")
        }
    }

    /// Every kind of JSON in every field of every request: the answer is never a server's fault.
    @Test("no input yields a 5xx", arguments: Endpoints.all.filter { $0.method != .get })
    func noServerErrors(endpoint: Endpoint) async throws {
        let fields = [
            "id", "name", "pipeline_id", "pipeline_type_name", "pipeline_type_id", "group_name", "address_type_name",
            "address_type_group_name", "next_watermark", "watermark", "start_date", "end_date",
            "completed_successfully",
            "inserts", "total_rows", "execution_metadata", "pipeline_metadata", "address_metadata", "parent_id",
            "freshness_number", "freshness_datepart", "active", "source_addresses", "target_addresses", "database_name",
            "metric_field", "z_threshold", "pipeline_execution_id",
        ]
        let values = [
            "null", "true", "0", "-1", "1", "1.5", "1e20", "1e400", "9223372036854775807", #""""#, #""x""#, #""day""#,
            #""2025-01-10""#, #""a\u0000b""#, "[]", "[1]", "{}", #"{"a":{"b":[1e20,null,"\u0000"]}}"#,
            "[{\"name\":\"a\",\"address_type_name\":\"t\",\"address_type_group_name\":\"g\"}]",
            "\"\(String(repeating: "é", count: 200))\"",
        ]
        let bases = [
            "{}", #"{"id":1,"name":"p","pipeline_id":1,"pipeline_type_name":"t","group_name":"g"}"#,
            #"{"id":1,"end_date":"2030-01-01","completed_successfully":true}"#,
            #"{"pipeline_id":1,"source_addresses":[],"target_addresses":[]}"#,
            #"{"name":"a","address_type_name":"t","address_type_group_name":"g"}"#,
            #"{"pipeline_id":1,"metric_field":"inserts","pipeline_execution_id":1}"#,
        ]
        try await Scenario.run(
            .router,
            .post("/pipeline", #"{"name":"p","pipeline_type_name":"t"}"#, 201),
            .post("/start_pipeline_execution", #"{"pipeline_id":1}"#, 201)
        ) { scenario in
            for base in bases {
                for field in fields {
                    for value in values {
                        let member = "\"\(field)\":\(value)"
                        // A repeated member overrides the base's.
                        let body = base == "{}" ? "{\(member)}" : "\(base.dropLast()),\(member)}"
                        let response = try await scenario.client.executeRequest(
                            uri: endpoint.path(id: 1),
                            method: endpoint.method == .post ? .post : .patch,
                            headers: [:],
                            body: ByteBuffer(string: body)
                        )
                        #expect(response.status.code < 500, "\(endpoint.path) \(body)")
                    }
                }
            }
            // These two have nothing to read.
            if [Endpoints.refreshReporting, Endpoints.refreshLineageGraph].contains(endpoint) { return }
            let mayBeEmpty: Set = [
                Endpoints.monitorQueue, Endpoints.monitorCeleryQueue, Endpoints.checkFreshness,
                Endpoints.checkTimeliness,
                Endpoints.heartbeat,
            ]
            for body in (mayBeEmpty.contains(endpoint) ? [] : [""]) + ["{", "nul", "\"\\ud800\"", "[[[[", "{}x"] {
                try await scenario.check(
                    Exchange(
                        method: endpoint.method == .post ? .post : .patch,
                        path: endpoint.path(id: 1),
                        body: body,
                        status: 422
                    )
                )
            }
        }
    }
}
