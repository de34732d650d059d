// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherCore
import WatcherDatabase
import WatcherDatabaseTesting
import WatcherServices

@Suite("Alerts whose receiver does not answer")
struct SlowReceiverTests {
    @Test("they leave a worker to the other jobs, where there is more than one", .timeLimit(.minutes(1)))
    func checksGoOn() async throws {
        try await TestLedger.with(.sqliteMemory) { ledger in
            let alerts = (1...5).map { JobWork.alert(id: $0) }
            try await ledger.database.enqueue(alerts + [.freshness, .queueMonitor], at: ledger.clock.now)
            let receiver = Gate()
            let workers = ledger.workers { job in
                if job.work.kind == .alert { await receiver.pass() }
                try await ledger.database.takeEffect(job)
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await workers.run() }
                try await eventually("the checks are made") {
                    try await ledger.database.effects() == [6, 7] ? true : nil
                }
                #expect(receiver.count == 1)
                receiver.open()
                try await eventually("the alerts are sent") {
                    try await ledger.database.effects().count == 7 ? true : nil
                }
                group.cancelAll()
            }
        }
    }

    @Test("a single worker sends them too", arguments: TestDatabase.Kind.allCases)
    func singleWorker(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            try await ledger.database.enqueue([.alert(id: 1), .freshness], at: ledger.clock.now)
            var configuration = JobWorkers.Configuration()
            configuration.concurrentJobs = 1
            let workers = ledger.workers(configuration) { try await ledger.database.takeEffect($0) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await workers.run() }
                try await eventually("both are done") { try await ledger.database.effects() == [1, 2] ? true : nil }
                group.cancelAll()
            }
        }
    }

    @Test("jobs of a kind can be left out", arguments: TestDatabase.Kind.allCases)
    func leftOut(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            try await ledger.database.enqueue([.alert(id: 1), .freshness, .alert(id: 2)], at: ledger.clock.now)
            let first = try await ledger.queue.take(9, leavingOut: .alert, worker: "w", lease: .seconds(60))
            #expect(first.jobs.map(\.work) == [.freshness])
            let none = try await ledger.queue.take(9, leavingOut: .alert, worker: "w", lease: .seconds(60))
            #expect(none.jobs == [])
            #expect(try await ledger.take().map(\.work) == [.alert(id: 1), .alert(id: 2)])
        }
    }
}
