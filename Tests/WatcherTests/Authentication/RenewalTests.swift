// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Testing
import Watcher

struct RenewalTests {
    private let good = ETLResults(completedSuccessfully: true)

    @Test("the end of an execution outlives a moment in which there is no credential")
    func retriesWithoutCredential() async throws {
        try await ScriptedServer.run { server in
            let time = ManualTime()
            let asked = Mutex(0)
            let watcher = try server.watcher(
                .bearer(validFor: .seconds(60)) {
                    let number = asked.withLock {
                        $0 += 1; return $0
                    }
                    if number == 2 || number == 3 { throw IdentifiedError("down") }
                    return "token-\(number)"
                },
                maximumAttempts: 5,
                time: time
            )
            let output = try await watcher.trackPipelineExecution(pipelineID: 7, active: true) {
                time.advance(by: .seconds(61))
                return good
            }
            #expect(output?.results == self.good)
            let ends = server.received(at: Endpoints.endExecution)
            #expect(ends.map { $0.headers["authorization"] } == ["Bearer token-4"])
            #expect(time.waits == [.milliseconds(500), .seconds(1)])
        }
    }

    @Test("when there is no credential after the last attempt, the error says why")
    func saysWhyThereIsNone() async throws {
        try await ScriptedServer.run { server in
            let time = ManualTime()
            let asked = Mutex(0)
            let watcher = try server.watcher(
                .bearer {
                    asked.withLock { $0 += 1 }
                    throw IdentifiedError("down")
                },
                maximumAttempts: 3,
                time: time
            )
            let error = await #expect(throws: WatcherError.self) { try await watcher.ping() }
            #expect(error?.code == .authentication)
            #expect((error?.cause as? IdentifiedError)?.description == "down")
            #expect(asked.withLock(\.self) == 3)
        }
    }

    @Test("a closure that never returns ends in an error, and what it returns too late is not used")
    func limitsTheClosure() async throws {
        try await ScriptedServer.run { server in
            let time = ManualTime()
            let asked = Mutex(0)
            let (began, gate) = (Gate(), Gate())
            let watcher = try server.watcher(
                .bearer {
                    let number = asked.withLock {
                        $0 += 1; return $0
                    }
                    guard number == 1 else { return "token-\(number)" }
                    began.open()
                    // A task of its own, so that cancelling does not reach it.
                    await Task { await gate.wait() }.value
                    return "late"
                },
                time: time
            )
            let ping = Task { try await watcher.ping() }
            await began.wait()
            time.advance(by: .seconds(120))
            let error = await #expect(throws: WatcherError.self) { try await ping.value }
            #expect(error?.code == .authentication)
            #expect(error?.message.contains("within 120.0 seconds") == true)
            gate.open()
            try await watcher.ping()
            try await watcher.ping()
            #expect(server.authorizations == ["Bearer token-2", "Bearer token-2"])
            #expect(time.timers == 0)
        }
    }

    @Test("as long as a token holds, nobody waits for the next one")
    func renewsBehind() async throws {
        try await ScriptedServer.run { server in
            let (time, gate) = (ManualTime(), Gate())
            let asked = Mutex(0)
            let watcher = try server.watcher(
                .bearer(validFor: .seconds(600)) {
                    let number = asked.withLock {
                        $0 += 1; return $0
                    }
                    if number == 2 { await gate.wait() }
                    return "token-\(number)"
                },
                time: time
            )
            try await watcher.ping()
            time.advance(by: .seconds(541))
            try await watcher.ping()
            try await watcher.ping()
            #expect(server.authorizations.allSatisfy { $0 == "Bearer token-1" })
            gate.open()
            let isRenewed = try await comesAbout {
                try await watcher.ping()
                return server.authorizations.last == "Bearer token-2"
            }
            #expect(isRenewed)
            #expect(asked.withLock(\.self) == 2)
        }
    }

    @Test("a server that goes on refusing does not cost a new token and a second request each time")
    func restsAfterRefusals() async throws {
        try await ScriptedServer.run({ _ in .answer(401) }) { server in
            let time = ManualTime()
            let asked = Mutex(0)
            let watcher = try server.watcher(.bearer { "token-\(asked.withLock { $0 += 1; return $0 })" }, time: time)
            for _ in 1...3 { await #expect(throws: WatcherError.self) { try await watcher.ping() } }
            #expect(asked.withLock(\.self) == 2)
            #expect(server.authorizations.count == 4)
            time.advance(by: .seconds(10))
            await #expect(throws: WatcherError.self) { try await watcher.ping() }
            #expect(asked.withLock(\.self) == 3)
            #expect(server.authorizations.count == 6)
        }
    }

    @Test("of a refusal no more than 64 KiB are looked at")
    func cutsRefusals() async throws {
        func code(padding: Int) async throws -> String? {
            let body: JSONValue = [
                "code": "too_much", "message": "no", "padding": JSONValue(String(repeating: "x", count: padding)),
            ]
            return try await ScriptedServer.run({ _ in .answer(400, body) }) { server in
                let error = await #expect(throws: WatcherError.self) {
                    try await server.watcher(.bearer("token")).ping()
                }
                #expect(error?.status == 400)
                return error?.serverCode
            }
        }
        #expect(try await code(padding: 1000) == "too_much")
        #expect(try await code(padding: 65_536) == nil)
    }
}
