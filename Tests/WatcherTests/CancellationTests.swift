// SPDX-License-Identifier: Apache-2.0

import Testing
import Watcher

struct CancellationTests {
    @Test("a cancelled task is recorded as failed, and the report outlives the cancellation and its retries")
    func reportsCancellation() async throws {
        let script: ScriptedServer.Script = { request in
            request.path == Endpoints.endExecution.path && request.number < 3 ? .answer(503) : nil
        }
        try await ScriptedServer.run(script) { server in
            let watcher = try server.watcher()
            let working = Gate()
            let task = Task {
                try await watcher.trackPipelineExecution(pipelineID: 7, active: true) { _ -> ETLResults in
                    working.open()
                    await Gate().wait()
                    try Task.checkCancellation()
                    return ETLResults(completedSuccessfully: true)
                }
            }
            await working.wait()
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            let ends = server.received(at: Endpoints.endExecution)
            #expect(ends.count == 3)
            #expect(Set(ends.map(\.idempotencyKey)).count == 1)
            #expect(ends.last?.body?["completed_successfully"] == false)
            #expect(ends.last?.body?["execution_metadata"]?["error_type"] == "CancellationError")
        }
    }

    @Test("work that is done when the cancellation comes is recorded as what it is")
    func keepsFinishedWork() async throws {
        try await ScriptedServer.run { server in
            let watcher = try server.watcher()
            let working = Gate()
            let task = Task {
                try await watcher.trackPipelineExecution(pipelineID: 7, active: true) {
                    working.open()
                    await Gate().wait()
                    return ETLResults(completedSuccessfully: true, inserts: 5)
                }
            }
            await working.wait()
            task.cancel()
            let output = try await task.value
            #expect(output?.results.inserts == 5)
            #expect(server.received(at: Endpoints.endExecution).first?.body?["completed_successfully"] == true)
        }
    }

    @Test("a task cancelled before the work sends nothing")
    func sendsNothingWhenCancelledBefore() async throws {
        try await ScriptedServer.run { server in
            let watcher = try server.watcher()
            let cancelled = Gate()
            let task = Task {
                await cancelled.wait()
                return try await watcher.trackPipelineExecution(pipelineID: 7, active: true) {
                    ETLResults(completedSuccessfully: true)
                }
            }
            task.cancel()
            cancelled.open()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(server.received.isEmpty)
        }
    }

    @Test("an execution that the server accepts while the task is cancelled is ended as failed, and nothing runs")
    func endsAnOrphan() async throws {
        let (arrived, released) = (Gate(), Gate())
        let script: ScriptedServer.Script = { request in
            guard request.path == Endpoints.startExecution.path else { return nil }
            arrived.open()
            await released.wait()
            return nil
        }
        try await ScriptedServer.run(script) { server in
            let watcher = try server.watcher()
            let task = Task {
                try await watcher.trackPipelineExecution(pipelineID: 7, active: true) { _ -> ETLResults in
                    Issue.record("the work of a cancelled task ran")
                    return ETLResults(completedSuccessfully: true)
                }
            }
            await arrived.wait()
            task.cancel()
            released.open()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(server.received.map(\.path) == ["/start_pipeline_execution", "/end_pipeline_execution"])
            #expect(server.received.last?.body?["id"] == 101)
            #expect(server.received.last?.body?["completed_successfully"] == false)
            #expect(server.received.last?.body?["execution_metadata"]?["error_type"] == "CancellationError")
        }
    }

    @Test("a start that fails is not tried again once the task is cancelled")
    func stopsRetryingTheStart() async throws {
        let (arrived, released) = (Gate(), Gate())
        let script: ScriptedServer.Script = { _ in
            arrived.open()
            await released.wait()
            return .answer(503)
        }
        try await ScriptedServer.run(script) { server in
            let watcher = try server.watcher()
            let task = Task {
                try await watcher.trackPipelineExecution(pipelineID: 7, active: true) {
                    ETLResults(completedSuccessfully: true)
                }
            }
            await arrived.wait()
            task.cancel()
            released.open()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(server.received.count == 1)
        }
    }

    @Test("cancellation ends the wait between two attempts")
    func endsTheWait() async throws {
        try await ScriptedServer.run({ _ in .answer(503) }) { server in
            let waiting = Gate()
            var surroundings = ManualTime().surroundings
            surroundings.sleep = { _ in
                waiting.open()
                await Gate().wait()
                try Task.checkCancellation()
            }
            let watcher = try Watcher(server.url, surroundings: surroundings)
            let task = Task {
                try await watcher.trackPipelineExecution(pipelineID: 7, active: true) {
                    ETLResults(completedSuccessfully: true)
                }
            }
            await waiting.wait()
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(server.received.count == 1)
        }
    }

    @Test("a cancelled sync gives up at once")
    func cancelsSync() async throws {
        let arrived = Gate()
        let script: ScriptedServer.Script = { _ in
            arrived.open()
            return .silence
        }
        try await ScriptedServer.run(script) { server in
            let watcher = try server.watcher(configuration: .init(requestTimeout: .seconds(600)))
            let task = Task {
                try await watcher.syncPipelineConfig(.init(pipeline: .init(name: "a", pipelineTypeName: "b")))
            }
            await arrived.wait()
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
    }
}
