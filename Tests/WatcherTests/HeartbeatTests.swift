// SPDX-License-Identifier: Apache-2.0

import InMemoryLogging
import Logging
import Testing
import Watcher

struct HeartbeatTests {
    private let time = ManualTime()
    private let network = HeldTransport()
    private let logs = InMemoryLogHandler()
    private let good = ETLResults(completedSuccessfully: true)

    private func watcher(
        _ heartbeats: Watcher.HeartbeatPolicy = .every(),
        network: HeldTransport? = nil
    ) throws -> Watcher {
        try Watcher(
            "http://127.0.0.1:1",
            token: "s3cret",
            configuration: .init(heartbeats: heartbeats),
            logger: .recording(self.logs),
            transport: network ?? self.network,
            surroundings: self.time.surroundings
        )
    }

    private func levels(_ part: String) -> [Logger.Level] {
        self.logs.entries.filter { "\($0.message)".contains(part) }.map(\.level)
    }

    @Test("an execution that runs tells every interval that it is alive, without a key and with a short time limit")
    func beats() async throws {
        _ = try await self.watcher().trackPipelineExecution(pipelineID: 7, active: true) {
            for count in 1...3 {
                self.time.advance(by: .seconds(15))
                #expect(self.network.beats.count == count)
                self.network.answer()
            }
            return self.good
        }
        #expect(self.network.beats.map(\.id) == [101, 101, 101])
        #expect(self.network.beats.first?.body == ["lease_seconds": 60])
        #expect(self.network.headers.allSatisfy { $0["Idempotency-Key"] == nil })
        #expect(self.network.headers.allSatisfy { $0["Authorization"] == "Bearer s3cret" })
        #expect(self.network.timeouts == [.seconds(5), .seconds(5), .seconds(5)])
    }

    @Test("interval and lease are for the configuration to say, a lease in whole seconds")
    func obeysTheConfiguration() async throws {
        let policy = Watcher.HeartbeatPolicy.every(.seconds(2), lease: .milliseconds(4200))
        _ = try await self.watcher(policy).trackPipelineExecution(pipelineID: 7, active: true) {
            self.time.advance(by: .seconds(2))
            return self.good
        }
        #expect(self.network.beats.map(\.body) == [["lease_seconds": 5]])
        // Over before the next one is due, so that none is left out.
        #expect(self.network.timeouts == [.milliseconds(1600)])
    }

    @Test("an execution that is shorter than the interval costs no further request, and its timer fires once at most")
    func sendsNothingForShortRuns() async throws {
        _ = try await self.watcher().trackPipelineExecution(pipelineID: 7, active: true) {
            self.time.advance(by: .milliseconds(14_999))
            return self.good
        }
        self.time.advance(by: .seconds(3600))
        #expect(self.time.timers == 0)
        #expect(self.time.timersSet == 1)
        #expect(self.network.beats.isEmpty)
        #expect(self.network.otherRequests == 2)
    }

    @Test("many short executions share one timer, and one that begins meanwhile has its heartbeat in time")
    func setsOneTimerForShortRuns() async throws {
        let watcher = try self.watcher()
        for _ in 1...100 {
            try await self.nested(1, watcher) { self.time.advance(by: .milliseconds(100)) }
        }
        #expect(self.time.timersSet == 1)
        try await self.nested(1, watcher) {
            self.time.advance(by: .milliseconds(14_999))
            #expect(self.network.beats.isEmpty)
            self.time.advance(by: .milliseconds(1))
            #expect(self.network.beats.map(\.id) == [201])
        }
        #expect(self.time.timers == 1)
    }

    @Test("switched off, nothing is sent and no timer is set")
    func canBeSwitchedOff() async throws {
        _ = try await self.watcher(.off).trackPipelineExecution(pipelineID: 7, active: true) { context in
            context.progress(0.5, "half way")
            self.time.advance(by: .seconds(3600))
            return self.good
        }
        #expect(self.time.timersSet == 0)
        #expect(self.network.beats.isEmpty)
    }

    @Test("no heartbeat is sent while the one before is unanswered")
    func doesNotOverlap() async throws {
        _ = try await self.watcher().trackPipelineExecution(pipelineID: 7, active: true) {
            self.time.advance(by: .seconds(60))
            #expect(self.network.beats.count == 1)
            self.network.answer()
            self.time.advance(by: .seconds(15))
            #expect(self.network.beats.count == 2)
            return self.good
        }
    }

