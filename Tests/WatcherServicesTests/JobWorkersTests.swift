// SPDX-License-Identifier: Apache-2.0
import Logging
import ServiceLifecycle
import Synchronization
import Testing
import WatcherCore
import WatcherDatabase
import WatcherDatabaseTesting
import WatcherServices
import WatcherStore

struct JobWorkersTests {
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Runs workers as the program does, and ends them gracefully.
    private static func running(
        _ workers: JobWorkers,
        _ body: (_ shutDown: @Sendable () async -> Void) async throws -> Void
    ) async throws {
        let group = ServiceGroup(services: [workers], logger: Self.logger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await body { await group.triggerGracefulShutdown() }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    @Test(
        "two servers share many jobs: each takes effect once, and none is run by two at once",
        arguments: TestDatabase.Kind.shareable
    )
    func shared(kind: TestDatabase.Kind) async throws {
        try await TestDatabase.withTwoServers(kind) { first, second in
            let clock = TestClock()
            let ledgers = [TestLedger(on: first, clock: clock), TestLedger(on: second, clock: clock)]
            let ids = Array(1...150 as ClosedRange<Int64>)
            try await first.enqueue(ids.map { .alert(id: $0) }, at: clock.now)
            let underWay = Mutex<Set<Int64>>([])
            let twice = Mutex<[Int64]>([])
            var configuration = JobWorkers.Configuration()
            configuration.concurrentJobs = 4
            let done = try await withThrowingTaskGroup(of: Int.self) { group in
                for ledger in ledgers {
                    let workers = ledger.workers(configuration) { job in
                        if !underWay.withLock({ $0.insert(job.id).inserted }) { twice.withLock { $0.append(job.id) } }
                        for _ in 0..<20 { await Task.yield() }
                        try await ledger.database.takeEffect(job)
                        _ = underWay.withLock { $0.remove(job.id) }
                    }
                    group.addTask { try await workers.runOnce() }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(done.reduce(0, +) == 150)
            #expect(twice.withLock { $0 } == [])
            #expect(try await first.effects() == ids)
            #expect(try await second.jobs() == [])
        }
    }

    @Test("a job keeps its worker as long as that takes", arguments: TestDatabase.Kind.allCases)
    func longJobs(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            try await ledger.database.enqueue([.freshness], at: ledger.clock.now)
            let end = ledger.clock.now.advanced(byMicroseconds: 600_000_000)
            let stolen = Mutex(0)
            // Time passes only when the workers wait.
            let workers = ledger.workers(sleep: { duration in
                try Task.checkCancellation()
                ledger.clock.advance(seconds: duration.components.seconds)
            }) { job in
                while ledger.clock.now < end {
                    let taken = try await ledger.take().count
                    stolen.withLock { $0 += taken }
                }
                try await ledger.database.takeEffect(job)
            }
            #expect(try await workers.runOnce() == 1)
            #expect(stolen.withLock { $0 } == 0)
            #expect(try await ledger.database.effects() == [1])
        }
    }

    @Test("a handler is stopped when its job has been lost", arguments: TestDatabase.Kind.allCases)
    func lostJobs(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            try await ledger.database.enqueue([.freshness], at: ledger.clock.now)
            let wasStopped = Mutex(false)
            // Another worker takes the job before this one extends its lease.
            let workers = ledger.workers(sleep: { _ in
                ledger.clock.advance(seconds: 61)
                let taken = try await ledger.take()
                #expect(taken.map(\.attempt) == [2])
            }) { _ in
                defer { wasStopped.withLock { $0 = Task.isCancelled } }
                try await untilCancelled()
            }
            #expect(try await workers.runOnce() == 0)
            #expect(wasStopped.withLock { $0 })
            let job = try #require(try await ledger.database.jobs().first)
            #expect((job.state, job.tries, job.lastError) == (.running, 2, nil))
        }
    }

    @Test("a handler that throws is tried again later, then parked", arguments: TestDatabase.Kind.allCases)
    func failures(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            try await ledger.database.enqueue([.freshness, .alert(id: 1)], at: ledger.clock.now)
            let workers = ledger.workers { job in
                if job.work == .freshness { throw ServiceError(.failed, "no luck") }
                try await ledger.database.takeEffect(job)
            }
            #expect(try await workers.runOnce() == 1)
            for tries in 1...16 as ClosedRange<Int64> {
                let job = try #require(try await ledger.database.jobs().first)
                #expect((job.tries, job.lastError, job.worker) == (tries, "no luck", nil))
                #expect(job.state == (tries < 16 ? .waiting : .parked))
                ledger.clock.advance(seconds: 1200)
                #expect(try await workers.runOnce() == 0)
            }
            #expect(try await ledger.queue.retryAllParked() == 1)
            #expect(try await ledger.workers().runOnce() == 1)
            #expect(try await ledger.database.effects() == [1, 2])
        }
    }

    @Test("at the end, jobs under way may end, and no further ones are begun", arguments: TestDatabase.Kind.allCases)
    func endsWhatIsUnderWay(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            try await ledger.database.enqueue([.freshness, .freshness, .freshness], at: ledger.clock.now)
            let (gate, grace) = (Gate(), Gate())
            // The grace ends with the test only.
            let workers = ledger.workers(sleep: { duration in
                if duration == JobWorkers.Configuration().shutdownGrace { grace.open() }
                try await untilCancelled()
            }) { job in
                await gate.pass()
                try await ledger.database.takeEffect(job)
            }
            try await Self.running(workers) { shutDown in
                try await eventually("two handlers") { gate.count == 2 ? true : nil }
                await shutDown()
                await grace.pass()
                gate.open()
            }
            #expect(try await ledger.database.effects().count == 2)
            #expect(try await ledger.database.jobs().map(\.state) == [.waiting])
        }
    }

