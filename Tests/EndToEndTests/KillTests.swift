// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherWire

@Suite("A server that is killed under load", .serialized)
struct KillTests {
    /// One execution that a client started, told apart by a watermark that no other has.
    private struct Run: Sendable {
        let label: String
        let start: StartExecutionRequest
        let startKey: String?
        /// The id of an acknowledged start.
        var id: Int64?
        /// What was sent to end it, and whether that was acknowledged.
        var end: EndExecutionRequest?
        var endAcknowledged = false

        var endKey: String? { self.startKey.map { $0 + "-end" } }
    }

    private static let clients = 24

    @Test("has every acknowledged write once, and retries double nothing", arguments: [1, 50, 400, 1500])
    func killed(afterWrites count: Int) async throws {
        try await withTemporaryFolder { folder in
            let database = "sqlite:\(folder)/kill.sqlite"
            let runs = try await withServer(database: database) { server in
                try await Self.load(server, killAfter: count)
            }.value
            #expect(runs.count { $0.id != nil } + runs.count { $0.endAcknowledged } >= count)
            try await withServer(database: database) { server in
                try await TestClient.with(server.url) { client in
                    try await Self.check(runs, client)
                    try await Self.retry(runs, client)
                    try await Self.check(runs, client)
                }
            }
        }
    }

    /// Starts and ends executions from many clients until the server is killed.
    private static func load(_ server: ServerProcess, killAfter count: Int) async throws -> [Run] {
        let acknowledged = Counter()
        return try await TestClient.with(server.url) { client in
            let pipeline = try await client.pipeline("killed")
            return try await withThrowingTaskGroup(of: [Run].self) { group in
                for number in 0..<Self.clients {
                    group.addTask {
                        await Self.work(client, pipeline: pipeline, number: number) {
                            acknowledged.increment()
                        }
                    }
                }
                try await poll("\(count) writes") { acknowledged.count >= count ? true : nil }
                try server.kill9()
                return try await group.reduce(into: []) { $0 += $1 }
            }
        }
    }

    /// One client: starts an execution, ends it, and so on, until the server is gone.
    private static func work(
        _ client: TestClient,
        pipeline: Int64,
        number: Int,
        acknowledge: () -> Void
    ) async -> [Run] {
        var runs: [Run] = []
        for turn in 0..<100_000 {
            let label = "client \(number) run \(turn)"
            var run = Run(
                label: label,
                start: StartExecutionRequest(pipelineID: pipeline, watermark: Watermark(label)),
                // Every second client sends no keys, as older clients do.
                startKey: number.isMultiple(of: 2) ? "kill-\(number)-\(turn)" : nil
            )
            // What is still unknown when the server dies stays in the list as sent, not acknowledged.
            defer { runs.append(run) }
            guard let started = try? await client.post(Endpoints.startExecution, run.start, key: run.startKey),
                let id = started.id
            else { break }
            run.id = id
            acknowledge()
            let end = EndExecutionRequest(
                id: id,
                endDate: .maximum,
                completedSuccessfully: true,
                totalRows: Int64(number * 1_000_000 + turn)
            )
            run.end = end
            guard let ended = try? await client.post(Endpoints.endExecution, end, key: run.endKey), ended.status == 204
            else { break }
            run.endAcknowledged = true
            acknowledge()
        }
        return runs
    }

    /// Holds what the server has against what it acknowledged.
    private static func check(_ runs: [Run], _ client: TestClient) async throws {
        let stored = Dictionary(grouping: try await client.executions()) { $0.watermark ?? "" }
        #expect(Set(stored.keys).isSubset(of: runs.map(\.label)))
        for run in runs {
            let found = stored[run.label, default: []]
            #expect(found.count <= 1, "\(run.label) is there \(found.count) times")
            guard let id = run.id else { continue }
            #expect(found.map(\.id) == [id], "\(run.label)")
            guard run.endAcknowledged else { continue }
            #expect(found.first?.status == .succeeded, "\(run.label)")
            #expect(found.first?.totalRows == run.end?.totalRows, "\(run.label)")
        }
    }

    /// Sends again what was sent with a key: all that was not answered, and some of what was.
    private static func retry(_ runs: [Run], _ client: TestClient) async throws {
        for (index, run) in runs.enumerated() where run.startKey != nil {
            if run.id == nil || index.isMultiple(of: 10) {
                let started = try await client.post(Endpoints.startExecution, run.start, key: run.startKey)
                #expect(started.status == 201, "\(UnexpectedAnswer(response: started))")
                if let id = run.id { #expect(started.id == id, "\(run.label) was started again") }
                let again = try await client.post(Endpoints.startExecution, run.start, key: run.startKey)
                #expect(again.id == started.id, "\(run.label) was started twice")
            }
            if let end = run.end, !run.endAcknowledged || index.isMultiple(of: 10) {
                let ended = try await client.post(Endpoints.endExecution, end, key: run.endKey)
                #expect(ended.status == 204, "\(UnexpectedAnswer(response: ended))")
            }
        }
    }
}
