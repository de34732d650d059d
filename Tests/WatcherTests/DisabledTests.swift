// SPDX-License-Identifier: Apache-2.0

import Configuration
import InMemoryLogging
import Logging
import Testing
import Watcher

struct DisabledTests {
    private let good = ETLResults(completedSuccessfully: true, inserts: 3)

    private static func reader(_ variables: [String: String]) -> ConfigReader {
        ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: variables))
    }

    @Test("with WATCHER_DISABLED the work runs untracked, and no server is needed", arguments: ["1", "true", "YES"])
    func runsUntracked(value: String) async throws {
        let logs = InMemoryLogHandler()
        let watcher = try Watcher(reader: Self.reader(["WATCHER_DISABLED": value]), logger: .recording(logs))
        let synced = try await watcher.syncPipelineConfig(
            PipelineConfig(
                pipeline: Pipeline(name: "flights", pipelineTypeName: "b"),
                defaultWatermark: "from",
                nextWatermark: "to"
            )
        )
        #expect(synced.pipeline.active)
        #expect(synced.pipeline.name == "flights")
        let output = try await watcher.trackPipelineExecution(synced) { context in
            #expect(context.executionID == 0)
            #expect(!context.isTracked)
            #expect(context.pipelineID == 0)
            #expect(context.watermark == "from")
            #expect(context.nextWatermark == "to")
            #expect(WatcherExecutionContext.current == context)
            context.progress(0.5, "half way")
            _ = try await watcher.trackChildPipelineExecution(synced, parentExecutionID: context.executionID) { good }
            return good
        }
        #expect(output == ExecutionResult(executionID: 0, results: self.good))
        #expect(logs.entries.map(\.level) == [.warning, .warning, .warning])
    }

    @Test("an error of untracked work is thrown on, and an inactive pipeline is skipped as ever")
    func behavesAsEver() async throws {
        let watcher = try Watcher("http://127.0.0.1:1", configuration: .init(isEnabled: false))
        let original = IdentifiedError("gone")
        let thrown = await thrownError {
            _ = try await watcher.trackPipelineExecution(pipelineID: 7, active: true) { () -> ETLResults in
                throw original
            }
        }
        #expect(thrown as? IdentifiedError === original)
        let skipped = try await watcher.trackPipelineExecution(pipelineID: 7, active: false) { good }
        #expect(skipped == nil)
    }

    @Test("nothing is sent: what only tells does nothing, what asks throws, and no timer is set")
    func sendsNothing() async throws {
        try await ScriptedServer.run { server in
            let time = ManualTime()
            let watcher = try server.watcher(configuration: .init(isEnabled: false), time: time)
            let id = try await watcher.startPipelineExecution(pipelineID: 7)
            #expect(id == 0)
            try await watcher.endPipelineExecution(executionID: id, self.good)
            try await watcher.updatePipelineNextWatermark(pipelineID: 7, nextWatermark: "b")
            try await watcher.pausePipeline(pipelineID: 7)
            try await watcher.triggerFreshnessCheck()
            try await watcher.triggerTimelinessCheck()
            try await watcher.unflagAnomaly(pipelineID: 7, executionID: 1, metrics: [.inserts])
            _ = try await watcher.trackPipelineExecution(pipelineID: 7, active: true) { good }
            let questions: [() async throws -> Void] = [
                { _ = try await watcher.execution(id: 1) }, { _ = try await watcher.executions() },
                { _ = try await watcher.triggerQueueCheck() },
            ]
            for question in questions {
                let error = await thrownError(question) as? WatcherError
                #expect(error?.code == .disabled)
                #expect(error?.message.contains("WATCHER_DISABLED") == true)
            }
            #expect(server.received.isEmpty)
            #expect(time.timersSet == 0)
        }
    }

    @Test("an untracked execution is nobody's parent")
    func isNoParent() async throws {
        try await ScriptedServer.run { server in
            let (off, on) = (try server.watcher(configuration: .init(isEnabled: false)), try server.watcher())
            _ = try await off.trackPipelineExecution(pipelineID: 1, active: true) {
                _ = try await on.trackPipelineExecution(pipelineID: 2, active: true) { good }
                return good
            }
            #expect(server.received.first?.body == ["pipeline_id": 2, "start_date": "2025-01-10T12:00:00Z"])
        }
    }

    @Test(
        "without WATCHER_DISABLED, or with a value that says no, everything is tracked",
        arguments: [nil, "", "0", "no"]
    )
    func isEnabledOtherwise(value: String?) throws {
        var variables = ["WATCHER_URL": "http://127.0.0.1:1"]
        variables["WATCHER_DISABLED"] = value
        #expect(try Watcher(reader: Self.reader(variables)).configuration.isEnabled)
    }

    @Test("the variable counts for clients too that are given their URL, and so do its faults")
    func heedsTheEnvironment() throws {
        func watcher(_ value: String) throws -> Watcher {
            try Watcher(
                "http://127.0.0.1:1",
                surroundings: ManualTime().surroundings,
                environment: ["WATCHER_DISABLED": value]
            )
        }
        for value in ["1", "TRUE", "yes"] { #expect(try !watcher(value).configuration.isEnabled) }
        for value in ["", "0", "False", "no"] { #expect(try watcher(value).configuration.isEnabled) }
        let error = #expect(throws: WatcherError.self) { try watcher("perhaps") }
        #expect(error?.code == .configuration)
        #expect(error?.message.contains("'perhaps'") == true)
    }

    @Test("a value that says neither yes nor no is refused")
    func refusesOtherValues() {
        let error = #expect(throws: WatcherError.self) {
            try Watcher(reader: Self.reader(["WATCHER_URL": "http://127.0.0.1:1", "WATCHER_DISABLED": "perhaps"]))
        }
        #expect(error?.code == .configuration)
        #expect(error?.message.contains("'perhaps'") == true)
    }
}
