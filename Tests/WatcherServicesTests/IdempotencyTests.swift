// SPDX-License-Identifier: Apache-2.0
import Logging
import Testing
import WatcherCore
import WatcherDatabaseTesting
import WatcherServices

struct IdempotencyTests {
    private func start(_ ledger: TestLedger, _ pipeline: Int64, key: String, fingerprint: Int64 = 1) async throws
        -> Answer
    {
        let start = ExecutionStart(
            pipelineID: pipeline,
            startDate: nil,
            watermark: nil,
            nextWatermark: nil,
            parentID: nil
        )
        let reply = Reply<Int64>(key: IdempotencyKey(name: key, fingerprint: fingerprint)) {
            Answer(status: 201, body: "\($0)")
        }
        return try await ledger.executions.start(start, reply)
    }

    @Test("a request under a key takes effect once, also when many come at once", arguments: TestDatabase.Kind.allCases)
    func onceForEachKey(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            let pipeline = try await ledger.sync()
            let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
                for index in 0..<100 { group.addTask { try await self.start(ledger, pipeline, key: "k\(index % 5)") } }
                return try await group.reduce(into: Set<String>()) { $0.insert($1.body) }
            }
            #expect(answers.count == 5)
            let page = try await ledger.executions.list(.init(), pipelineName: nil, limit: 1000)
            #expect(page.executions.count == 5)
        }
    }

    @Test("the same key for another request is refused", arguments: TestDatabase.Kind.allCases)
    func anotherRequestIsRefused(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            let pipeline = try await ledger.sync()
            _ = try await self.start(ledger, pipeline, key: "k")
            let error = await #expect(throws: ServiceError.self) {
                try await self.start(ledger, pipeline, key: "k", fingerprint: 2)
            }
            #expect(error?.code == .idempotencyKeyReuse)
        }
    }

    @Test("a refused request keeps no key", arguments: TestDatabase.Kind.allCases)
    func refusalKeepsNothing(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            await #expect(throws: ServiceError.self) { try await self.start(ledger, 1, key: "k") }
            let pipeline = try await ledger.sync()
            #expect(try await self.start(ledger, pipeline, key: "k").status == 201)
        }
    }

    @Test("a key is forgotten after 24 hours, and its row deleted", arguments: TestDatabase.Kind.allCases)
    func keysExpire(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            let pipeline = try await ledger.sync()
            let cleanup = IdempotencyCleanup(
                database: ledger.database,
                now: { ledger.clock.now },
                logger: Logger(label: "test")
            )
            let first = try await self.start(ledger, pipeline, key: "k")
            ledger.clock.advance(seconds: 24 * 3600)
            #expect(try await self.start(ledger, pipeline, key: "k") == first)
            #expect(try await cleanup.runOnce(now: ledger.clock.now) == 0)
            ledger.clock.advance(seconds: 1)
            #expect(try await self.start(ledger, pipeline, key: "k", fingerprint: 2) != first)
            ledger.clock.advance(seconds: 24 * 3600 + 1)
            #expect(try await cleanup.runOnce(now: ledger.clock.now) == 1)
        }
    }
}
