// SPDX-License-Identifier: Apache-2.0

import Testing
import Watcher

struct ReadingTests {
    private static let execution: JSONValue = [
        "id": 101, "parent_id": nil, "pipeline_id": 7, "pipeline_name": "flights", "status": "succeeded",
        "start_date": "2025-01-10T12:00:00Z", "end_date": "2025-01-10T12:00:02Z", "duration_seconds": 2,
        "completed_successfully": true, "inserts": 5, "updates": nil, "soft_deletes": nil, "total_rows": 5,
        "watermark": "a", "next_watermark": "b", "execution_metadata": ["x": 1], "anomaly_flags": nil,
        "throughput": 2.5,
        "child_executions": [
            [
                "id": 102, "parent_id": 101, "pipeline_id": 8, "start_date": "2025-01-10T12:00:01Z", "end_date": nil,
                "child_executions": [],
            ]
        ],
    ]

    @Test("an execution is read with its children")
    func readsOne() async throws {
        try await ScriptedServer.run({ _ in .answer(200, Self.execution) }) { server in
            let execution = try await server.watcher().execution(id: 101, depth: 3)
            #expect(execution.id == 101)
            #expect(execution.pipelineName == "flights")
            #expect(execution.status == .succeeded)
            #expect(execution.throughput == 2.5)
            #expect(execution.childExecutions.map(\.id) == [102])
            #expect(execution.childExecutions.first?.status == .running)
            let request = try #require(server.received.first)
            #expect(request.method == "GET")
            #expect(request.path == "/pipeline_execution/101")
            #expect(request.query == "depth=3")
            #expect(request.idempotencyKey == nil)
            #expect(request.body == nil)
        }
    }

    @Test("without a depth none is sent, and a missing execution is an error with its status")
    func reportsAMissingOne() async throws {
        try await ScriptedServer.run { server in
            let error = await #expect(throws: WatcherError.self) { try await server.watcher().execution(id: 1) }
            #expect(error?.status == 404)
            #expect(error?.serverCode == "not_found")
            #expect(server.received.first?.query == nil)
        }
    }

    @Test("a page is asked for with every filter, and texts are escaped")
    func readsAPage() async throws {
        try await ScriptedServer.run({ _ in .answer(200, ["data": [Self.execution], "next_cursor": "next=="]) }) {
            server in
            let page = try await server.watcher().executions(
                pipelineID: 7,
                pipelineName: "a b&c=ü+/?%",
                status: .failed,
                parentID: 3,
                since: WireTimestamp("2025-01-10"),
                until: WireTimestamp("2025-01-11T00:00:00.5Z"),
                limit: 20,
                cursor: "abc=="
            )
            #expect(page.data.map(\.id) == [101])
            #expect(page.nextCursor == "next==")
            #expect(server.received.first?.path == "/pipeline_execution")
            #expect(
                server.received.first?.query?.split(separator: "&").map(String.init) == [
                    "pipeline_id=7", "pipeline_name=a%20b%26c%3D%C3%BC%2B%2F%3F%25", "status=failed", "parent_id=3",
                    "since=2025-01-10T00%3A00%3A00Z", "until=2025-01-11T00%3A00%3A00.500000Z", "limit=20",
                    "cursor=abc%3D%3D",
                ]
            )
        }
    }

    @Test("a limit that no page has is refused and not sent", arguments: [0, 1001])
    func boundsPages(limit: Int) async throws {
        try await ScriptedServer.run { server in
            let error = await #expect(throws: WatcherError.self) { try await server.watcher().executions(limit: limit) }
            #expect(error?.code == .validation)
            #expect(server.received.isEmpty)
        }
    }

    private static let pipeline: JSONValue = [
        "id": 7, "name": "flights", "pipeline_type_id": 3, "watermark": "a", "next_watermark": nil,
        "pipeline_metadata": ["owner": "me"], "last_target_insert": "2025-01-10T12:00:00Z", "last_target_update": nil,
        "last_target_soft_delete": nil, "freshness_number": 2, "freshness_datepart": "hour",
        "mute_freshness_check": true, "timeliness_number": nil, "timeliness_datepart": nil,
        "mute_timeliness_check": false, "load_lineage": false, "active": true, "input_hash": "h",
        "created_at": "2025-01-01T00:00:00Z", "updated_at": nil,
    ]

    @Test("a pipeline is read, and so are all of them, without losing a field")
    func readsPipelines() async throws {
        let script: ScriptedServer.Script = { request in
            .answer(200, request.path == Endpoints.pipelines.path ? [Self.pipeline, Self.pipeline] : Self.pipeline)
        }
        try await ScriptedServer.run(script) { server in
            let watcher = try server.watcher()
            let pipeline = try await watcher.pipeline(id: 7)
            #expect(pipeline.name == "flights")
            #expect(pipeline.active)
            #expect(pipeline.freshness == .init(number: 2, datepart: .hour, mute: true))
            #expect(try JSONParser.parse(pipeline.json) == Self.pipeline)
            #expect(try await watcher.pipelines() == [pipeline, pipeline])
            #expect(server.received.map { "\($0.method) \($0.path)" } == ["GET /pipeline/7", "GET /pipeline"])
        }
    }

    @Test("a list of pipelines that is none is an error")
    func refusesOtherLists() async throws {
        try await ScriptedServer.run({ _ in .answer(200, ["data": []]) }) { server in
            let error = await #expect(throws: WatcherError.self) { try await server.watcher().pipelines() }
            #expect(error?.code == .api)
            #expect(error?.message.contains("not a JSON array") == true)
        }
    }

    @Test("a read is tried again like everything else")
    func retries() async throws {
        try await ScriptedServer.run({ $0.number == 1 ? .breaksOff : .answer(200, ["data": [], "next_cursor": nil]) }) {
            server in
            let page = try await server.watcher().executions()
            #expect(page == ExecutionPage(data: [], nextCursor: nil))
            #expect(server.received.count == 2)
        }
    }
}
