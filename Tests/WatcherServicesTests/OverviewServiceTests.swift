// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherCore
import WatcherDatabase
import WatcherDatabaseTesting
import WatcherServices
import WatcherStore

@Suite("The overview of a ledger")
struct OverviewServiceTests {
    @Test(
        "what runs and what has ended are listed apart, the last started first",
        arguments: TestDatabase.Kind.allCases
    )
    func executions(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            let service = OverviewService(ledger.ledger)
            #expect(try await service.overview() == Overview(now: ledger.clock.now))
            let pipeline = try await ledger.sync("p")
            var ids: [Int64] = []
            for _ in 0..<5 { ids.append(try await ledger.start(pipeline)) }
            try await ledger.end(ids[3])
            try await ledger.end(ids[0])
            try await ledger.end(ids[1], success: false)
            let overview = try await service.overview()
            #expect(overview.running.map(\.execution.id) == [ids[4], ids[2]])
            #expect(overview.ended.map(\.execution.id) == [ids[3], ids[1], ids[0]])
            #expect(overview.ended.map(\.execution.status) == [.succeeded, .failed, .succeeded])
            #expect(overview.running.map(\.pipelineName) == ["p", "p"])
        }
    }

    @Test("a list is cut, over all outcomes together", arguments: TestDatabase.Kind.allCases)
    func bounded(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            let pipeline = try await ledger.sync("p")
            for index in 0..<30 {
                try await ledger.end(try await ledger.start(pipeline), success: index % 2 == 0)
            }
            let ended = try await OverviewService(ledger.ledger).overview().ended
            #expect(ended.count == Overview.mostExecutions)
            #expect(Set(ended.map(\.execution.status)) == [.succeeded, .failed])
            #expect(ended.map(\.execution.startDate) == ended.map(\.execution.startDate).sorted(by: >))
        }
    }

    @Test("the newest alerts are told, and whether they were delivered", arguments: TestDatabase.Kind.allCases)
    func alerts(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            let now = ledger.clock.now
            try await ledger.database.write { transaction in
                let store = AlertStore(transaction)
                for number in 1...12 { try store.raise(Alert(.warning, "t\(number)", "m"), now: now) }
                let first = try store.newest(limit: 12).last
                try store.markSent(id: (first?.alert.id ?? 0) + 10, now: now)
            }
            let alerts = try await OverviewService(ledger.ledger).overview().alerts
            #expect(alerts.map(\.stored.alert.title) == (3...12).reversed().map { "t\($0)" })
            #expect(alerts.map(\.isDelivered) == [false, true] + Array(repeating: false, count: 8))
        }
    }
}
