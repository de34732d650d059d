// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherCore
import WatcherDatabase
import WatcherDatabaseTesting
import WatcherServices

@Suite("The freshness check")
struct FreshnessServiceTests {
    @Test("stale data is told of once, fresh data once, and a mute is neither", arguments: TestDatabase.Kind.allCases)
    func story(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            let id = try await ledger.sync("flights", freshness: TimeLimit(2, .hour))
            try await ledger.load(id)
            ledger.clock.advance(seconds: 7200)
            #expect(try await ledger.freshness.check() == .init())
            ledger.clock.advance(seconds: 60)
            let found = try await ledger.freshness.check()
            #expect(found.new.map(\.name) == ["flights"])
            // Found already: still stale, and not new.
            let again = try await ledger.freshness.check()
            #expect(again.stale.map(\.id) == [id] && again.new.isEmpty && again.restored.isEmpty)
            // Nobody looks at it any more: that is no good news.
            try await ledger.patch(id) { $0.freshness.isMuted = .set(true) }
            #expect(try await ledger.freshness.check() == .init())
            try await ledger.patch(id) {
                $0.freshness.isMuted = .set(false); $0.isActive = .set(false)
            }
            #expect(try await ledger.freshness.check() == .init())
            try await ledger.patch(id) { $0.isActive = .set(true) }
            #expect(try await ledger.freshness.check().new.isEmpty)
            // Changed while it was muted, fresh when it is not.
            try await ledger.load(id)
            #expect(try await ledger.freshness.check().restored == ["flights"])
            #expect(try await ledger.freshness.check() == .init())
            // A longer threshold makes old data fresh; the shorter one again tells nobody anything new.
            ledger.clock.advance(seconds: 10_000)
            #expect(try await ledger.freshness.check().new.count == 1)
            try await ledger.patch(id) { $0.freshness = ThresholdUpdate(TimeLimit(1, .month)) }
            #expect(try await ledger.freshness.check().restored == ["flights"])
            try await ledger.patch(id) { $0.freshness = ThresholdUpdate(TimeLimit(1, .minute)) }
            let shorter = try await ledger.freshness.check()
            #expect(shorter.stale.count == 1 && shorter.new.isEmpty)
            try await ledger.load(id)
            #expect(try await ledger.freshness.check() == .init())

            let alerts = try await ledger.raisedAlerts()
            #expect(
                alerts.map(\.title) == [
                    "Freshness Check Failed", "Freshness Restored", "Freshness Check Failed", "Freshness Restored",
                ]
            )
            #expect(alerts.map(\.level) == ["warning", "info", "warning", "info"])
            #expect(
                alerts.first?.details == [
                    "flights", "last changed 2023-11-14T22:13:20Z, expected within 2 hours, overdue by 1m",
                ]
            )
        }
    }

    @Test(
        "a type's threshold counts, and what never loaded counts from its creation",
        arguments: TestDatabase.Kind.allCases
    )
    func neverLoaded(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            for index in 0..<60 { try await ledger.sync("p\(index)") }
            let update = PipelineTypeUpdate(
                freshness: ThresholdUpdate(TimeLimit(1, .day)),
                timeliness: ThresholdUpdate()
            )
            _ = try await PipelineTypeService(ledger.ledger).patch(.name("t"), update)
            ledger.clock.advance(seconds: 86_400)
            #expect(try await ledger.freshness.check() == .init())
            ledger.clock.advance(seconds: 1)
            let found = try await ledger.freshness.check()
            #expect(found.new.count == 60)
            #expect(found.stale.allSatisfy { !$0.staleness.hasLoaded })
            // One alert for all of them, which names the first.
            let alerts = try await ledger.raisedAlerts()
            #expect(alerts.count == 1)
            #expect(alerts.first?.message.hasPrefix("60 pipelines overdue") == true)
            #expect(alerts.first?.details.count == 102)
            #expect(alerts.first?.details.last == "… and 10 more")
            // An execution that changes no row is no news.
            try await ledger.finish(try await ledger.begin(1))
            #expect(try await ledger.freshness.check().restored == [])
            try await ledger.load(1)
            #expect(try await ledger.freshness.check().restored == ["p0"])
        }
    }

    @Test("a check and its job are done together, or neither is", arguments: TestDatabase.Kind.allCases)
    func finishesItsJob(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            _ = try await ledger.sync("p", freshness: TimeLimit(1, .hour))
            ledger.clock.advance(seconds: 3601)
            let reply = Reply<Void>(key: IdempotencyKey(name: "k", fingerprint: 1)) {
                Answer(status: 200, body: "queued")
            }
            for _ in 0..<2 { #expect(try await ledger.freshness.request(reply).body == "queued") }
            #expect(try await ledger.count("job") == 1)
            let lost = try await ledger.takeJob(.freshness)
            let job = try await ledger.takeJob(.freshness)
            // The first worker was so slow that another one has the job: nothing of what it found stays.
            let error = await #expect(throws: ServiceError.self) { try await ledger.freshness.run(lost) }
            #expect(error?.code == .unavailable)
            #expect(try await ledger.count("freshness_pipeline_log") == 0)
            #expect(try await ledger.raisedAlerts().isEmpty)
            try await ledger.freshness.run(job)
            #expect(try await ledger.count("freshness_pipeline_log") == 1)
            #expect(try await ledger.raisedAlerts().count == 1)
            #expect(try await ledger.count("job WHERE kind = 'freshness'") == 0)
        }
    }

    @Test("two servers that look at once tell people once", arguments: TestDatabase.Kind.shareable)
    func twoServers(kind: TestDatabase.Kind) async throws {
        try await TestDatabase.withTwoServers(kind) { one, other in
            let ledger = TestLedger(on: one)
            let second = TestLedger(on: other, clock: ledger.clock)
            var pipelines: [Int64] = []
            for index in 0..<20 { pipelines.append(try await ledger.sync("p\(index)", freshness: TimeLimit(1, .hour))) }
            for round in 1...5 as ClosedRange<Int> {
                ledger.clock.advance(seconds: 3601)
                let found = try await Self.checkTwice(ledger, second).flatMap { $0.new.map(\.id) }
                #expect(found.sorted() == pipelines)
                for pipeline in pipelines { try await ledger.load(pipeline) }
                let restored = try await Self.checkTwice(ledger, second).flatMap(\.restored)
                #expect(restored.count == 20 && Set(restored).count == 20)
                #expect(try await ledger.count("freshness_pipeline_log") == Int64(20 * round))
            }
            let alerts = try await ledger.raisedAlerts()
            #expect(alerts.filter { $0.level == "warning" }.map { $0.details.count / 2 }.reduce(0, +) == 100)
            #expect(alerts.filter { $0.level == "info" }.map { $0.details.count / 2 }.reduce(0, +) == 100)
        }
    }

    private static func checkTwice(_ one: TestLedger, _ other: TestLedger) async throws -> [FreshnessService.Outcome] {
        async let first = one.freshness.check()
        async let second = other.freshness.check()
        return [try await first, try await second]
    }
}
