// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import InMemoryLogging
import Logging
import Testing
import Watcher

struct RetryTests {
    private static let config = PipelineConfig(pipeline: Pipeline(name: "a", pipelineTypeName: "b"))
    private static let synced: JSONValue = ["id": 7, "active": true, "load_lineage": false, "watermark": nil]

    @Test("an answer that may be better next time is asked for again", arguments: [408, 429, 500, 502, 503, 504, 599])
    func retries(status: Int) async throws {
        try await ScriptedServer.run({ $0.number < 3 ? .answer(status) : .answer(200, Self.synced) }) { server in
            let time = ManualTime()
            let synced = try await server.watcher(time: time).syncPipelineConfig(Self.config)
            #expect(synced.pipeline.id == 7)
            #expect(server.received.count == 3)
            #expect(time.waits == [.milliseconds(500), .seconds(1)])
        }
    }

    @Test(
        "any other answer is final",
        arguments: [
            (301, "api"), (400, "api"), (401, "authentication"), (403, "authentication"), (404, "api"),
            (405, "api"), (409, "api"), (413, "api"), (422, "api"),
        ]
    )
    func doesNotRetry(status: Int, code: String) async throws {
        try await ScriptedServer.run({ _ in .answer(status, location: "https://elsewhere") }) { server in
            let time = ManualTime()
            let error = await #expect(throws: WatcherError.self) {
                try await server.watcher(time: time).syncPipelineConfig(Self.config)
            }
            #expect(error?.status == status)
            #expect(error?.code.description == code)
            #expect(server.received.count == 1)
            #expect(time.waits.isEmpty)
        }
    }

    @Test("all attempts of one request have one idempotency key and one body, and another request has another key")
    func keepsTheKey() async throws {
        try await ScriptedServer.run({ $0.number < 3 ? .breaksOff : nil }) { server in
            _ = try await server.watcher().trackPipelineExecution(pipelineID: 7, active: true) {
                ETLResults(completedSuccessfully: true)
            }
            let starts = server.received(at: Endpoints.startExecution)
            let ends = server.received(at: Endpoints.endExecution)
            #expect(starts.map(\.idempotencyKey) == ["key-1", "key-1", "key-1"])
            #expect(ends.map(\.idempotencyKey) == ["key-2", "key-2", "key-2"])
            #expect(Set(starts.map(\.body)).count == 1)
            #expect(Set(ends.map(\.body)).count == 1)
        }
    }

    @Test("after five attempts the last answer is thrown")
    func givesUp() async throws {
        try await ScriptedServer.run({ _ in .answer(503, ["detail": "busy", "message": "busy", "code": "busy"]) }) {
            server in
            let (time, logs) = (ManualTime(), InMemoryLogHandler())
            let error = await #expect(throws: WatcherError.self) {
                try await server.watcher(time: time, logs: logs).syncPipelineConfig(Self.config)
            }
            #expect(error?.status == 503)
            #expect(error?.serverCode == "busy")
            #expect(error?.message.contains("after 5 attempts") == true)
            #expect(server.received.count == 5)
            #expect(time.waits == [.milliseconds(500), .seconds(1), .seconds(2), .seconds(4)])
            #expect(logs.entries.map(\.level) == [.info, .info, .info, .info])
            #expect(logs.entries.first?.metadata["watcher.attempt"] == "1")
        }
    }

    @Test("how often and how long is for the configuration to say")
    func obeysTheConfiguration() async throws {
        try await ScriptedServer.run({ _ in .answer(503) }) { server in
            let time = ManualTime(chance: 1)
            let policy = Watcher.RetryPolicy(
                maximumAttempts: 4,
                initialDelay: .seconds(10),
                maximumDelay: .seconds(15),
                jitter: 0.5
            )
            await #expect(throws: WatcherError.self) {
                try await server.watcher(configuration: .init(retries: policy), time: time)
                    .syncPipelineConfig(Self.config)
            }
            #expect(time.waits == [.seconds(5), .milliseconds(7500), .milliseconds(7500)])
        }
    }

    @Test(
        "the server's Retry-After counts, up to the limit",
        arguments: [
            ("7", Duration.seconds(7)), ("0", .zero), ("86400", .seconds(60)),
            ("Fri, 10 Jan 2025 12:00:09 GMT", .seconds(9)), ("Fri, 10 Jan 2025 11:00:00 GMT", .zero),
            ("soon", .milliseconds(500)),
        ]
    )
    func obeysRetryAfter(field: String, wait: Duration) async throws {
        let script: ScriptedServer.Script = {
            $0.number == 1 ? .answer(429, retryAfter: field) : .answer(200, Self.synced)
        }
        try await ScriptedServer.run(script) { server in
            let time = ManualTime()
            _ = try await server.watcher(time: time).syncPipelineConfig(Self.config)
            #expect(time.waits == [wait])
        }
    }

    @Test("a server that is not there is asked five times, and the error says where it was looked for")
    func reportsAMissingServer() async throws {
        let url = try await ScriptedServer.run { $0.url }
        let time = ManualTime()
        let watcher = try Watcher(url, surroundings: time.surroundings)
        let error = await #expect(throws: WatcherError.self) { try await watcher.syncPipelineConfig(Self.config) }
        #expect(error?.code == .network)
        #expect(error?.message.contains(url) == true)
        #expect(error?.message.contains("after 5 attempts") == true)
        #expect(time.waits.count == 4)
    }

    @Test(
        "a server that never answers, or never ends its answer, is given up after the time limit",
        arguments: [ScriptedReply.silence, .stalls]
    )
    func timesOut(reply: ScriptedReply) async throws {
        try await ScriptedServer.run({ _ in reply }) { server in
            let time = ManualTime()
            let configuration = Watcher.Configuration(
                requestTimeout: .milliseconds(100),
                retries: .init(maximumAttempts: 2)
            )
            let error = await #expect(throws: WatcherError.self) {
                try await server.watcher(configuration: configuration, time: time).syncPipelineConfig(Self.config)
            }
            #expect(error?.code == .network)
            #expect(error?.message.contains("after 2 attempts: no answer within 0.1 seconds") == true)
            #expect(time.waits.count == 1)
        }
    }

    @Test("an answer that is too large is refused, once")
    func boundsAnswers() async throws {
        try await ScriptedServer.run({ _ in .text(200, String(repeating: " ", count: 2000)) }) { server in
            let error = await #expect(throws: WatcherError.self) {
                try await server.watcher(configuration: .init(maximumAnswerSize: 1000)).syncPipelineConfig(Self.config)
            }
            #expect(error?.message.contains("larger than 1000 bytes") == true)
            #expect(server.received.count == 1)
        }
    }

    @Test("an HTTP client of one's own is used")
    func usesAnOwnClient() async throws {
        try await ScriptedServer.run { server in
            let client = HTTPClient()
            try await client.shutdown()
            let error = await #expect(throws: WatcherError.self) {
                try await server.watcher(configuration: .init(httpClient: client)).syncPipelineConfig(Self.config)
            }
            #expect(error?.code == .network)
            #expect(error?.message.contains("alreadyShutdown") == true)
            #expect(server.received.isEmpty)
        }
    }

    @Test("a redirect is not followed, and the error says where it leads")
    func doesNotFollowRedirects() async throws {
        try await ScriptedServer.run({ _ in .answer(308, location: "https://new.example.com") }) { server in
            let error = await #expect(throws: WatcherError.self) {
                try await server.watcher().syncPipelineConfig(Self.config)
            }
            #expect(error?.message.contains("Use https://new.example.com") == true)
        }
    }
}
