// SPDX-License-Identifier: Apache-2.0
import Synchronization
import Testing
import WatcherCore
import WatcherDatabase
import WatcherDatabaseTesting
import WatcherServices
import WatcherStore

/// A number that two tasks see.
private final class Counter: Sendable {
    let value = Mutex(0)
}

@Suite("The deletion of what is old")
struct RetentionServiceTests {
    private static func ids(_ statement: SQLStatement, _ ledger: TestLedger) async throws -> [Int64] {
        try await ledger.database.read { try $0.all(statement) { try $0.next() } }
    }

    private static func executions(_ ledger: TestLedger) async throws -> [Int64] {
        try await Self.ids("SELECT id FROM pipeline_execution ORDER BY id", ledger)
    }

    @Test(
        "of random forests exactly what is old as a whole goes, in batches of any size",
        arguments: TestDatabase.Kind.allCases
    )
    func forests(kind: TestDatabase.Kind) async throws {
        for seed in 1...6 as ClosedRange<UInt64> {
            try await TestLedger.with(kind) { ledger in
                try await ledger.sync()
                let forest = RetentionForest(seed: seed, count: 600)
                let now = ledger.clock.now
                try await ledger.database.write { try forest.write($0, now: now) }
                var progress: [RetentionCounts] = []
                let batch = [1, 3, 17, 100, 10_000, .max][Int(seed - 1)] as Int64
                let counts = try await ledger.retention.cleanUp(retentionDays: 100, batchSize: batch) {
                    progress.append($0)
                }
                let findings = forest.executions.count { $0.findingAge != nil }
                #expect(try await Self.executions(ledger) == forest.kept)
                #expect(
                    try await Self.ids(
                        "SELECT pipeline_execution_id FROM timeliness_pipeline_execution_log ORDER BY 1",
                        ledger
                    ) == forest.keptFindings
                )
                #expect(counts.executions == forest.executions.count - forest.kept.count)
                #expect(counts.timelinessLogs == findings - forest.keptFindings.count)
                #expect(!forest.kept.isEmpty && counts.executions > 100)
                #expect(progress.last == counts)
                for (before, after) in zip([RetentionCounts()] + progress, progress) {
                    #expect(Int64(after.executions - before.executions) <= batch)
                }
                #expect(try await ledger.retention.cleanUp(retentionDays: 100, batchSize: batch) == RetentionCounts())
            }
        }
    }

    @Test("a cleanup that ends between two batches is continued by the next one", arguments: TestDatabase.Kind.allCases)
    func cancelled(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            try await ledger.sync()
            let forest = RetentionForest(seed: 9, count: 300)
            let now = ledger.clock.now
            try await ledger.database.write { try forest.write($0, now: now) }
            let retention = ledger.retention
            var deleted = 0
            for _ in 0..<3 {
                deleted += try await Self.cleanUpUntilCancelled(retention)
                #expect(try await Self.executions(ledger).count == forest.executions.count - deleted)
            }
            let rest = try await retention.cleanUp(retentionDays: 100, batchSize: 7)
            #expect(deleted >= 60 && rest.executions > 0)
            #expect(try await Self.executions(ledger) == forest.kept)
        }
    }

    /// Cleans up in a task of its own, which cancels itself after some batches.
    ///
    /// - Returns: how many executions were deleted until then.
    private static func cleanUpUntilCancelled(_ retention: RetentionService) async throws -> Int {
        let deleted = Counter()
        let task = Task {
            try await retention.cleanUp(retentionDays: 100, batchSize: 7) { counts in
                deleted.value.withLock { $0 = counts.executions }
                if counts.executions >= 20 { withUnsafeCurrentTask { $0?.cancel() } }
            }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        return deleted.value.withLock { $0 }
    }

    /// Adds old executions, the first of the ledger: `parent` gives the parent of each from its id, `n`.
    private static func addTree(_ size: Int64, parent: SQLStatement, _ ledger: TestLedger) async throws {
        try await ledger.sync()
        try await ledger.database.write { transaction in
            for start in stride(from: 1, through: size, by: 10_000) {
                try transaction.run(
                    """
                    INSERT INTO pipeline_execution (parent_id, pipeline_id, status, start_date, start_order,
                        date_recorded, hour_recorded, pipeline_revision)
                    WITH RECURSIVE number (n) AS (
                        SELECT \(start) UNION ALL SELECT n + 1 FROM number WHERE n < \(min(size, start + 9999)))
                    SELECT \(parent), 1, 'succeeded', n, n, 0, 0, 0 FROM number ORDER BY n
                    """
                )
            }
        }
    }

    @Test("a root with 100 000 children goes", arguments: [TestDatabase.Kind.sqliteFile, .postgres])
    func wide(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            try await Self.addTree(100_001, parent: "CASE WHEN n > 1 THEN 1 END", ledger)
            let counts = try await ledger.retention.cleanUp(retentionDays: 90)
            #expect(counts.executions == 100_001)
            #expect(try await Self.executions(ledger).isEmpty)
        }
    }

    @Test(
        "a chain of 10 000 goes, and stays whole when its last link is young",
        arguments: [TestDatabase.Kind.sqliteFile, .postgres]
    )
    func deep(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            try await Self.addTree(10_000, parent: "CASE WHEN n > 1 THEN n - 1 END", ledger)
            let young = try await ledger.begin(1, parent: 10_000)
            try await ledger.finish(young)
            #expect(try await ledger.retention.cleanUp(retentionDays: 90) == RetentionCounts())
            ledger.clock.advance(seconds: 90 * 86_400)
            #expect(try await ledger.retention.cleanUp(retentionDays: 90).executions == 0)
            ledger.clock.advance(seconds: 1)
            #expect(try await ledger.retention.cleanUp(retentionDays: 90).executions == 10_001)
        }
    }

    @Test(
        "a child that is started while its tree is deleted keeps those above it",
        arguments: TestDatabase.Kind.allCases
    )
    func lateChild(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            try await Self.addTree(
                5,
                parent: "CASE n WHEN 2 THEN 1 WHEN 3 THEN 2 WHEN 4 THEN 1 WHEN 5 THEN 4 END",
                ledger
            )
            let now = ledger.clock.now
            let listed = try await ledger.database.read { try RetentionStore($0).oldTrees(of: [1], before: now) }
            #expect(listed == [5, 4, 3, 2, 1])
            let child = try await ledger.begin(1, parent: 4)
            let counts = try await ledger.database.write {
                try RetentionStore($0).deleteExecutions(listed, before: now)
            }
            #expect(counts.executions == 3)
            #expect(try await Self.executions(ledger) == [1, 4, child])
        }
    }

    @Test(
        "two servers that clean up while a third party starts children leave a whole ledger",
        arguments: TestDatabase.Kind.shareable
    )
    func twoServers(kind: TestDatabase.Kind) async throws {
        try await TestDatabase.withTwoServers(kind) { one, other in
            let ledger = TestLedger(on: one)
            let second = TestLedger(on: other, clock: ledger.clock)
            try await Self.addTree(3000, parent: "CASE WHEN n % 10 <> 1 THEN n - 1 END", ledger)
            async let first = ledger.retention.cleanUp(retentionDays: 90, batchSize: 50)
            async let last = second.retention.cleanUp(retentionDays: 90, batchSize: 70)
            var children = 0
            for parent in stride(from: 2999, to: 0, by: -75) as StrideTo<Int64> {
                do {
                    _ = try await second.begin(1, parent: parent)
                    children += 1
                } catch let error as ServiceError {
                    // Its parent is gone, or goes at this moment.
                    #expect([.notFound, .unavailable].contains(error.code), "\(error)")
                }
            }
            let deleted = try await first.executions + last.executions
            let rest = try await ledger.retention.cleanUp(retentionDays: 90).executions
            #expect(try await Self.executions(ledger).count == 3000 - deleted - rest + children)
            // What stays, stays for a child that runs.
            let unkept: SQLStatement = """
                WITH RECURSIVE kept (id) AS (
                    SELECT id FROM pipeline_execution WHERE status = 'running'
                    UNION SELECT e.parent_id FROM kept JOIN pipeline_execution e ON e.id = kept.id
                    WHERE e.parent_id IS NOT NULL)
                SELECT id FROM pipeline_execution WHERE parent_id IS NULL AND id NOT IN (SELECT id FROM kept)
                """
            #expect(try await Self.ids(unkept, ledger) == [])
        }
    }

    @Test("findings and alerts go by their own date, unless they still matter", arguments: TestDatabase.Kind.allCases)
    func logs(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            let stale = try await ledger.sync("stale", freshness: TimeLimit(1, .hour), timeliness: TimeLimit(1, .hour))
            let restored = try await ledger.sync("restored", freshness: TimeLimit(1, .hour))
            let never = try await ledger.sync("never", freshness: TimeLimit(1, .hour))
            try await ledger.load(stale)
            try await ledger.load(restored)
            let stuck = try await ledger.begin(stale)
            ledger.clock.advance(seconds: 3601)
            #expect(try await ledger.freshness.check().new.map(\.id) == [stale, restored, never])
            #expect(try await ledger.timeliness.check(lookbackMinutes: 60).late.map(\.id) == [stuck])
            try await ledger.load(restored)
            #expect(try await ledger.freshness.check().restored == ["restored"])
            ledger.clock.advance(seconds: 91 * 86_400)
            // Two have been sent, of which one is to be sent again; the third waits.
            try await ledger.database.write { transaction in
                try transaction.run("UPDATE alert SET sent_at = raised_at WHERE id < 3")
                try transaction.run("DELETE FROM job WHERE subject = 1")
            }
            let counts = try await ledger.retention.cleanUp(retentionDays: 90)
            #expect(counts.freshnessLogs == 1 && counts.timelinessLogs == 0 && counts.alerts == 1)
            #expect(try await Self.ids("SELECT id FROM alert ORDER BY id", ledger) == [2, 3])
            #expect(counts.executions == 3)
            // Nothing that was found is found again.
            let again = try await ledger.freshness.check()
            #expect(again.new.map(\.id) == [restored])
            #expect(try await ledger.timeliness.check(lookbackMinutes: 60).newCount == 0)
            // It ends at last: its finding goes with it, as the data's does when it changes.
            try await ledger.finish(stuck, inserts: 1)
            let rest = try await ledger.retention.cleanUp(retentionDays: 90)
            #expect(rest.executions == 1 && rest.timelinessLogs == 1 && rest.freshnessLogs == 1)
        }
    }

    @Test("a cleanup under a key is done once", arguments: TestDatabase.Kind.allCases)
    func idempotency(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            func cleanUp(_ fingerprint: Int64) async throws -> String {
                let key = IdempotencyKey(name: "k", fingerprint: fingerprint)
                let reply = Reply<RetentionCounts>(key: key) { Answer(status: 200, body: "\($0.executions)") }
                return try await ledger.retention.cleanUp(retentionDays: 90, batchSize: 1, reply).body
            }
            try await Self.addTree(3, parent: "NULL", ledger)
            #expect(try await cleanUp(1) == "3")
            let old = try await ledger.begin(1, at: Timestamp(microseconds: 0))
            try await ledger.finish(old)
            #expect(try await cleanUp(1) == "3")
            #expect(try await Self.executions(ledger) == [old])
            await #expect(throws: ServiceError.self) { try await cleanUp(2) }
        }
    }
}
