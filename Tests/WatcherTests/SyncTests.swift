// SPDX-License-Identifier: Apache-2.0

import InMemoryLogging
import Logging
import Testing
import Watcher

struct SyncTests {
    private static let lineage = AddressLineage(
        sourceAddresses: [Address(name: "flights.csv", addressTypeName: "csv", addressTypeGroupName: "file")],
        targetAddresses: [
            Address(
                name: "target.main.flights",
                addressTypeName: "sqlite",
                addressTypeGroupName: "database",
                databaseName: "target",
                schemaName: "main",
                tableName: "flights",
                primaryKey: "id",
                addressMetadata: ["rows": 27_004]
            )
        ]
    )

    private static let config = PipelineConfig(
        pipeline: Pipeline(
            name: "flights",
            pipelineTypeName: "incremental",
            pipelineMetadata: ["owner": "data"],
            freshnessNumber: 2,
            freshnessDatepart: .day,
            timelinessNumber: 30,
            timelinessDatepart: .minute
        ),
        addressLineage: lineage,
        defaultWatermark: .date(year: 2013, month: 1, day: 1),
        nextWatermark: .date(year: 2013, month: 1, day: 2)
    )

    private static func answer(active: Bool = true, loadLineage: Bool = true, watermark: JSONValue = nil)
        -> ScriptedServer.Script
    {
        { request in
            guard request.path == Endpoints.syncPipeline.path else { return nil }
            return .answer(
                200,
                [
                    "id": 7, "active": JSONValue(active), "load_lineage": JSONValue(loadLineage),
                    "watermark": watermark,
                ]
            )
        }
    }

    @Test("a sync sends the whole declaration with the next watermark, then the lineage")
    func sendsTheDeclaration() async throws {
        try await ScriptedServer.run { server in
            let synced = try await server.watcher().syncPipelineConfig(Self.config)
            #expect(synced.pipeline.id == 7)
            #expect(synced.pipeline.active)
            #expect(synced.pipeline.name == "flights")
            #expect(synced.nextWatermark == "2013-01-02")
            #expect(synced.defaultWatermark == "2013-01-01")
            #expect(synced.addressLineage == Self.lineage)
            #expect(server.received.map(\.method) == ["POST", "POST"])
            #expect(server.received.map(\.path) == ["/pipeline", "/address_lineage"])
            #expect(
                server.received[0].body == [
                    "name": "flights", "pipeline_type_name": "incremental", "pipeline_metadata": ["owner": "data"],
                    "freshness_number": 2, "freshness_datepart": "day", "timeliness_number": 30,
                    "timeliness_datepart": "minute", "next_watermark": "2013-01-02",
                ]
            )
            #expect(
                server.received[1].body == [
                    "pipeline_id": 7,
                    "source_addresses": [
                        ["name": "flights.csv", "address_type_name": "csv", "address_type_group_name": "file"]
                    ],
                    "target_addresses": [
                        [
                            "name": "target.main.flights", "address_type_name": "sqlite",
                            "address_type_group_name": "database", "database_name": "target", "schema_name": "main",
                            "table_name": "flights", "primary_key": "id", "address_metadata": ["rows": 27_004],
                        ]
                    ],
                ]
            )
            #expect(server.received.map(\.idempotencyKey) == ["key-1", "key-2"])
            #expect(server.received[0].headers["content-type"] == "application/json")
        }
    }

    @Test("what a declaration leaves out is cleared on the server")
    func clearsWhatIsLeftOut() async throws {
        try await ScriptedServer.run { server in
            let config = PipelineConfig(pipeline: Pipeline(name: "flights", pipelineTypeName: "incremental"))
            _ = try await server.watcher().syncPipelineConfig(config)
            #expect(
                server.received[0].body == [
                    "name": "flights", "pipeline_type_name": "incremental", "pipeline_metadata": nil,
                    "freshness_number": nil, "freshness_datepart": nil, "timeliness_number": nil,
                    "timeliness_datepart": nil, "next_watermark": nil,
                ]
            )
        }
    }

    @Test("the server's watermark counts, and the default one while there is none")
    func choosesTheWatermark() async throws {
        try await ScriptedServer.run(Self.answer(watermark: "2013-01-09")) { server in
            let synced = try await server.watcher().syncPipelineConfig(Self.config)
            #expect(synced.watermark == "2013-01-09")
        }
        try await ScriptedServer.run(Self.answer(watermark: nil)) { server in
            let synced = try await server.watcher().syncPipelineConfig(Self.config)
            #expect(synced.watermark == "2013-01-01")
        }
    }

    @Test("lineage is sent only when the server asks for it and there is some")
    func sendsLineageWhenAsked() async throws {
        try await ScriptedServer.run(Self.answer(loadLineage: false)) { server in
            _ = try await server.watcher().syncPipelineConfig(Self.config)
            #expect(server.received.map(\.path) == ["/pipeline"])
        }
        try await ScriptedServer.run { server in
            var config = Self.config
            config.addressLineage = nil
            _ = try await server.watcher().syncPipelineConfig(config)
            #expect(server.received.map(\.path) == ["/pipeline"])
        }
    }

    @Test("an inactive pipeline gives a warning, no watermark and no lineage call")
    func warnsOfAnInactivePipeline() async throws {
        try await ScriptedServer.run(Self.answer(active: false, watermark: "2013-01-09")) { server in
            let logs = InMemoryLogHandler()
            let synced = try await server.watcher(logs: logs).syncPipelineConfig(Self.config)
            #expect(!synced.pipeline.active)
            #expect(synced.pipeline.id == 7)
            #expect(synced.watermark == nil)
            #expect(synced.nextWatermark == "2013-01-02")
            #expect(server.received.map(\.path) == ["/pipeline"])
            let warnings = logs.entries.filter { $0.level == .warning }
            #expect(warnings.count == 1)
            #expect(warnings.first?.metadata["watcher.pipeline.name"] == "flights")
        }
    }

    @Test("a refused declaration names what the server said")
    func reportsARefusal() async throws {
        let refusal: ScriptedServer.Script = { _ in
            .answer(422, ["detail": [], "message": "name: too long", "code": "validation_error"])
        }
        try await ScriptedServer.run(refusal) { server in
            let error = await #expect(throws: WatcherError.self) {
                try await server.watcher().syncPipelineConfig(Self.config)
            }
            #expect(error?.code == .api)
            #expect(error?.status == 422)
            #expect(error?.serverCode == "validation_error")
            #expect(error?.message.contains("name: too long") == true)
        }
    }

    @Test("an answer of another program is not taken for one of a Watcher server")
    func doubtsStrangeAnswers() async throws {
        try await ScriptedServer.run({ _ in .text(200, "<html>It works!</html>") }) { server in
            let error = await #expect(throws: WatcherError.self) {
                try await server.watcher().syncPipelineConfig(Self.config)
            }
            #expect(error?.code == .api)
            #expect(error?.status == 200)
            #expect(error?.message.contains("Check that the URL is that of a Watcher server") == true)
        }
    }
}
