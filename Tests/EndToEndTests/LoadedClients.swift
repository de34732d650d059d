// SPDX-License-Identifier: Apache-2.0
import Synchronization
import Testing
import WatcherWire

/// One execution that a client started, told apart by a watermark that no other has.
struct LoadedRun: Sendable {
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

/// Many clients that start and end executions as fast as they are answered, spread over the servers of one ledger.
struct LoadedClients: Sendable {
    /// How many there are.
    private static let count = 24

    /// Where they send to; a client that gets no answer turns to the next one.
    let servers: [TestClient]
    let pipeline: Int64
    /// For how long a write that has a key is sent again until it is done.
    ///
    /// Without it, no write is sent twice, and a client stops at the first one that is not done.
    var patience: Duration?

    /// How many writes were acknowledged.
    let acknowledged = Counter()
    /// How many writes were sent again in vain.
    let givenUp = Counter()
    /// The statuses with which writes were refused.
    let refusals = StatusLog()
    private let stopping = Counter()

    /// Works until `disturb` has returned.
    ///
    /// - Returns: all that was sent, and what of it was acknowledged.
    /// - Throws: what `disturb` threw.
    func work(while disturb: () async throws -> Void) async throws -> [LoadedRun] {
        try await withThrowingTaskGroup(of: [LoadedRun].self) { group in
            for number in 0..<Self.count {
                group.addTask { await self.work(number) }
            }
            try await disturb()
            self.stopping.increment()
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }

    /// Waits until so many more writes have been acknowledged.
    func acknowledge(_ count: Int) async throws {
        let enough = self.acknowledged.count + count
        try await poll("\(count) more writes", within: .seconds(60)) {
            self.acknowledged.count >= enough ? true : nil
        }
    }

    /// One client: starts an execution, ends it, and so on.
    private func work(_ number: Int) async -> [LoadedRun] {
        var runs: [LoadedRun] = []
        // Clients with keys and clients without go to each server.
        var server = number / 2 % self.servers.count
        for turn in 0..<100_000 {
            guard self.stopping.count == 0, !Task.isCancelled else { break }
            let label = "client \(number) run \(turn)"
            var run = LoadedRun(
                label: label,
                start: StartExecutionRequest(pipelineID: self.pipeline, watermark: Watermark(label)),
                // Every second client sends no keys, as older clients do.
                startKey: number.isMultiple(of: 2) ? "load-\(number)-\(turn)" : nil
            )
            // What was not answered stays in the list as sent, not acknowledged.
            defer { runs.append(run) }
            let started = await self.send(Endpoints.startExecution, run.start, key: run.startKey, to: &server)
            guard let id = started?.id else {
                guard let ready = await self.findServer() else { break }
                server = ready
                continue
            }
            run.id = id
            self.acknowledged.increment()
            let end = EndExecutionRequest(
                id: id,
                endDate: .maximum,
                completedSuccessfully: true,
                totalRows: Int64(number * 1_000_000 + turn)
            )
            run.end = end
            let ended = await self.send(Endpoints.endExecution, end, key: run.endKey, to: &server)
            guard ended?.status == 204 else {
                guard let ready = await self.findServer() else { break }
                server = ready
                continue
            }
            run.endAcknowledged = true
            self.acknowledged.increment()
        }
        return runs
    }

    /// Sends a write; patient clients send one with a key again, each time to the next server, until it is answered.
    ///
    /// A write without a key may have been done although it was not answered, so it is never sent again.
    private func send(
        _ endpoint: Endpoint,
        _ message: some WireMessage,
        key: String?,
        to server: inout Int
    ) async -> TestClient.Response? {
        guard let patience = self.patience, let name = key else {
            return await self.attempt(endpoint, message, key: key, at: server)
        }
        do {
            let answer: TestClient.Response = try await poll("an answer to \(name)", within: patience) {
                () -> TestClient.Response? in
                if let answer = await self.attempt(endpoint, message, key: key, at: server) { return answer }
                server = (server + 1) % self.servers.count
                return nil
            }
            return answer
        } catch {
            self.givenUp.increment()
            return nil
        }
    }

    /// Sends a write once.
    ///
    /// - Returns: the answer; `nil` when there was none, or one that says that another attempt may succeed.
    private func attempt(
        _ endpoint: Endpoint,
        _ message: some WireMessage,
        key: String?,
        at server: Int
    ) async -> TestClient.Response? {
        guard let answer = try? await self.servers[server].post(endpoint, message, key: key) else { return nil }
        if answer.status >= 300 { self.refusals.note(answer.status) }
        return answer.status >= 500 ? nil : answer
    }

    /// Finds a server that is ready, for which only patient clients wait.
    private func findServer() async -> Int? {
        guard let patience = self.patience else { return nil }
        do {
            let ready: Int = try await poll("a server that is ready", within: patience) { () -> Int? in
                for (index, server) in self.servers.enumerated() {
                    let answer = try? await server.get(Endpoints.ready.path)
                    if answer?.status == 200 { return index }
                }
                return nil
            }
            return ready
        } catch {
            return nil
        }
    }

    // MARK: Afterwards

    /// Holds what a server has against what was acknowledged.
    static func check(_ runs: [LoadedRun], _ client: TestClient) async throws {
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
    static func retry(_ runs: [LoadedRun], _ client: TestClient) async throws {
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

/// Which statuses there were, from several tasks.
final class StatusLog: Sendable {
    private let noted = Mutex<Set<Int>>([])

    var statuses: Set<Int> { self.noted.withLock { $0 } }

    func note(_ status: Int) {
        self.noted.withLock { _ = $0.insert(status) }
    }
}
