// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherCore
import WatcherDatabaseTesting
import WatcherServices

@Suite("Executions that send heartbeats")
struct LeaseTests {
    @Test("a lease holds up to its last microsecond; then the execution is lost", arguments: TestDatabase.Kind.allCases)
    func expiry(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            try await ledger.sweep()
            let pipeline = try await ledger.sync("flights")
            let (silent, id) = (try await ledger.start(pipeline), try await ledger.start(pipeline))
            ledger.clock.advance(microseconds: 1_600_001)
            let heartbeat = Heartbeat(leaseSeconds: 10, progress: .set(0.25), message: .set("Half \"way\""))
            try await ledger.heartbeat(id, heartbeat)
            let received = ledger.clock.now
            let lease = ExecutionLease(
                heartbeatAt: received,
                expiresAt: received.advanced(byMicroseconds: 10_000_000),
                progress: 0.25,
                message: "Half \"way\""
            )
            #expect(try await ledger.execution(id).lease == lease)
            ledger.clock.advance(seconds: 10)
            #expect(try await ledger.sweep() == 0)
            ledger.clock.advance(microseconds: 1)
            #expect(try await ledger.sweep() == 1)
            #expect(try await ledger.sweep() == 0)

            let found = try await ledger.execution(id)
            #expect(found.execution.status == .lost)
            #expect(found.execution.report == ExecutionReport(endDate: received, completedSuccessfully: false))
            #expect(found.execution.figures == ExecutionFigures(durationSeconds: 2, throughput: nil))
            #expect(found.lease == nil)
            let alerts = try await ledger.alerts()
            #expect(alerts.count == 1)
            for word in ["flights", "[\"Execution\",\"\(id)\"]", "25 %", #"Half \"way\""#, "2023-11-14T22:13:23Z"] {
                #expect(alerts.first?.contains(word) == true, "\(alerts)")
            }
            // One that never sent a heartbeat is left alone.
            #expect(try await ledger.execution(silent).execution.status == .running)
        }
    }

    @Test("what a heartbeat does not mention stays, null takes it back", arguments: TestDatabase.Kind.allCases)
    func mentions(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            let id = try await ledger.start(try await ledger.sync())
            try await ledger.heartbeat(id, Heartbeat(progress: .set(1), message: .set("m")))
            try await ledger.heartbeat(id)
            let kept = try await ledger.execution(id).lease
            #expect(kept?.progress == 1 && kept?.message == "m")
            try await ledger.heartbeat(id, Heartbeat(progress: .clear, message: .set("")))
            let cleared = try await ledger.execution(id).lease
            #expect(cleared?.progress == nil && cleared?.message == "")
        }
    }

    @Test("an execution that says it starts later ends no earlier than that", arguments: TestDatabase.Kind.allCases)
    func futureStart(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            try await ledger.sweep()
            let id = try await ledger.start(try await ledger.sync(), secondsFromNow: 3600)
            try await ledger.heartbeat(id, Heartbeat(leaseSeconds: 1))
            #expect(try await ledger.listen(seconds: 5) == 1)
            let execution = try await ledger.execution(id).execution
            #expect(execution.report?.endDate == execution.startDate)
            #expect(execution.figures?.durationSeconds == 0)
        }
    }

    @Test("ended is ended: a late heartbeat changes nothing, and the lease goes", arguments: TestDatabase.Kind.allCases)
    func lateHeartbeats(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            try await ledger.sweep()
            let pipeline = try await ledger.sync()
            let (ended, lost) = (try await ledger.start(pipeline), try await ledger.start(pipeline))
            for id in [ended, lost] { try await ledger.heartbeat(id, Heartbeat(leaseSeconds: 2)) }
            try await ledger.end(ended)
            #expect(try await ledger.execution(ended).lease == nil)
            #expect(try await ledger.listen(seconds: 5) == 1)
            #expect(try await ledger.leases() == 0)
            let before = [try await ledger.execution(ended), try await ledger.execution(lost)]
            for id in [ended, lost] {
                try await ledger.heartbeat(id, Heartbeat(leaseSeconds: 1, message: .set("late")))
            }
            #expect(try await ledger.listen(seconds: 30) == 0)
            #expect([try await ledger.execution(ended), try await ledger.execution(lost)] == before)
            #expect(try await ledger.leases() == 0)
            #expect(try await ledger.alerts().count == 1)
            await #expect(throws: ServiceError(.notFound, "Pipeline execution not found")) {
                try await ledger.heartbeat(99)
            }
        }
    }

    @Test(
        "the end of a lost execution wins, and moves the watermark in its turn",
        arguments: TestDatabase.Kind.allCases
    )
    func lateEnds(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            try await ledger.sweep()
            let pipeline = try await ledger.sync(next: "10")
            let early = try await ledger.start(pipeline)
            let middle = try await ledger.start(pipeline, next: "15")
            let late = try await ledger.start(pipeline, next: "20")
            for id in [early, middle, late] { try await ledger.heartbeat(id, Heartbeat(leaseSeconds: 1)) }
            #expect(try await ledger.listen(seconds: 5) == 3)
            #expect(try await ledger.watermark(pipeline) == nil)

            try await ledger.end(middle, inserts: 3)
            #expect(try await ledger.watermark(pipeline) == "15")
            try await ledger.end(early)
            #expect(try await ledger.watermark(pipeline) == "15")
            try await ledger.end(late, success: false)
            #expect(try await ledger.watermark(pipeline) == "15")

            let ended = try await ledger.execution(middle).execution
            #expect(ended.status == .succeeded && ended.report?.inserts == 3)
            #expect(try await ledger.execution(late).execution.status == .failed)
            let report = try #require(ended.report)
            try await ledger.end(middle, with: report)
            var other = report
            other.completedSuccessfully = false
            let error = await #expect(throws: ServiceError.self) { try await ledger.end(middle, with: other) }
            #expect(error?.code == .alreadyEnded)
        }
    }

    @Test("heartbeat, end and sweep at once: the end stands", arguments: TestDatabase.Kind.shareable)
    func allAtOnce(kind: TestDatabase.Kind) async throws {
        try await TestDatabase.withTwoServers(kind) { first, second in
            let clock = TestClock()
            let (one, two) = (TestLedger(on: first, clock: clock), TestLedger(on: second, clock: clock))
            try await one.sweep()
            let pipeline = try await one.sync()
            var ids: [Int64] = []
            for _ in 0..<30 { ids.append(try await one.start(pipeline)) }
            for id in ids { try await one.heartbeat(id, Heartbeat(leaseSeconds: 1)) }
            clock.advance(seconds: 2)
            let report = ExecutionReport(endDate: clock.now, completedSuccessfully: true)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (index, id) in ids.enumerated() {
                    let (server, other) = index.isMultiple(of: 2) ? (one, two) : (two, one)
                    group.addTask { try await server.end(id, with: report) }
                    group.addTask { try await other.heartbeat(id, Heartbeat(leaseSeconds: 1)) }
                    if index.isMultiple(of: 10) { group.addTask { try await server.sweep() } }
                }
                try await group.waitForAll()
            }
            for id in ids { #expect(try await two.execution(id).execution.report == report) }
            try await two.sweep()
            #expect(try await two.leases() == 0)
        }
    }
}
