// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import NIOHTTP1
import Watcher
import WatcherWire

/// What the examples of the guide run against.
struct GuideServer: Sendable {
    let process: ServerProcess
    let watcher: Watcher

    /// Starts a server, and lends it with a client that does not wait long before it gives up.
    static func with(_ body: (Self) async throws -> Void) async throws {
        try await withServer { process in
            let retries = Watcher.RetryPolicy(maximumAttempts: 2, initialDelay: .milliseconds(1))
            let watcher = try Watcher(process.url, configuration: .init(retries: retries))
            try await body(Self(process: process, watcher: watcher))
        }
    }

    /// A pipeline of this name, synced.
    func synced(_ name: String = "flights") async throws -> SyncedPipelineConfig {
        try await self.watcher.syncPipelineConfig(Self.config(name))
    }

    /// The configuration of a pipeline of this name.
    static func config(_ name: String) -> PipelineConfig {
        PipelineConfig(pipeline: Pipeline(name: name, pipelineTypeName: "test"))
    }

    /// All executions that the server has, newest first.
    func executions() async throws -> [ExecutionResponse] {
        try await self.watcher.executions().data
    }

    /// The metadata of the newest execution.
    func newestMetadata() async throws -> JSONValue? {
        try await self.executions().first?.executionMetadata.map { try JSONParser.parse(Array($0.utf8)) }
    }

    /// Switches a pipeline off.
    func deactivate(_ synced: SyncedPipelineConfig) async throws {
        let body = #"{"id": \#(synced.pipeline.id), "active": false}"#
        try await TestClient.with(self.process.url) { client in
            let path = Endpoints.patchPipeline.path
            let response = try await client.send(.PATCH, path, body: .bytes(Array(body.utf8)), key: nil)
            guard response.status == 200 else { throw UnexpectedAnswer(response: response) }
        }
    }
}

/// An error as the work of a pipeline throws it.
struct SourceUnavailable: Error, Equatable {}
