// SPDX-License-Identifier: Apache-2.0

import Foundation
import InMemoryLogging
import Synchronization
import Testing
import Watcher

struct BearerTests {
    @Test("a token in a file is read for every request, so that a new one is used at once")
    func readsTheFileAgain() async throws {
        try await withTemporaryFolder { folder in
            let file = folder.appending(path: "token")
            try await ScriptedServer.run { server in
                let watcher = try server.watcher(.bearerFile(try file.holding(" first\n")))
                try await watcher.ping()
                _ = try file.holding("second\n")
                try await watcher.ping()
                #expect(server.authorizations == ["Bearer first", "Bearer second"])
            }
        }
    }

    @Test("a file that is replaced while a request is refused is read once more, one that is not is not")
    func retriesWithAReplacedFile() async throws {
        try await withTemporaryFolder { folder in
            let file = folder.appending(path: "token")
            let path = try file.holding("first")
            let script: ScriptedServer.Script = { request in
                guard request.headers["authorization"] != "Bearer third" else { return nil }
                if request.number == 1 { _ = try? file.holding("second") }
                return .answer(401)
            }
            try await ScriptedServer.run(script) { server in
                let watcher = try server.watcher(.bearerFile(path))
                let error = await #expect(throws: WatcherError.self) { try await watcher.ping() }
                #expect(error?.code == .authentication)
                #expect(server.authorizations == ["Bearer first", "Bearer second"])
                await #expect(throws: WatcherError.self) { try await watcher.ping() }
                #expect(server.authorizations.count == 3)
            }
        }
    }

    @Test("a file that is missing or holds no token is named in the error", arguments: [nil, "", "s3cret s3cret"])
    func explainsBadFiles(content: String?) async throws {
        try await withTemporaryFolder { folder in
            let file = folder.appending(path: "token")
            if let content { _ = try file.holding(content) }
            try await ScriptedServer.run { server in
                let watcher = try server.watcher(.bearerFile(file.path(percentEncoded: false)))
                let error = await #expect(throws: WatcherError.self) { try await watcher.ping() }
                #expect(error?.code == .authentication)
                #expect(error?.message.contains(file.path(percentEncoded: false)) == true)
                #expect(error.map { String(reflecting: $0) }?.contains("s3cret") == false)
                #expect(server.received.isEmpty)
            }
        }
    }

