// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Subprocess
import Testing
import WatcherWire

@testable import WatcherCommand

@Suite("watcher serve")
struct ServeTests {
    @Test("SIGTERM lets a request that has begun end well, then the process ends with 0")
    func terminationDrains() async throws {
        try await withTemporaryFolder { folder in
            let database = "sqlite:\(folder)/drain.sqlite"
            let drained = try await withServer(database: database) { server in
                try await TestClient.with(server.url) { client in
                    let pipeline = try await client.pipeline("drained")
                    return try await Self.startAcrossTermination(of: server, client, pipeline: pipeline)
                }
            }
            #expect(drained.value.status == 201)
            #expect(drained.status == .exited(0))
            #expect(drained.log.contains { $0.contains("sqlite writer: ") && $0.contains(" commits") })
            try await withServer(database: database) { server in
                let executions = try await TestClient.with(server.url) { try await $0.executions() }
                #expect(executions.map(\.id) == [drained.value.id])
            }
        }
    }

    /// Begins a request, has the server told to end, waits until it takes no more connections, and sends the rest.
    private static func startAcrossTermination(
        of server: ServerProcess,
        _ client: TestClient,
        pipeline: Int64
    ) async throws -> TestClient.Response {
        let (parts, continuation) = AsyncStream<ByteBuffer>.makeStream()
        let asked = Counter()
        let body = AsyncStream<ByteBuffer> {
            asked.increment()
            for await part in parts { return part }
            return nil
        }
        return try await withThrowingTaskGroup { group in
            group.addTask {
                try await client.send(
                    .POST,
                    Endpoints.startExecution.path,
                    body: .stream(body, length: .unknown),
                    key: nil
                )
            }
            continuation.yield(ByteBuffer(string: #"{"pipeline_id": "#))
            // The client asks for more when it has sent what it had.
            try await poll("the first part to be sent") { asked.count > 1 ? true : nil }
            // Servers take connections in order: when a later one is answered, the first one has been taken.
            #expect(try await client.get(Endpoints.live.path).status == 200)
            try server.terminate()
            try await poll("the server to take no more connections") {
                try await TestClient.with(server.url) { late in
                    (try? await late.get(Endpoints.live.path)) == nil ? true : nil
                }
            }
            continuation.yield(ByteBuffer(string: "\(pipeline)}"))
            continuation.finish()
            guard let response = try await group.next() else { throw CancellationError() }
            return response
        }
    }

    @Test(
        "a setting that cannot be used is named in one sentence",
        arguments: [
            (["--port", "many"], "many"),
            (["--port", "70000"], "70000"),
            (["--port", "-1"], "--port"),
            (["--nonsense"], "--nonsense"),
            (["stray"], "stray"),
            (["--host", "no.such.host.invalid", "--port", "0", "--database", ":memory:"], "no.such.host.invalid"),
            (["--port", "0", "--database", "mongodb://here"], "mongodb://here"),
            (["--port", "0", "--database", "sqlite:/nowhere/to/be/found.sqlite"], "/nowhere/to/be/found.sqlite"),
            (["--port", "0", "--database", "sqlite:/"], "/"),
        ] as [([String], String)]
    )
    func badSettings(arguments: [String], named: String) async throws {
        try await expectRefusal(["serve"] + arguments, naming: [named])
    }

    @Test("a file that is no database is refused and left as it was")
    func notADatabase() async throws {
        try await withTemporaryFolder { folder in
            let path = "\(folder)/letter.sqlite"
            let text = String(repeating: "Dear reader, this is not a database. ", count: 100)
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            try await expectRefusal(["serve", "--port", "0", "--database", "sqlite:\(path)"], naming: [path])
            #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
        }
    }

    @Test("a second server on the same port says that the port is taken")
    func portTaken() async throws {
        try await withServer { server in
            let port = try #require(server.url.split(separator: ":").last.map(String.init))
            try await expectRefusal(["serve", "--port", port, "--database", ":memory:"], naming: [port])
        }
    }

    @Test("--help explains every setting, with its default")
    func help() async throws {
        let result = try await Binary.run(["serve", "--help"], environment: ["COLUMNS": "400"])
        #expect(result.status == .exited(0))
        for entry in Settings.all {
            let line = result.output.split(separator: "\n").first { $0.contains("--\(entry.optionName) <") }
            let isThere = line != nil || result.output.contains("--\(entry.optionName)/--no-\(entry.optionName)")
            #expect(isThere, "\(entry.optionName) is missing in:\n\(result.output)")
            #expect(result.output.contains(entry.meaning))
        }
        for words in ["(default: 8000)", "sqlite::memory:", "--config <file>", "--print-config"] {
            #expect(result.output.contains(words), "\(words) is missing in:\n\(result.output)")
        }
    }
}
