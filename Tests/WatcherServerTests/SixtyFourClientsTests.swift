// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing
import WatcherWire

struct SixtyFourClientsTests {
    @Test("64 clients that create the same at once make one row each of pipeline, address, edge and execution")
    func oneRowEach() async throws {
        try await Scenario.run { scenario in
            let key = HTTPField.Name(HeaderNames.idempotencyKey) ?? .eTag
            let address = #"{"name":"a.b.c","address_type_name":"t","address_type_group_name":"database"}"#
            let requests: [(path: String, body: String, headers: HTTPFields)] = [
                ("/pipeline", #"{"name":"p","pipeline_type_name":"t"}"#, [:]),
                ("/address", address, [:]),
                (
                    "/address_lineage",
                    #"{"pipeline_id":1,"source_addresses":[\#(address)],"target_addresses":[\#(address)]}"#, [:]
                ),
                ("/start_pipeline_execution", #"{"pipeline_id":1}"#, [key: "one run"]),
            ]
            for request in requests {
                let answers = try await withThrowingTaskGroup(of: (Int, String).self) { group in
                    for _ in 0..<64 {
                        group.addTask {
                            let response = try await scenario.client.executeRequest(
                                uri: request.path,
                                method: .post,
                                headers: request.headers,
                                body: ByteBuffer(string: request.body)
                            )
                            return (response.status.code, String(buffer: response.body))
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(answers.allSatisfy { $0.0 == 200 || $0.0 == 201 }, "\(request.path): \(answers)")
            }
            for path in ["/pipeline", "/pipeline_type", "/address", "/address_type", "/lineage-graph/addresses"] {
                let list = String(buffer: try await scenario.check(.get(path)).body)
                #expect(try JSONParser.parse(list).array?.count == 1, "\(scenario.store): \(path): \(list)")
            }
            let graph = String(buffer: try await scenario.check(.get("/lineage-graph?source_address_id=1")).body)
            #expect(try JSONParser.parse(graph)["edges"]?.array?.count == 1)
            try await Self.raceOverLineage(scenario)
            let executions = String(buffer: try await scenario.check(.get("/pipeline_execution")).body)
            #expect(try JSONParser.parse(executions)["data"]?.array?.count == 1)
        }
    }

    /// New addresses, which half of the clients name in the other order.
    private static func raceOverLineage(_ scenario: Scenario) async throws {
        func addresses(_ names: [String]) -> String {
            names.map {
                #"{"name":"\#($0)","address_type_name":"\#($0) type","address_type_group_name":"g"}"#
            }.joined(separator: ",")
        }
        let (sources, targets) = (["x", "y", "z"], ["z", "v", "w"])
        let answers = try await withThrowingTaskGroup(of: String.self) { group in
            for index in 0..<64 {
                let isReversed = index.isMultiple(of: 2)
                let body = """
                    {"pipeline_id": 1, "source_addresses": [\(addresses(isReversed ? sources.reversed() : sources))],
                    "target_addresses": [\(addresses(isReversed ? targets.reversed() : targets))]}
                    """
                group.addTask {
                    let created = #""lineage_relationships_created":9"#
                    let exchange = Exchange.post("/address_lineage", body, 201, contains: created)
                    return String(buffer: try await scenario.check(exchange).body)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.count == 64)
        let types = String(buffer: try await scenario.check(.get("/address_type")).body)
        #expect(try JSONParser.parse(types).array?.count == 6)
        let touched = String(buffer: try await scenario.check(.get("/lineage-graph/addresses")).body)
        let ids = try JSONParser.parse(touched).array?.compactMap { $0["id"]?.integer } ?? []
        #expect(ids.count == 5)
        // Into z from x, y and itself; out of it to v and w.
        let all = String(buffer: try await scenario.check(.get("/address")).body)
        let z = try #require(JSONParser.parse(all).array?.first { $0["name"]?.string == "z" }?["id"]?.integer)
        let graph = String(buffer: try await scenario.check(.get("/lineage-graph?source_address_id=\(z)")).body)
        #expect(try JSONParser.parse(graph)["edges"]?.array?.count == 5)
    }
}