    @Test("many requests at once ask the closure once")
    func asksOnce() async throws {
        try await ScriptedServer.run { server in
            let asked = Mutex(0)
            let gate = Gate()
            let watcher = try server.watcher(
                .bearer {
                    asked.withLock { $0 += 1 }
                    await gate.wait()
                    return "token"
                }
            )
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 1...50 { group.addTask { try await watcher.ping() } }
                group.addTask { gate.open() }
                try await group.waitForAll()
            }
            #expect(asked.withLock(\.self) == 1)
            #expect(Set(server.authorizations) == ["Bearer token"])
            #expect(server.authorizations.count == 50)
        }
    }

    @Test("a token is renewed before it expires, and not much earlier")
    func renewsInTime() async throws {
        try await ScriptedServer.run { server in
            let time = ManualTime()
            let asked = Mutex(0)
            let watcher = try server.watcher(
                .bearer {
                    asked.withLock { $0 += 1 }
                    return webToken("a", expiring: time.now.moved(by: .seconds(3600)))
                },
                time: time
            )
            try await watcher.ping()
            time.advance(by: .seconds(3600 - 181))
            try await watcher.ping()
            #expect(asked.withLock(\.self) == 1)
            time.advance(by: .seconds(2))
            try await watcher.ping()
            #expect(await comesAbout { asked.withLock(\.self) == 2 })
        }
    }

    @Test("a clock that is set back keeps no expired token alive")
    func countsTimeNotDates() async throws {
        try await ScriptedServer.run { server in
            let time = ManualTime()
            let asked = Mutex(0)
            let watcher = try server.watcher(
                .bearer(validFor: .seconds(60)) { "token-\(asked.withLock { $0 += 1; return $0 })" },
                time: time
            )
            try await watcher.ping()
            time.stepWallClock(by: .seconds(-86_400))
            time.advance(by: .seconds(60))
            try await watcher.ping()
            #expect(server.authorizations == ["Bearer token-1", "Bearer token-2"])
        }
    }

    @Test("a 401 brings a new token and one more try, with the same idempotency key; a second 401 is the answer")
    func retriesOnceAfterRefusal() async throws {
        let script: ScriptedServer.Script = { $0.headers["authorization"] == "Bearer token-2" ? nil : .answer(401) }
        try await ScriptedServer.run(script) { server in
            let asked = Mutex(0)
            let watcher = try server.watcher(.bearer { "token-\(asked.withLock { $0 += 1; return $0 })" })
            try await watcher.ping()
            #expect(server.authorizations == ["Bearer token-1", "Bearer token-2"])
            let keys = server.received(at: Endpoints.syncPipeline).map(\.idempotencyKey)
            #expect(keys[0] != nil && keys[0] == keys[1])
        }
        try await ScriptedServer.run({ _ in .answer(401) }) { server in
            let watcher = try server.watcher(.bearer { "token" })
            let error = await #expect(throws: WatcherError.self) { try await watcher.ping() }
            #expect(error?.code == .authentication)
            #expect(error?.status == 401)
            #expect(server.received.count == 2)
        }
    }

    @Test("a failure is told to those who wait and not kept")
    func doesNotKeepFailures() async throws {
        try await ScriptedServer.run { server in
            let asked = Mutex(0)
            let watcher = try server.watcher(
                .bearer {
                    if asked.withLock({
                        $0 += 1; return $0
                    }) == 1 {
                        throw IdentifiedError("no token today")
                    }
                    return "token"
                }
            )
            let error = await #expect(throws: WatcherError.self) { try await watcher.ping() }
            #expect(error?.code == .authentication)
            #expect((error?.cause as? IdentifiedError)?.description == "no token today")
            try await watcher.ping()
            #expect(server.authorizations == ["Bearer token"])
        }
    }

    @Test("a token that cannot be renewed is used as long as it holds")
    func keepsWhatHolds() async throws {
        try await ScriptedServer.run { server in
            let time = ManualTime()
            let asked = Mutex(0)
            let watcher = try server.watcher(
                .bearer(validFor: .seconds(600)) {
                    if asked.withLock({
                        $0 += 1; return $0
                    }) > 1 {
                        throw IdentifiedError("down")
                    }
                    return "token"
                },
                time: time
            )
            try await watcher.ping()
            time.advance(by: .seconds(560))
            #expect(
                try await comesAbout {
                    try await watcher.ping()
                    return asked.withLock(\.self) == 2
                }
            )
            time.advance(by: .seconds(40))
            await #expect(throws: WatcherError.self) { try await watcher.ping() }
        }
    }

    @Test("a waiting task that is cancelled leaves at once, and the others get their token")
    func survivesCancelledWaiters() async throws {
        try await ScriptedServer.run { server in
            let asked = Mutex(0)
            let (began, gate) = (Gate(), Gate())
            let watcher = try server.watcher(
                .bearer {
                    asked.withLock { $0 += 1 }
                    began.open()
                    await gate.wait()
                    return "token"
                }
            )
            let first = Task { try await watcher.ping() }
            await began.wait()
            let second = Task { try await watcher.ping() }
            first.cancel()
            await #expect(throws: CancellationError.self) { try await first.value }
            gate.open()
            try await second.value
            #expect(asked.withLock(\.self) == 1)
            #expect(server.authorizations == ["Bearer token"])
        }
    }

    @Test("nothing of a credential is in a description, dump, error or log line")
    func printsNothing() async throws {
        let script: ScriptedServer.Script = { request in
            // Repeats what it was sent, as a careless service would.
            let sent = request.headers.values.joined(separator: " ") + request.text
            return .answer(request.number < 2 ? 503 : 400, ["error": "bad", "error_description": JSONValue(sent)])
        }
        try await withTemporaryFolder { folder in
            try await ScriptedServer.run(script) { server in
                let sources = CredentialSources.standIn(
                    server,
                    [
                        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "s3cret-aws", "AWS_REGION": "r",
                        "AWS_SESSION_TOKEN": "s3cret-session", "IDENTITY_ENDPOINT": server.url + "/identity",
                        "IDENTITY_HEADER": "s3cret-identity",
                    ]
                )
                let ways: [Watcher.Authentication] = [
                    .bearer("s3cret"), .bearerFile(try folder.appending(path: "token").holding("s3cret")),
                    .bearer { "s3cret" }, .gcp(), .azure(resource: "api://watcher"), .aws(), .automatic,
                    .azure(resource: "api://watcher", tenantID: "t", clientID: "c", clientSecret: "s3cret-azure"),
                ]
                for way in ways {
                    let logs = InMemoryLogHandler()
                    let watcher = try server.watcher(way, sources, logs: logs)
                    let error = await #expect(throws: WatcherError.self) { try await watcher.ping() }
                    var dumped = ""
                    dump(watcher, to: &dumped)
                    dump(way, to: &dumped)
                    let printed = [
                        dumped, String(reflecting: watcher), String(reflecting: way), "\(way)", "\(logs.entries)",
                        error.map { String(reflecting: $0) } ?? "",
                    ]
                    #expect(!printed.joined().contains("s3cret"), "\(way)")
                }
            }
        }
    }
}