    @Test("one timer serves all executions of a client and its copies, and is gone when none runs")
    func sharesOneTimer() async throws {
        let watcher = try self.watcher()
        let copy = watcher
        let (began, done) = (Gate(), Gate())
        try await withThrowingTaskGroup { group in
            group.addTask {
                _ = try await watcher.trackPipelineExecution(pipelineID: 1, active: true) {
                    began.open()
                    await done.wait()
                    return self.good
                }
            }
            await began.wait()
            #expect(self.time.timers == 1)
            self.time.advance(by: .seconds(5))
            try await self.nested(200, copy) {
                #expect(self.time.timers == 1)
                #expect(self.time.timersSet == 1)
                self.time.advance(by: .seconds(15))
                #expect(self.time.timers == 1)
                #expect(self.time.timersSet == 3)
                #expect(self.network.beats.map(\.id) == Array(101...301))
            }
            #expect(self.time.timers == 1)
            done.open()
            try await group.waitForAll()
        }
        self.time.advance(by: .seconds(15))
        #expect(self.time.timers == 0)
    }

    /// Runs `body` within so many executions.
    private func nested(_ count: Int, _ watcher: Watcher, _ body: () async throws -> Void) async throws {
        guard count > 0 else { return try await body() }
        _ = try await watcher.trackPipelineExecution(pipelineID: 2, active: true) {
            try await self.nested(count - 1, watcher, body)
            return self.good
        }
    }

    @Test("an execution is alive while its end is being reported, and silent afterwards")
    func beatsUntilTheEndIsReported() async throws {
        let time = self.time
        let network = HeldTransport { time.advance(by: .seconds(15)) }
        _ = try await self.watcher(network: network).trackPipelineExecution(pipelineID: 7, active: true) { self.good }
        #expect(network.beats.count == 1)
        network.answer()
        self.time.advance(by: .seconds(3600))
        #expect(self.time.timers == 0)
        #expect(network.beats.count == 1)
    }

    @Test("an execution that throws is silent afterwards too")
    func stopsAfterAnError() async throws {
        let watcher = try self.watcher()
        let original = IdentifiedError("gone")
        let thrown = await thrownError {
            _ = try await watcher.trackPipelineExecution(pipelineID: 7, active: true) { () -> ETLResults in
                self.time.advance(by: .seconds(15))
                throw original
            }
        }
        #expect(thrown as? IdentifiedError === original)
        self.time.advance(by: .seconds(3600))
        #expect(self.time.timers == 0)
        #expect(self.network.beats.count == 1)
    }

    // MARK: - Answers

    @Test(
        "a server that does not know heartbeats gets none after the first, and the log says so once",
        arguments: [404, 405]
    )
    func stopsForAServerWithoutThem(status: Int) async throws {
        let watcher = try self.watcher()
        try await self.nested(3, watcher) {
            self.time.advance(by: .seconds(15))
            self.network.answer(status, "Not Found")
            self.time.advance(by: .seconds(60))
            #expect(self.time.timers == 0)
        }
        try await self.nested(1, watcher) { self.time.advance(by: .seconds(60)) }
        #expect(self.network.beats.count == 3)
        #expect(self.levels("does not know heartbeats") == [.warning])
        #expect(self.logs.entries.allSatisfy { $0.level <= .warning })
    }

    @Test("an execution that the server does not know is silent, and others go on")
    func stopsForAnUnknownExecution() async throws {
        try await self.nested(1, try self.watcher()) {
            self.time.advance(by: .seconds(15))
            self.network.answer(404, "Pipeline execution not found")
            self.time.advance(by: .seconds(60))
            #expect(self.network.beats.count == 1)
            try await self.nested(1, try self.watcher()) {
                self.time.advance(by: .seconds(15))
                #expect(self.network.beats.count == 2)
            }
        }
        #expect(self.logs.entries.allSatisfy { $0.level < .warning })
    }

