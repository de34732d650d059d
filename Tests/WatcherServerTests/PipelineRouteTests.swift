// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing
import WatcherWire

struct PipelineRouteTests {
    private static let sync = #"{"name":"P","pipeline_type_name":"T"}"#

    @Test("a sync creates, then finds")
    func syncCreatesThenFinds() async throws {
        try await Scenario.run(
            .router,
            .post(
                "/pipeline",
                Self.sync,
                201,
                contains: #"{"id":1,"active":true,"load_lineage":true,"watermark":null}"#
            ),
            .post("/pipeline", #"{"name":" p ","pipeline_type_name":"t"}"#, 200, contains: #""id":1"#),
            .get("/pipeline/1", contains: #""name":"p""#, #""updated_at":null"#, #""input_hash":""#),
            .get("/pipeline_type", contains: #""name":"t""#, #""id":1"#, lacks: [#""id":2"#])
        )
    }

    @Test("the answer's watermark is where the pipeline is, whatever the sync says")
    func watermarkIsAlwaysAnswered() async throws {
        try await Scenario.run(
            .router,
            .post("/pipeline", Self.sync, 201),
            .post("/start_pipeline_execution", #"{"pipeline_id":1,"next_watermark":7}"#, 201),
            .post(
                "/end_pipeline_execution",
                #"{"id":1,"end_date":"2025-01-10T00:10:05Z","completed_successfully":true}"#,
                204
            ),
            .post("/pipeline", Self.sync, 200, contains: #""load_lineage":false,"watermark":"7""#)
        )
    }

    @Test("metadata comes back equal, numbers of every size included")
    func metadataComesBackEqual() async throws {
        try await Scenario.run(
            .router,
            .post(
                "/pipeline",
                #"{"name":"p","pipeline_type_name":"t","pipeline_metadata":{"K":[1e20,123456789012345678901234567890,0.1,"Ä"]}}"#,
                201
            ),
            .get("/pipeline/1", contains: #"{"K":[1e20,123456789012345678901234567890,0.1,"Ä"]}"#),
            .get("/pipeline", contains: "1e20")
        )
    }

    @Test("a patch changes what it mentions, by id, by the client's other name for it, or by name")
    func patches() async throws {
        try await Scenario.run(
            .router,
            .post("/pipeline", Self.sync, 201),
            .post("/pipeline", #"{"name":"q","pipeline_type_name":"t"}"#, 201),
            .patch("/pipeline", #"{"pipeline_id":1,"next_watermark":"x"}"#, 200, contains: #""next_watermark":"x""#),
            .patch(
                "/pipeline",
                #"{"name":"p","active":"no"}"#,
                200,
                contains: #""active":false"#,
                #""next_watermark":"x""#
            ),
            .patch(
                "/pipeline",
                #"{"id":1,"name":"renamed","next_watermark":null}"#,
                200,
                contains: #""name":"renamed""#,
                #""next_watermark":null"#
            ),
            .patch("/pipeline", #"{"id":1,"name":"Q"}"#, 400, contains: "name already exists"),
            .patch("/pipeline", #"{"id":1,"active":null}"#, 422, contains: "active"),
            .patch(
                "/pipeline",
                #"{"id":1,"freshness_number":3}"#,
                422,
                contains: "Both freshness_number and freshness_datepart"
            ),
            .patch("/pipeline", #"{"id":1,"freshness_number":3,"freshness_datepart":"day"}"#, 200),
            .patch("/pipeline", #"{"id":1,"freshness_datepart":null}"#, 422),
            .patch("/pipeline", #"{"id":1,"pipeline_type_id":9}"#, 404, contains: "Pipeline type not found: 9"),
            .patch("/pipeline", #"{"id":9}"#, 404, contains: "Pipeline Not Found"),
            .get("/pipeline/1", contains: #""freshness_number":3,"freshness_datepart":"day""#)
        )
    }

    @Test("half a threshold is refused, whoever has stored the other half")
    func halfThresholds() async throws {
        let half = #","freshness_number":null}"#
        try await Scenario.run(
            .router,
            .post(
                "/pipeline",
                #"{"name":"p","pipeline_type_name":"t","freshness_number":5,"freshness_datepart":"hour"}"#,
                201
            ),
            .post("/pipeline", #"{"name":"p","pipeline_type_name":"t""# + half, 422, contains: "Both freshness_number"),
            .post("/pipeline_type", #"{"name":"u","freshness_number":5,"freshness_datepart":"hour"}"#, 201),
            .post("/pipeline_type", #"{"name":"u""# + half, 422, contains: "Both freshness_number"),
            .patch("/pipeline", #"{"id":null,"name":"p","active":false}"#, 200, contains: #""freshness_number":5"#)
        )
    }

    @Test("types have their own routes")
    func types() async throws {
        try await Scenario.run(
            .router,
            .post(
                "/pipeline_type",
                #"{"name":"T","freshness_number":"2","freshness_datepart":"HOUR"}"#,
                201,
                contains: #"{"id":1}"#
            ),
            .post("/pipeline_type", #"{"name":"t","mute_freshness_check":1}"#, 200),
            .get(
                "/pipeline_type/1",
                contains: #""freshness_number":2,"freshness_datepart":"hour","mute_freshness_check":true"#
            ),
            .patch(
                "/pipeline_type",
                #"{"name":"t","mute_freshness_check":false}"#,
                200,
                contains: #""mute_freshness_check":false"#
            ),
            .get("/pipeline_type/2", 404),
            .patch("/pipeline_type", #"{"name":"u"}"#, 404)
        )
    }

    private static func id(of response: TestResponse) throws -> Int64 {
        try PipelineSyncResponse.decode(Array(buffer: response.body)).id
    }

    @Test("a repeated request gets its first answer and changes nothing, also when it would be refused by now")
    func refusedByNow() async throws {
        let sync = #"{"name":"p","pipeline_type_name":"first","freshness_number":null}"#
        try await Scenario.run(
            .router,
            .post("/pipeline", sync, 201, contains: #""id":1"#, key: "k"),
            .patch("/pipeline", #"{"id":1,"freshness_number":1,"freshness_datepart":"hour"}"#, 200),
            .patch("/pipeline_type", #"{"id":1,"name":"renamed"}"#, 200),
            // Without the key it would be half a threshold, for a type that would have to be made.
            .post("/pipeline", sync, 422),
            .post("/pipeline", sync, 201, contains: #""id":1"#, key: "k"),
            .get("/pipeline_type", contains: "renamed", lacks: ["first"])
        )
    }

    @Test("two clients that create the same name at once get the same id")
    func creatingAtOnce() async throws {
        try await Scenario.run(.live) { scenario in
            try await withThrowingTaskGroup(of: Int64.self) { group in
                for _ in 0..<32 {
                    group.addTask {
                        let response = try await scenario.client.executeRequest(
                            uri: "/pipeline",
                            method: .post,
                            headers: [:],
                            body: .init(string: Self.sync)
                        )
                        #expect([200, 201].contains(response.status.code))
                        return try PipelineRouteTests.id(of: response)
                    }
                }
                let answers = try await group.reduce(into: Set()) { $0.insert($1) }
                #expect(answers.count == 1)
            }
        }
    }
}
