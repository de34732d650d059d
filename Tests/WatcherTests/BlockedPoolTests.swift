// SPDX-License-Identifier: Apache-2.0

import Foundation
import InMemoryLogging
import Logging
import Synchronization
import Testing
import Watcher

struct BlockedPoolTests {
    @Test("heartbeats go on while the work blocks every thread of Swift's pool")
    func beatsUnderABlockedPool() async {
        // In a process of its own, because all other tests need the pool.
        await #expect(processExitsWith: .success) {
            let beats = Tally()
            let note: @Sendable (Int) -> EventLoopServer.Reply = { _ in
                beats.increment()
                return .accepts
            }
            try await EventLoopServer.run(note) { url in
                let watcher = try Watcher(url, configuration: .init(heartbeats: .often))
                let output = try await watcher.trackPipelineExecution(pipelineID: 7, active: true) {
                    let pool = BlockedPool()
                    let came = pool.block { beats.wait(for: 5) }
                    await pool.end()
                    #expect(pool.wasBlocked)
                    return ETLResults(completedSuccessfully: came)
                }
                #expect(output?.results.completedSuccessfully == true)
            }
        }
    }

    @Test("tokens are renewed for heartbeats while the work blocks every thread of Swift's pool")
    func renewsUnderABlockedPool() async {
        await #expect(processExitsWith: .success) {
            let beats = Tally()
            let note: @Sendable (Int) -> EventLoopServer.Reply = { _ in
                beats.increment()
                return .accepts
            }
            // Good for a second: twenty heartbeats take two.
            let credential: JSONValue = ["access_token": "token", "expires_in": 1]
            try await EventLoopServer.run(note, credential: credential) { url in
                var sources = CredentialSources(environment: [:])
                sources.azureMetadata = url
                let watcher = try Watcher(
                    url,
                    authentication: .azure(resource: "r"),
                    configuration: .init(heartbeats: .often),
                    surroundings: .live,
                    credentials: sources
                )
                let output = try await watcher.trackPipelineExecution(pipelineID: 7, active: true) {
                    let pool = BlockedPool()
                    let came = pool.block { beats.wait(for: 20) }
                    await pool.end()
                    #expect(pool.wasBlocked)
                    return ETLResults(completedSuccessfully: came)
                }
                #expect(output?.results.completedSuccessfully == true)
            }
        }
    }

    @Test("a server that breaks off every heartbeat gets the next one nevertheless, and the work does not notice")
    func survivesBrokenConnections() async throws {
        let fourth = Gate()
        let note: @Sendable (Int) -> EventLoopServer.Reply = { number in
            if number == 4 { fourth.open() }
            return .breaksOff
        }
        try await EventLoopServer.run(note) { url in
            let logs = InMemoryLogHandler()
            let watcher = try Watcher(url, configuration: .init(heartbeats: .often), logger: .recording(logs))
            let output = try await watcher.trackPipelineExecution(pipelineID: 7, active: true) {
                await fourth.wait()
                return ETLResults(completedSuccessfully: true)
            }
            #expect(output?.results.completedSuccessfully == true)
            #expect(logs.entries.count { $0.level >= .warning } == 1)
        }
    }
}

extension Watcher.HeartbeatPolicy {
    fileprivate static let often = Self.every(.milliseconds(100), lease: .seconds(1))
}

/// Takes every thread of the cooperative pool away from everybody else.
private final class BlockedPool: Sendable {
    private let (inside, released) = (Tally(), Tally())
    private let tasks = Mutex<[Task<Void, Never>]>([])
    private let outsider = Tally()
    private let blocked = Mutex(false)

    /// Whether nobody else got a thread while the pool was blocked.
    var wasBlocked: Bool { self.blocked.withLock(\.self) }

    /// Blocks the calling thread, which is one of the pool, with `work`, and all others meanwhile.
    func block(_ work: () -> Bool) -> Bool {
        let cores = ProcessInfo.processInfo.activeProcessorCount
        defer { self.released.increment() }
        for _ in 0..<(4 * cores) { self.add { self.hold() } }
        // One thread is the caller's own.
        guard self.inside.wait(for: cores - 1) else { return false }
        self.add { self.outsider.increment() }
        let result = work()
        self.blocked.withLock { $0 = self.outsider.count == 0 }
        return result
    }

    /// Waits until everybody has the threads again.
    func end() async {
        for task in self.tasks.withLock(\.self) { await task.value }
    }

    private func hold() {
        self.inside.increment()
        _ = self.released.wait(for: 1)
    }

    private func add(_ work: @escaping @Sendable () -> Void) {
        self.tasks.withLock { $0.append(Task { work() }) }
    }
}

/// Counts up, and blocks threads until it has counted far enough.
private final class Tally: Sendable {
    private let counted = Mutex(0)
    private let changed = NSCondition()

    var count: Int { self.counted.withLock(\.self) }

    func increment() {
        self.changed.lock()
        defer { self.changed.unlock() }
        self.counted.withLock { $0 += 1 }
        self.changed.broadcast()
    }

    /// Returns whether it has counted so far within a minute.
    func wait(for number: Int) -> Bool {
        let limit = Date(timeIntervalSinceNow: 60)
        self.changed.lock()
        defer { self.changed.unlock() }
        while self.count < number {
            guard self.changed.wait(until: limit) else { return false }
        }
        return true
    }
}
