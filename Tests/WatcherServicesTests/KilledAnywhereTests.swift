// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherCore
import WatcherDatabase
import WatcherDatabaseTesting
import WatcherServices
import WatcherStore

@Suite("A server that dies")
struct KilledAnywhereTests {
    @Test(
        "before, in or after any write, or beside any alert that it sends: its effect is there once, whatever the job",
        arguments: JobKind.allCases,
        [TestDatabase.Kind.sqliteMemory, .postgres]
    )
    func diesAnywhere(kind: JobKind, store: TestDatabase.Kind) async throws {
        try await TestDatabase.with(store) { database in
            let job = DoomedJob(kind: kind)
            var (deaths, sentAgain) = (0, 0)
            for moment in 1...100 {
                let (ledger, place, fate) = (TestLedger(on: database), Place(), Fate(diesAt: moment))
                try await ledger.delete()
                try await Self.server(job, on: ledger, place).look(previous: ledger.clock.now)
                try await job.prepare(ledger)

                let mortal = TestLedger(on: MortalDatabase(base: database, fate: fate), clock: ledger.clock)
                let notifier = MortalNotifier(place: place, fate: fate)
                do {
                    try await Self.server(job, on: mortal, notifier).look(previous: ledger.clock.now)
                    #expect(!fate.isDead, "nothing follows the moment \(moment), but the server went on")
                } catch is Fate.Died {
                    deaths += 1
                }
                // Others take over what it had, when its time is over.
                let other = try Self.server(job, on: ledger, place)
                var previous: Timestamp?
                for _ in 0..<3 {
                    ledger.clock.advance(seconds: 61)
                    try await other.look(previous: previous)
                    previous = ledger.clock.now
                }
                #expect(try await ledger.effects() == job.effects, "died at the moment \(moment)")
                #expect(try await ledger.database.jobs().filter { $0.dueAt <= ledger.clock.now } == [])
                let sent = place.sent.map(\.id)
                let alerts = job.effects.count { $0.hasPrefix("alert ") }
                #expect(Set(sent).count == alerts && sent.count <= alerts + 1, "\(sent)")
                if sent.count > alerts { sentAgain += 1 }
                guard fate.isDead else { break }
            }
            // Of each alert: when it had been sent, before the end of its job, in it, and not after it.
            let alerts = job.effects.count { $0.hasPrefix("alert ") }
            #expect(sentAgain == 3 * alerts)
            #expect(deaths >= 10 && deaths < 100, "\(deaths)")
        }
    }

    private static func server(_ job: DoomedJob, on ledger: TestLedger, _ notifier: any Notifier) throws -> TestServer {
        TestServer(
            ledger,
            schedules: try job.schedules,
            notifier: notifier,
            secondsBetweenLooks: 61,
            // Two at once would make the n-th moment another one each time.
            concurrentJobs: 1
        )
    }
}