    @Test("a server that has taken one is not thought to have forgotten them")
    func goesOnAfterAStray404() async throws {
        try await self.nested(1, try self.watcher()) {
            self.time.advance(by: .seconds(15))
            self.network.answer()
            self.time.advance(by: .seconds(15))
            self.network.answer(404, "no such host")
            self.time.advance(by: .seconds(15))
            #expect(self.network.beats.count == 3)
        }
    }

    @Test("a page of something else in the server's place does not switch them off", arguments: [404, 405])
    func goesOnAfterAForeignPage(status: Int) async throws {
        try await self.nested(1, try self.watcher()) {
            for count in 1...3 {
                self.time.advance(by: .seconds(15))
                #expect(self.network.beats.count == count)
                self.network.answer(.success(.init(status: status, body: Array("<h1>default backend</h1>".utf8))))
            }
        }
        #expect(self.levels("heartbeat failed") == [.warning, .debug, .debug])
    }

    @Test("what FastAPI says of a path that it does not know switches them off")
    func stopsForFastAPI() async throws {
        try await self.nested(1, try self.watcher()) {
            self.time.advance(by: .seconds(15))
            self.network.answer(.success(.init(status: 404, body: Array(#"{"detail":"Not Found"}"#.utf8))))
            self.time.advance(by: .seconds(60))
        }
        #expect(self.network.beats.count == 1)
    }

    @Test("of the answer to a heartbeat 64 KiB are taken at most")
    func boundsAnswers() async throws {
        for (size, isTaken) in [(65_536, true), (65_537, false)] {
            try await ScriptedServer.run({ _ in .text(503, String(repeating: "x", count: size)) }) { server in
                let transport = AsyncHTTPClientTransport(configuration: .init())
                let request = TransportRequest(method: .post, url: server.url + "/pipeline_execution/1/heartbeat")
                let answer = await withCheckedContinuation { continuation in
                    transport.send(request, within: .seconds(60)) { continuation.resume(returning: $0) }
                }
                switch answer {
                case .success(let response): #expect(isTaken && response.body.count == size)
                case .failure(.answerTooLarge(let limit)): #expect(!isTaken && limit == 65_536)
                case .failure(let error): Issue.record("the answer did not come: \(error)")
                }
            }
        }
    }

    @Test(
        "heartbeats that fail disturb nothing, go on, and are worth one warning",
        arguments: [
            HeldTransport.Answer.failure(.connection("refused")), .failure(.timedOut(after: .seconds(5))),
            .success(.init(status: 503, body: [])), .success(.init(status: 401, body: [])),
        ]
    )
    func survivesFailures(answer: HeldTransport.Answer) async throws {
        let output = try await self.watcher().trackPipelineExecution(pipelineID: 7, active: true) {
            for _ in 1...4 {
                self.time.advance(by: .seconds(15))
                self.network.answer(answer)
            }
            return self.good
        }
        #expect(output?.results == self.good)
        #expect(self.network.beats.count == 4)
        #expect(self.levels("heartbeat failed") == [.warning, .debug, .debug, .debug])
    }

    @Test("an answer that comes after the end changes nothing")
    func ignoresLateAnswers() async throws {
        try await self.nested(1, try self.watcher()) { self.time.advance(by: .seconds(15)) }
        self.network.answer()
        self.time.advance(by: .seconds(15))
        #expect(self.time.timers == 0)
        #expect(self.logs.entries.allSatisfy { $0.level < .warning })
    }

    @Test("limits that make no sense are refused, unless there are no heartbeats")
    func refusesBadLimits() throws {
        let faults: [(Watcher.HeartbeatPolicy, String)] = [
            (.every(.milliseconds(99)), "at least 100 milliseconds"), (.every(.milliseconds(30_001)), "at least twice"),
            (.every(.milliseconds(100), lease: .milliseconds(999)), "from 1 second to a day"),
            (.every(lease: .seconds(86_401)), "from 1 second to a day"),
        ]
        for (policy, reason) in faults {
            let error = #expect(throws: WatcherError.self) { try self.watcher(policy) }
            #expect(error?.code == .configuration)
            #expect(error?.message.contains(reason) == true)
            var off = policy
            off.isOn = false
            _ = try self.watcher(off)
        }
        _ = try self.watcher(.every(.milliseconds(100), lease: .seconds(86_400)))
    }
}
