// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import HummingbirdTesting
import Testing

struct LineageGraphRouteTests {
    private static func lineage(_ pipeline: Int, _ sources: String, _ targets: String) -> Exchange {
        func list(_ names: String) -> String {
            names.split(separator: " ").map {
                #"{"name":"\#($0)","address_type_name":"t","address_type_group_name":"g","address_metadata":{"big":1e20}}"#
            }.joined(separator: ",")
        }
        return .post(
            "/address_lineage",
            #"{"pipeline_id":\#(pipeline),"source_addresses":[\#(list(sources))],"target_addresses":[\#(list(targets))]}"#,
            201
        )
    }

    private static func edge(_ source: Int, _ target: Int, _ depth: Int, _ path: [Int], _ pipeline: String) -> String {
        let path = path.map(String.init).joined(separator: ",")
        return
            #"{"source_address_id":\#(source),"target_address_id":\#(target),"depth":\#(depth),"lineage_path":[\#(path)],\#(pipeline)}"#
    }

    @Test("a diamond, a cycle, an edge to itself and an edge of two pipelines are each told once for each pipeline")
    func graph() async throws {
        let p =
            #""pipeline_id":1,"pipeline_name":"p","pipeline_type_name":"t","pipeline_metadata":{"x":[1]},"pipeline_active":true"#
        let q =
            #""pipeline_id":2,"pipeline_name":"q","pipeline_type_name":"t","pipeline_metadata":null,"pipeline_active":false"#
        // 1 -> 2 and 3 -> 4 -> 1, 4 -> 4, and 5 -> 6 apart; 1 -> 2 by two pipelines.
        let edges = [
            Self.edge(1, 2, 1, [1, 2], p), Self.edge(1, 2, 1, [1, 2], q), Self.edge(1, 3, 1, [1, 3], p),
        ]
        try await Scenario.run(
            .router,
            .post("/pipeline", #"{"name":"p","pipeline_type_name":"t","pipeline_metadata":{"x":[1]}}"#, 201),
            .post("/pipeline", #"{"name":"q","pipeline_type_name":"t"}"#, 201),
            .post("/pipeline", #"{"name":"r","pipeline_type_name":"t"}"#, 201),
            .post("/pipeline", #"{"name":"s","pipeline_type_name":"t"}"#, 201),
            .patch("/pipeline", #"{"id":2,"active":false}"#, 200),
            .get("/lineage-graph/addresses", contains: "[]"),
            Self.lineage(1, "a", "b c"),
            Self.lineage(2, "a", "b"),
            Self.lineage(3, "b c", "d"),
            Self.lineage(4, "d", "a d"),
            .post("/pipeline", #"{"name":"u","pipeline_type_name":"t"}"#, 201),
            Self.lineage(5, "e", "f"),
            .get("/lineage-graph?source_address_id=1&depth=1", contains: #""edges":[\#(edges.joined(separator: ","))"#),
            .get(
                "/lineage-graph?source_address_id=1",
                contains: #"{"id":1,"name":"a","address_type_name":"t","address_type_group_name":"g","#
                    + #""address_metadata":{"big":1e20}}"#,
                #""source_address_id":4,"target_address_id":1,"depth":1,"lineage_path":[4,1],"pipeline_id":4"#,
                #""source_address_id":2,"target_address_id":4,"depth":2,"lineage_path":[1,2,4],"pipeline_id":3"#,
                #""source_address_id":4,"target_address_id":4,"depth":2,"lineage_path":[4,4,1],"pipeline_id":4"#,
                lacks: [#""source_address_id":5"#, #""id":6"#]
            ),
            .get("/lineage-graph?source_address_id=6", contains: #""depth":1,"lineage_path":[5,6],"pipeline_id":5"#),
            .get("/lineage-graph/addresses", contains: #"[{"id":1,"name":"a"},{"id":2,"name":"b"},"#),
            Self.lineage(5, "", ""),
            .get(
                "/lineage-graph?source_address_id=6",
                contains: #"{"nodes":[{"id":6,"name":"f","#,
                #"}],"edges":[]}"#
            ),
            .get("/lineage-graph/addresses", contains: #"{"id":4,"name":"d"}]"#),
            .post("/lineage-graph/refresh", "", 200, contains: #"{"status":"success","message":""#)
        )
    }

    @Test("a request without a good address says what is wrong with it, and a trailing slash leads on")
    func refusals() async throws {
        try await Scenario.run(
            .router,
            .get("/lineage-graph", 422, contains: #""type":"missing","loc":["query","source_address_id"]"#),
            .get(
                "/lineage-graph?source_address_id=x&depth=0",
                422,
                contains: #""int_parsing""#,
                #""greater_than_equal""#
            ),
            .get("/lineage-graph?source_address_id=7", 404, contains: "Address not found: 7"),
            .get("/lineage-graph?source_address_id=9223372036854775807&depth=9223372036854775807", 404)
        ) { scenario in
            let response = try await scenario.check(.get("/lineage-graph/?source_address_id=7", 307))
            #expect(response.headers[.location] == "/lineage-graph?source_address_id=7")
        }
    }
}
