// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import NIOHTTP1
import Testing
import Watcher
import WatcherWire

@Suite("Heartbeats of the library, on a real server")
struct ClientHeartbeatTests {
    @Test("who looks at a running execution sees its progress, and its end is that of its results")
    func progressIsSeen() async throws {
        try await GuideServer.with { server in
            let watcher = try Watcher(
                server.process.url,
                configuration: .init(heartbeats: .every(.milliseconds(100), lease: .seconds(60)))
            )
            let output = try await GuideExamples.progress(watcher, server.synced(), ["a.csv", "B.csv"]) { file in
                guard file == "B.csv" else { return 4000 }
                let heartbeat = try await poll("a heartbeat of the second file") {
                    let heartbeat = try await watcher.executions(status: .running).data.first?.heartbeat
                    return heartbeat?.progress == 0.5 ? heartbeat : nil
                }
                #expect(heartbeat.message == "loads B.csv (inserts: 4000)")
                return 5000
            }
            let logged = try await watcher.execution(id: try #require(output).executionID)
            #expect(logged.status == .succeeded)
            #expect(logged.inserts == 9000)
        }
    }

    @Test("the server says of an execution that it does not know what the library listens for")
    func unknownExecution() async throws {
        try await GuideServer.with { server in
            try await TestClient.with(server.process.url) { client in
                let path = Endpoints.heartbeat.path(id: 4711)
                let answer = try await client.send(.POST, path, body: .bytes(HeartbeatRequest().json), key: nil)
                #expect(answer.status == 404)
                #expect(answer.json?["message"] == "Pipeline execution not found")
            }
        }
    }
}
