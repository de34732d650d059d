// SPDX-License-Identifier: Apache-2.0

import Testing
import Watcher

struct NestingTests {
    private static func parents(_ server: ScriptedServer) -> [Int64?] {
        server.received(at: Endpoints.startExecution).map { $0.body?["parent_id"]?.integer }
    }

    @Test("an execution tracked within another one becomes its child, at any depth")
    func inheritsTheEnclosingExecution() async throws {
        try await ScriptedServer.run { server in
            let watcher = try server.watcher()
            _ = try await watcher.trackPipelineExecution(pipelineID: 1, active: true) { outer in
                #expect(WatcherExecutionContext.current == outer)
                _ = try await watcher.trackPipelineExecution(pipelineID: 2, active: true) {
                    _ = try await watcher.trackPipelineExecution(pipelineID: 3, active: true) {
                        ETLResults(completedSuccessfully: true)
                    }
                    return ETLResults(completedSuccessfully: true)
                }
                #expect(WatcherExecutionContext.current == outer)
                return ETLResults(completedSuccessfully: true)
            }
            #expect(WatcherExecutionContext.current == nil)
            #expect(Self.parents(server) == [nil, 101, 102])
        }
    }

    @Test("child tasks see the enclosing execution too")
    func inheritsInChildTasks() async throws {
        try await ScriptedServer.run { server in
            let watcher = try server.watcher()
            _ = try await watcher.trackPipelineExecution(pipelineID: 1, active: true) {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 1...3 {
                        group.addTask {
                            _ = try await watcher.trackPipelineExecution(pipelineID: 2, active: true) {
                                ETLResults(completedSuccessfully: true)
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                return ETLResults(completedSuccessfully: true)
            }
            #expect(Self.parents(server) == [nil, 101, 101, 101])
        }
    }

    @Test("an explicit parent counts more than the enclosing execution")
    func prefersAnExplicitParent() async throws {
        try await ScriptedServer.run { server in
            let watcher = try server.watcher()
            _ = try await watcher.trackPipelineExecution(pipelineID: 1, active: true) {
                _ = try await watcher.trackPipelineExecution(pipelineID: 2, active: true, parentExecutionID: 55) {
                    ETLResults(completedSuccessfully: true)
                }
                return ETLResults(completedSuccessfully: true)
            }
            #expect(Self.parents(server) == [nil, 55])
        }
    }

    @Test("inheritsParent: false makes an execution without a parent")
    func leavesTheEnclosingExecution() async throws {
        try await ScriptedServer.run { server in
            let watcher = try server.watcher()
            _ = try await watcher.trackPipelineExecution(pipelineID: 1, active: true) {
                _ = try await watcher.trackPipelineExecution(pipelineID: 2, active: true, inheritsParent: false) {
                    ETLResults(completedSuccessfully: true)
                }
                return ETLResults(completedSuccessfully: true)
            }
            #expect(Self.parents(server) == [nil, nil])
        }
    }

    @Test("an execution of another server is no parent here")
    func doesNotInheritAcrossServers() async throws {
        try await ScriptedServer.run { first in
            try await ScriptedServer.run { second in
                let (one, other) = (try first.watcher(), try second.watcher())
                _ = try await one.trackPipelineExecution(pipelineID: 1, active: true) {
                    _ = try await other.trackPipelineExecution(pipelineID: 2, active: true) {
                        ETLResults(completedSuccessfully: true)
                    }
                    return ETLResults(completedSuccessfully: true)
                }
                #expect(Self.parents(second) == [nil])
            }
        }
    }
}
