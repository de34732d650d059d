// SPDX-License-Identifier: Apache-2.0
import NIOHTTP1
import Subprocess
import Testing
import WatcherWire

@Suite("Servers whose PostgreSQL goes away", .serialized)
struct PostgresOutageTests {
    @Test("a server and the database crash under load: no acknowledged write is lost, and retries double nothing")
    func crashes() async throws {
        try await OwnPostgres.with { postgres in
            let runs = try await withTwoServers(database: postgres.url) { doomed, survivor in
                try await TestClient.with(doomed.url) { first in
                    try await TestClient.with(survivor.url) { second in
                        try await Self.load(doomed, first, second, postgres)
                    }
                }
            }
            // A server that was not there has it all too, and knows the keys.
            try await withServer(database: postgres.url) { server in
                try await TestClient.with(server.url) { client in
                    try await LoadedClients.check(runs, client)
                    try await LoadedClients.retry(runs, client)
                    try await LoadedClients.check(runs, client)
                }
            }
        }
    }

    /// Has clients work on both servers, kills the first one and then the database, and checks what the second one has.
    private static func load(
        _ doomed: ServerProcess,
        _ first: TestClient,
        _ second: TestClient,
        _ postgres: OwnPostgres
    ) async throws -> [LoadedRun] {
        let clients = LoadedClients(
            servers: [first, second],
            pipeline: try await first.pipeline("crashes"),
            patience: .seconds(60)
        )
        let over = Counter()
        async let health = Self.health(of: second, until: over)
        let runs = try await clients.work {
            try await clients.acknowledge(500)
            try doomed.kill9()
            try await clients.acknowledge(500)
            try await postgres.restart()
            try await Self.expectReady(second)
            try await clients.acknowledge(500)
        }
        over.increment()
        let seen = try await health
        #expect(seen.live == Set([200]))
        #expect(seen.ready.isSubset(of: Set([200, 503])), "\(seen.ready)")
        #expect(clients.givenUp.count == 0)
        #expect(clients.refusals.statuses.isSubset(of: Set([503])), "\(clients.refusals.statuses)")
        #expect(runs.count { $0.id != nil } + runs.count { $0.endAcknowledged } >= 1500)
        #expect(runs.allSatisfy { $0.startKey == nil || $0.endAcknowledged })
        try await LoadedClients.check(runs, second)
        try await LoadedClients.retry(runs, second)
        try await LoadedClients.check(runs, second)
        return runs
    }

    /// What a server says of its health, asked again and again.
    private static func health(
        of client: TestClient,
        until over: Counter
    ) async throws -> (live: Set<Int>, ready: Set<Int>) {
        var live: Set<Int> = []
        var ready: Set<Int> = []
        try await poll("the load to be over", within: .seconds(300)) { () -> Bool? in
            live.insert(try await client.get(Endpoints.live.path).status)
            ready.insert(try await client.get(Endpoints.ready.path).status)
            return over.count > 0 ? true : nil
        }
        return (live, ready)
    }

    private static func expectReady(_ client: TestClient) async throws {
        try await poll("the server to be ready again", within: .seconds(60)) {
            try await client.get(Endpoints.ready.path).status == 200 ? true : nil
        }
    }

    @Test("while the database is away a server answers 503, lives on, and ends when it is asked to")
    func databaseAway() async throws {
        try await OwnPostgres.with { postgres in
            let ended = try await withServer(database: postgres.url) { server in
                try await TestClient.with(server.url) { client in
                    let pipeline = try await client.pipeline("left alone")
                    try await postgres.stop()
                    let statuses = StatusLog()
                    try await poll("the server to notice", within: .seconds(60)) { () -> Bool? in
                        statuses.note(try await client.get(Endpoints.ready.path).status)
                        return statuses.statuses.contains(503) ? true : nil
                    }
                    #expect(statuses.statuses.isSubset(of: Set([200, 503])), "\(statuses.statuses)")
                    try await Self.expectUnavailable(client, pipeline: pipeline)
                    let live = try await client.get(Endpoints.live.path).status
                    #expect(live == 200)
                }
            }
            #expect(ended.status == .exited(0))
        }
    }

    /// Reads and writes are refused, in a way that has clients try again.
    private static func expectUnavailable(_ client: TestClient, pipeline: Int64) async throws {
        let start = StartExecutionRequest(pipelineID: pipeline)
        let answers = [
            try await client.post(Endpoints.startExecution, start),
            try await client.post(Endpoints.startExecution, start, key: "once"),
            try await client.get(Endpoints.executions.path),
            try await client.get(Endpoints.pipeline.path(id: pipeline)),
            try await client.get(Endpoints.ready.path),
        ]
        #expect(answers.others(than: 503) == [])
        for answer in answers { #expect(answer.headers.contains(name: "Retry-After")) }
    }
}