    @Test(
        "at the end, jobs that do not end in time are given back, and cannot take effect",
        arguments: TestDatabase.Kind.shareable
    )
    func givesBackWhatIsLeft(kind: TestDatabase.Kind) async throws {
        try await TestDatabase.withTwoServers(kind) { first, second in
            let clock = TestClock()
            let (ledger, survivor) = (TestLedger(on: first, clock: clock), TestLedger(on: second, clock: clock))
            try await first.enqueue([.freshness], at: clock.now)
            let gate = Gate()
            let outcomes = Mutex<[Bool]>([])
            let grace = JobWorkers.Configuration().shutdownGrace
            let workers = ledger.workers(sleep: { if $0 != grace { try await untilCancelled() } }) { job in
                // It does not hear that it is cancelled.
                await gate.pass()
                defer { outcomes.withLock { $0.append(false) } }
                try await ledger.database.takeEffect(job)
                outcomes.withLock { $0.append(true) }
            }
            try await Self.running(workers) { shutDown in
                try await eventually("the handler") { gate.count == 1 ? true : nil }
                await shutDown()
                try await eventually("the job to be given back") {
                    try await second.jobs().first?.state == .waiting ? true : nil
                }
                #expect(try await survivor.workers().runOnce() == 1)
                gate.open()
            }
            #expect(outcomes.withLock { $0 } == [false])
            #expect(try await second.effects() == [1])
        }
    }

    @Test("workers outlive a database that is away")
    func outage() async throws {
        try await TestDatabase.with(.sqliteFile) { base in
            let database = FlakyDatabase(base)
            let ledger = TestLedger(on: database)
            try await base.enqueue([.freshness], at: ledger.clock.now)
            database.setAway(true)
            let workers = ledger.workers(sleep: { duration in
                // Only the pause between two looks passes.
                if duration != .seconds(1) { try await untilCancelled() }
                try Task.checkCancellation()
                await Task.yield()
            }) { try await ledger.database.takeEffect($0) }
            try await Self.running(workers) { _ in
                try await eventually("some refusals") { database.refusals > 3 ? true : nil }
                database.setAway(false)
                try await eventually("the effect") { try await base.effects() == [1] ? true : nil }
            }
        }
    }
}
