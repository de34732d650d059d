// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherCore
import WatcherDatabase
import WatcherDatabaseTesting
import WatcherServices
import WatcherStore

struct JobQueueTests {
    @Test(
        "jobs are taken in the order in which they are due, each by one worker",
        arguments: TestDatabase.Kind.allCases
    )
    func order(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            let work: [JobWork] = [
                .freshness, .timeliness(lookbackMinutes: 60), .anomalies(executionID: 5), .alert(id: 9), .queueMonitor,
            ]
            try await ledger.database.enqueue(work, at: ledger.clock.now)
            let (first, others) = (try await ledger.take(2), try await ledger.take())
            #expect((first + others).map(\.id).sorted() == [1, 2, 3, 4, 5])
            #expect((first + others).sorted { $0.id < $1.id }.map(\.work) == work)
            #expect(first.map(\.id).sorted() == [1, 2])
            #expect((first + others).allSatisfy { $0.attempt == 1 && $0.tries == 1 })
            #expect(try await ledger.take() == [])
        }
    }

    @Test("a job is there when what it follows is, and only then", arguments: TestDatabase.Kind.allCases)
    func enqueuedWithItsCause(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            let now = ledger.clock.now
            await #expect(throws: ServiceError.self) {
                try await ledger.database.write { transaction in
                    try JobStore(transaction).enqueue(.freshness, now: now)
                    throw ServiceError(.invalid, "refused")
                }
            }
            let jobs = try await ledger.database.jobs()
            #expect(jobs == [])
        }
    }

    @Test(
        "a worker that dies loses its job after a minute, and if it is only slow, what it does is undone",
        arguments: TestDatabase.Kind.allCases
    )
    func crash(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            try await ledger.database.enqueue([.freshness], at: ledger.clock.now)
            let slow = try #require(try await ledger.take().first)
            ledger.clock.advance(seconds: 59)
            #expect(try await ledger.take() == [])
            #expect(try await ledger.queue.extend(slow, lease: .seconds(60)))
            ledger.clock.advance(seconds: 59)
            #expect(try await ledger.take() == [])
            ledger.clock.advance(seconds: 1)
            let next = try #require(try await ledger.take().first)
            #expect((next.id, next.attempt, next.tries) == (slow.id, 2, 2))

            // Whatever the slow one does now comes to nothing.
            let error = await #expect(throws: DatabaseError.self) { try await ledger.database.takeEffect(slow) }
            #expect(error?.code == .lost)
            #expect(try await !ledger.queue.extend(slow, lease: .seconds(60)))
            #expect(try await ledger.queue.giveBack([slow]) == 0)
            #expect(try await ledger.queue.fail(slow, "late") == .lost)

            try await ledger.database.takeEffect(next)
            await #expect(throws: DatabaseError.self) { try await ledger.database.takeEffect(next) }
            #expect(try await ledger.database.effects() == [1])
            #expect(try await ledger.database.jobs() == [])
        }
    }

    @Test(
        "a job that is given back costs no try, and its old worker cannot finish it",
        arguments: TestDatabase.Kind.allCases
    )
    func giveBack(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            try await ledger.database.enqueue([.freshness], at: ledger.clock.now)
            var held: [Job] = []
            for round in 1...20 as ClosedRange<Int64> {
                held = try await ledger.take()
                #expect(held == [Job(id: 1, work: .freshness, attempt: round, tries: 1)])
                #expect(try await ledger.queue.giveBack(held) == 1)
            }
            await #expect(throws: DatabaseError.self) { try await ledger.database.takeEffect(held[0]) }
            #expect(try await ledger.database.effects() == [])
        }
    }

    @Test(
        "a job that fails 16 times is parked until somebody has it tried again",
        arguments: TestDatabase.Kind.allCases
    )
    func parksAndRetries(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            let (queue, database) = (ledger.queue, ledger.database)
            try await database.enqueue([.alert(id: 1), .freshness], at: ledger.clock.now)
            let other = try #require(try await ledger.take(2).first { $0.id == 2 })
            try await database.takeEffect(other)
            _ = try await queue.giveBack([Job(id: 1, work: .alert(id: 1), attempt: 1)])
            for round in 1...16 as ClosedRange<Int64> {
                let job = try #require(try await ledger.take().first)
                #expect(job.tries == round)
                let outcome = try await queue.fail(job, String(repeating: "é\0", count: 3000))
                #expect((outcome == .parked) == (round == 16))
                #expect(try await ledger.take() == [])
                ledger.clock.advance(seconds: 1200)
            }
            let parked = try #require(try await database.jobs().first)
            #expect((parked.state, parked.tries) == (.parked, 16))
            #expect(parked.lastError == String(repeating: "é", count: 2000))
            #expect(try await ledger.take() == [])
            #expect(try await queue.list(state: .waiting, kind: nil, limit: 9) == [])
            #expect(try await queue.list(state: .parked, kind: .freshness, limit: 9) == [])
            #expect(try await queue.list(state: .parked, kind: .alert, limit: 9) == [parked])

            let missing = await #expect(throws: ServiceError.self) { try await queue.retry([1, 2]) }
            #expect(missing?.message.hasPrefix("there is no job 2:") == true)
            #expect(try await database.jobs().map(\.state) == [.parked])
            #expect(try await queue.retry([1]) == 1)
            let again = try #require(try await ledger.take().first)
            #expect((again.attempt, again.tries) == (18, 1))
            let running = await #expect(throws: ServiceError.self) { try await queue.retry([1]) }
            #expect(running?.message.hasPrefix("running already: 1;") == true)
            #expect(try await queue.retryAllParked() == 0)
            try await database.takeEffect(again)
            #expect(try await database.effects() == [1, 2])
        }
    }

    @Test("what nobody here can do is parked, and holds up nothing", arguments: TestDatabase.Kind.allCases)
    func parksTheImpossible(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            let (database, queue, now) = (ledger.database, ledger.queue, ledger.clock.now)
            try await database.enqueue([.alert(id: 1), .alert(id: 2), .freshness], at: now)
            try await database.write { transaction in
                let (kind, subject, last) = ("from the future", Int64(7), Int64(16))
                try transaction.run("UPDATE job SET kind = \(kind), subject = \(subject) WHERE id = 1")
                try transaction.run("UPDATE job SET subject = NULL WHERE id = 2")
                try JobStore(transaction).enqueue(.queueMonitor, now: now)
                // Its server died of it 16 times.
                try transaction.run(
                    "UPDATE job SET state = \(JobState.running), attempt = 99, tries = \(last) WHERE id = 4"
                )
            }
            let (jobs, parked) = try await queue.take(10, worker: "test", lease: .seconds(60))
            #expect(jobs.map(\.id) == [3])
            #expect(parked.map(\.id).sorted() == [1, 2, 4])
            let errors = try await database.jobs().map { $0.state == .parked ? $0.lastError ?? "" : nil }
            #expect(errors[0] == "this version does not know jobs of the kind 'from the future' with subject 7")
            #expect(errors[1] == "this version does not know jobs of the kind 'alert' with no subject")
            #expect(errors[2] == nil)
            #expect(errors[3]?.contains("begun 16 times") == true)
            #expect(try await queue.retryAllParked() == 3)
        }
    }

    @Test("a clock that is put back holds up no job", arguments: TestDatabase.Kind.allCases)
    func clockPutBack(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            ledger.clock.advance(seconds: 86_400)
            try await ledger.database.enqueue([.freshness, .queueMonitor], at: ledger.clock.now)
            #expect(try await ledger.take(1).count == 1)
            ledger.clock.advance(seconds: -86_400)
            #expect(try await ledger.take().count == 2)
            #expect(try await ledger.take() == [])
        }
    }

    @Test("looking for jobs writes nothing when none is due", arguments: TestDatabase.Kind.allCases)
    func idle(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            let before = ledger.database.writerStatistics
            for _ in 0..<5 {
                let jobs = try await ledger.take()
                #expect(jobs == [])
            }
            #expect(ledger.database.writerStatistics == before)
        }
    }
}
