// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization
import Testing
import Watcher

struct HeartbeatCredentialTests {
    private let time = ManualTime()
    private let network = HeldTransport()

    private func watcher(_ authentication: Watcher.Authentication) throws -> Watcher {
        try Watcher(
            "http://127.0.0.1:1",
            authentication: authentication,
            configuration: .init(heartbeats: .every()),
            transport: self.network,
            surroundings: self.time.surroundings
        )
    }

    /// The tokens of the heartbeats that have been sent while `work` went on.
    private func tokens(
        _ authentication: Watcher.Authentication,
        _ work: () async throws -> Void
    ) async throws -> [String?] {
        _ = try await self.watcher(authentication).trackPipelineExecution(pipelineID: 7, active: true) {
            try await work()
            return ETLResults(completedSuccessfully: true)
        }
        return self.network.headers.map { $0["Authorization"] }
    }

    /// Lets the next heartbeat become due, and waits until it is sent.
    private func beat() async {
        let number = self.network.beats.count + 1
        self.time.advance(by: .seconds(15))
        #expect(await comesAbout { self.network.beats.count == number })
        self.network.answer()
    }

    @Test("heartbeats carry the credential that is at hand, and after a refusal the next one")
    func authenticatesHeartbeats() async throws {
        let asked = Mutex(0)
        let way = Watcher.Authentication.bearer(validFor: .seconds(86_400)) {
            "token-\(asked.withLock { $0 += 1; return $0 })"
        }
        let tokens = try await self.tokens(way) {
            self.time.advance(by: .seconds(15))
            self.network.answer(401, "no")
            await self.beat()
        }
        #expect(tokens == ["Bearer token-1", "Bearer token-2"])
    }

    @Test("a heartbeat waits for a token whose life is shorter than the interval")
    func waitsForTheToken() async throws {
        let asked = Mutex(0)
        let way = Watcher.Authentication.bearer(validFor: .seconds(10)) {
            "token-\(asked.withLock { $0 += 1; return $0 })"
        }
        let tokens = try await self.tokens(way) {
            for _ in 1...3 { await self.beat() }
        }
        #expect(tokens == ["Bearer token-2", "Bearer token-3", "Bearer token-4"])
    }

    @Test("a token that has expired is sent when no other can be had")
    func sendsAnExpiredToken() async throws {
        let asked = Mutex(0)
        let way = Watcher.Authentication.bearer(validFor: .seconds(60)) {
            let number = asked.withLock {
                $0 += 1; return $0
            }
            // The fourth of eight heartbeats is the first that finds it expired; the last one gets a new one.
            if (2...5).contains(number) { throw IdentifiedError("down") }
            return "token-\(number)"
        }
        let tokens = try await self.tokens(way) {
            for _ in 1...8 { await self.beat() }
        }
        #expect(tokens == Array(repeating: "Bearer token-1", count: 7) + ["Bearer token-6"])
    }

    @Test("heartbeats do not wait for a closure that never returns longer than it may take")
    func outlivesAHangingClosure() async throws {
        let asked = Mutex(0)
        let (began, never) = (Gate(), Gate())
        let way = Watcher.Authentication.bearer(validFor: .seconds(10)) {
            guard
                asked.withLock({
                    $0 += 1; return $0
                }) == 2
            else { return "token" }
            began.open()
            await Task { await never.wait() }.value
            return "late"
        }
        let tokens = try await self.tokens(way) {
            self.time.advance(by: .seconds(15))
            await began.wait()
            #expect(self.network.beats.isEmpty)
            self.time.advance(by: .seconds(10))
            #expect(self.network.beats.count == 1)
            never.open()
        }
        #expect(tokens == ["Bearer token"])
    }

    @Test("heartbeats read the file of a token anew, and send what was last read when it cannot be read")
    func readsTheFile() async throws {
        try await withTemporaryFolder { folder in
            let file = folder.appending(path: "token")
            let tokens = try await self.tokens(.bearerFile(try file.holding("first"))) {
                await self.beat()
                _ = try file.holding("second")
                await self.beat()
                try FileManager.default.removeItem(at: file)
                await self.beat()
                await self.beat()
                // For the report of the end.
                _ = try file.holding("third")
            }
            #expect(tokens == ["Bearer first", "Bearer second", "Bearer second", "Bearer second"])
        }
    }
}
