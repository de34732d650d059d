// SPDX-License-Identifier: Apache-2.0

import InMemoryLogging
import Logging
import Testing
import Watcher

struct OrchestrationTests {
    private static let airflow = ["AIRFLOW_CTX_DAG_ID": "flights", "AIRFLOW_CTX_TASK_ID": "load"]
    private static let reported: JSONValue = ["orchestrator": "airflow", "dag_id": "flights", "task_id": "load"]
    private static let traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    private static let config = PipelineConfig(pipeline: .init(name: "flights", pipelineTypeName: "extraction"))

    private static func watcher(
        _ server: ScriptedServer,
        _ environment: [String: String],
        isOn: Bool = true,
        logs: InMemoryLogHandler = InMemoryLogHandler()
    ) throws -> Watcher {
        let configuration = Watcher.Configuration(requestTimeout: .seconds(120), readsOrchestration: isOn)
        return try Watcher(
            server.url,
            configuration: configuration,
            logger: .recording(logs),
            surroundings: ManualTime().surroundings,
            environment: environment
        )
    }

    private static func metadata(_ server: ScriptedServer) -> [JSONValue?] {
        server.received(at: Endpoints.endExecution).map { $0.body?["execution_metadata"] }
    }

    @Test("the orchestrator is in the metadata of executions, of failed ones too, beside what the work says")
    func reportsTheOrchestrator() async throws {
        try await ScriptedServer.run { server in
            let watcher = try Self.watcher(server, Self.airflow)
            _ = try await watcher.trackPipelineExecution(pipelineID: 1, active: true) {
                ETLResults(completedSuccessfully: true)
            }
            _ = try await watcher.trackPipelineExecution(pipelineID: 1, active: true) {
                ETLResults(completedSuccessfully: true, executionMetadata: ["own": 1])
            }
            await #expect(throws: IdentifiedError.self) {
                try await watcher.trackPipelineExecution(pipelineID: 1, active: true) { () -> ETLResults in
                    throw IdentifiedError("broken")
                }
            }
            #expect(
                Self.metadata(server) == [
                    ["orchestration": Self.reported], ["own": 1, "orchestration": Self.reported],
                    [
                        "error_type": "IdentifiedError", "error": "broken", "orchestration": Self.reported,
                    ],
                ]
            )
        }
    }

    @Test("what the work itself says under that key stays")
    func keepsTheWorksOwn() async throws {
        try await ScriptedServer.run { server in
            let watcher = try Self.watcher(server, Self.airflow)
            _ = try await watcher.trackPipelineExecution(pipelineID: 1, active: true) {
                ETLResults(completedSuccessfully: true, executionMetadata: ["orchestration": nil])
            }
            #expect(Self.metadata(server) == [["orchestration": nil]])
        }
    }

    @Test("switched off, nothing of the environment is used")
    func canBeSwitchedOff() async throws {
        try await ScriptedServer.run { server in
            let environment = ["WATCHER_PARENT_EXECUTION_ID": "55", "TRACEPARENT": Self.traceparent]
            let watcher = try Self.watcher(server, Self.airflow.merging(environment) { $1 }, isOn: false)
            _ = try await watcher.trackPipelineExecution(pipelineID: 1, active: true) {
                ETLResults(completedSuccessfully: true)
            }
            #expect(Self.metadata(server) == [nil])
            #expect(server.received(at: Endpoints.startExecution).map { $0.body?["parent_id"] } == [nil])
            #expect(server.received.allSatisfy { $0.headers["traceparent"] == nil })
        }
    }

    @Test("the environment's parent is that of executions that have neither a given nor an enclosing one")
    func inheritsTheParent() async throws {
        try await ScriptedServer.run { server in
            let watcher = try Self.watcher(server, ["WATCHER_PARENT_EXECUTION_ID": "55"])
            _ = try await watcher.trackPipelineExecution(pipelineID: 1, active: true) {
                _ = try await watcher.trackPipelineExecution(pipelineID: 2, active: true) {
                    ETLResults(completedSuccessfully: true)
                }
                return ETLResults(completedSuccessfully: true)
            }
            _ = try await watcher.trackPipelineExecution(pipelineID: 1, active: true, parentExecutionID: 7) {
                ETLResults(completedSuccessfully: true)
            }
            _ = try await watcher.trackPipelineExecution(pipelineID: 1, active: true, inheritsParent: false) {
                ETLResults(completedSuccessfully: true)
            }
            let parents = server.received(at: Endpoints.startExecution).map { $0.body?["parent_id"]?.integer }
            #expect(parents == [55, 101, 7, nil])
        }
    }

    @Test("where WATCHER_URL names another server, its parent is none of this one's")
    func ignoresParentsOfOtherServers() async throws {
        try await ScriptedServer.run { server in
            for url in ["", " \(server.url.uppercased())/ ", "http://127.0.0.1:1", "no URL"] {
                let watcher = try Self.watcher(
                    server,
                    ["WATCHER_PARENT_EXECUTION_ID": "55", "WATCHER_URL": url]
                )
                _ = try await watcher.trackPipelineExecution(pipelineID: 1, active: true) {
                    ETLResults(completedSuccessfully: true)
                }
            }
            let parents = server.received(at: Endpoints.startExecution).map { $0.body?["parent_id"]?.integer }
            #expect(parents == [55, 55, nil, nil])
        }
    }

    @Test(
        "a parent that is no id is ignored with a warning",
        arguments: ["x", "0", "-1", "1.5", "9223372036854775808"]
    )
    func ignoresBadParents(text: String) async throws {
        try await ScriptedServer.run { server in
            let logs = InMemoryLogHandler()
            let watcher = try Self.watcher(server, ["WATCHER_PARENT_EXECUTION_ID": text], logs: logs)
            _ = try await watcher.trackPipelineExecution(pipelineID: 1, active: true) {
                ETLResults(completedSuccessfully: true)
            }
            #expect(server.received(at: Endpoints.startExecution).map { $0.body?["parent_id"]?.integer } == [nil])
            #expect(
                logs.entries.contains {
                    $0.level == .warning && "\($0.message)".contains("WATCHER_PARENT_EXECUTION_ID")
                }
            )
        }
    }

    @Test("the environment's trace goes along with every request")
    func sendsTheTrace() async throws {
        try await ScriptedServer.run { server in
            let watcher = try Self.watcher(server, ["TRACEPARENT": Self.traceparent])
            _ = try await watcher.trackPipelineExecution(pipelineID: 1, active: true) {
                ETLResults(completedSuccessfully: true)
            }
            #expect(server.received.map { $0.headers["traceparent"] } == [Self.traceparent, Self.traceparent])
        }
    }

    @Test(
        "a trace that is none is ignored with a warning",
        arguments: [
            "x", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7", "\(traceparent)-more",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\nX-Evil: 1",
        ]
    )
    func ignoresBadTraces(text: String) async throws {
        try await ScriptedServer.run { server in
            let logs = InMemoryLogHandler()
            try await Self.watcher(server, ["TRACEPARENT": text], logs: logs).ping()
            #expect(server.received.map { $0.headers["traceparent"] } == [nil])
            #expect(logs.entries.contains { $0.level == .warning && "\($0.message)".contains("TRACEPARENT") })
        }
    }

    @Test("an orchestrated pipeline is declared before each execution, and reports its context")
    func executes() async throws {
        let script: ScriptedServer.Script = { request in
            guard request.path == Endpoints.syncPipeline.path else { return nil }
            let watermark = JSONValue("2025-01-0\(request.number)")
            return .answer(200, ["id": 7, "active": true, "load_lineage": false, "watermark": watermark])
        }
        try await ScriptedServer.run(script) { server in
            let context = OrchestrationContext(
                orchestrator: .init("luigi"),
                runID: "r1",
                partitionKey: "2025-01-01",
                details: ["tenant": "a"]
            )
            let etl = OrchestratedETL(
                watcher: try Self.watcher(server, Self.airflow),
                config: Self.config,
                context: context
            )
            #expect(etl.context == context)
            for number in 1...2 {
                let output = try await etl.executeETL(parentExecutionID: 9) { context in
                    #expect(context.pipelineID == 7)
                    #expect(context.watermark?.description == "2025-01-0\(number)")
                    return ETLResults(completedSuccessfully: true, inserts: number)
                }
                #expect(output?.executionID == Int64(100 + number))
                #expect(output?.results.inserts == number)
            }
            let starts = server.received(at: Endpoints.startExecution)
            #expect(starts.map { $0.body?["parent_id"]?.integer } == [9, 9])
            let reported: JSONValue = [
                "orchestrator": "luigi", "run_id": "r1", "partition_key": "2025-01-01", "tenant": "a",
            ]
            #expect(Self.metadata(server) == [["orchestration": reported], ["orchestration": reported]])
        }
    }

    @Test("a parent execution is begun and ended by hand, with the environment's parent and context")
    func beginsAndEndsParents() async throws {
        try await ScriptedServer.run { server in
            let environment = Self.airflow.merging(["WATCHER_PARENT_EXECUTION_ID": "55"]) { $1 }
            let etl = OrchestratedETL(watcher: try Self.watcher(server, environment), config: Self.config)
            let id = try #require(try await etl.startParentExecution())
            #expect(server.received(at: Endpoints.endExecution).isEmpty)
            try await etl.endParentExecution(
                id,
                ETLResults(completedSuccessfully: true, inserts: 3, executionMetadata: ["children": 2])
            )
            #expect(server.received(at: Endpoints.startExecution).map { $0.body?["parent_id"]?.integer } == [55])
            let end = try #require(server.received(at: Endpoints.endExecution).first?.body)
            #expect(end["id"]?.integer == id)
            #expect(end["inserts"] == 3)
            #expect(end["execution_metadata"] == ["children": 2, "orchestration": Self.reported])
        }
    }

    @Test("an inactive pipeline begins no parent and runs nothing")
    func skipsInactivePipelines() async throws {
        let script: ScriptedServer.Script = { request in
            .answer(200, ["id": 7, "active": false, "load_lineage": false, "watermark": nil])
        }
        try await ScriptedServer.run(script) { server in
            let logs = InMemoryLogHandler()
            let etl = OrchestratedETL(watcher: try Self.watcher(server, [:], logs: logs), config: Self.config)
            #expect(try await etl.startParentExecution() == nil)
            let output = try await etl.executeETL { _ in ETLResults(completedSuccessfully: true) }
            #expect(output == nil)
            #expect(server.received.allSatisfy { $0.path == Endpoints.syncPipeline.path })
            #expect(logs.entries.contains { $0.level == .warning })
        }
    }
}
