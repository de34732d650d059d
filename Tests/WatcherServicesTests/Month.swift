// SPDX-License-Identifier: Apache-2.0
import WatcherCore
import WatcherDatabase
import WatcherServices

/// A month as it passes on a ledger, as it was planned.
struct Month {
    private enum Event {
        case start
        case heartbeat
        case end
    }

    let plan: MonthPlan
    /// The executions' ids by their numbers.
    private(set) var ids: [Int: Int64] = [:]
    private var pipelines: [Int64] = []
    private let ledger: TestLedger
    private let begin: Timestamp

    init(_ plan: MonthPlan, on ledger: TestLedger) {
        self.plan = plan
        self.ledger = ledger
        // The clock stands at 22:13:20.
        ledger.clock.advance(seconds: 2800)
        self.begin = ledger.clock.now
    }

    private func moment(_ seconds: Int64) -> Timestamp { self.begin.advanced(byMicroseconds: seconds * 1_000_000) }

    /// A finding as it is stored.
    func stored(_ stale: MonthFindings.Stale) -> String {
        "\(self.pipelines[stale.pipeline]) \(self.moment(stale.changed).microseconds)"
    }

    /// Lets the month pass.
    mutating func run(alertsTo notifier: any Notifier) async throws {
        let server = TestServer(
            self.ledger,
            schedules: [
                try Scheduler.Entry("freshness", .freshness, cron: "0 * * * *"),
                try Scheduler.Entry("timeliness", .timeliness(lookbackMinutes: 60), cron: "30 */2 * * *"),
                try Scheduler.Entry("queue", .queueMonitor, cron: "0 */6 * * *"),
            ],
            notifier: notifier,
            secondsBetweenLooks: MonthPlan.look
        )
        for number in self.plan.pipelines.indices { try await self.addPipeline(number) }
        try await server.look(previous: nil)
        var events = self.events[...]
        var previous: Int64 = 0
        for look in self.plan.looks {
            while let next = events.first, next.time <= look {
                events.removeFirst()
                self.setClock(next.time)
                try await self.perform(next.event, next.run)
            }
            self.setClock(look)
            let isContinuing = look - previous == MonthPlan.look
            try await server.look(previous: isContinuing ? self.moment(previous) : nil)
            previous = look
        }
    }

    private func setClock(_ seconds: Int64) {
        self.ledger.clock.advance(microseconds: self.moment(seconds).microseconds - self.ledger.clock.now.microseconds)
    }

    private mutating func addPipeline(_ number: Int) async throws {
        let pipeline = self.plan.pipelines[number]
        let id = try await self.ledger.sync(
            pipeline.name,
            freshness: TimeLimit(pipeline.freshSeconds / 3600, .hour),
            timeliness: TimeLimit(pipeline.allowedSeconds / 60, .minute)
        )
        self.pipelines.append(id)
        if pipeline.isSilent {
            try await self.ledger.patch(id) { patch in
                if number.isMultiple(of: 3) {
                    patch.isActive = .set(false)
                } else {
                    patch.freshness.isMuted = .set(true)
                    patch.timeliness.isMuted = .set(true)
                }
            }
        }
        // What runs once a day is judged by those of the same hour, all else by those of all hours.
        for metric in pipeline.rules {
            try await self.ledger.rule(id, metric, minimum: pipeline.period == 86_400 ? 5 : 30)
        }
        if pipeline.rules.isEmpty { try await self.ledger.rule(id, .totalRows, active: false) }
    }

    /// What the server gets and when, in order.
    private var events: [(time: Int64, run: Int, event: Event)] {
        var events: [(time: Int64, run: Int, event: Event)] = []
        for (number, run) in self.plan.runs.enumerated() {
            let started = self.plan.received(run.start)
            events.append((started, number, .start))
            for heartbeat in run.heartbeats where heartbeat >= started && self.plan.received(heartbeat) == heartbeat {
                events.append((heartbeat, number, .heartbeat))
            }
            guard let reported = run.reported else { continue }
            events.append((reported, number, .end))
            // Now and then a client does not hear the answer, or its last heartbeat overtakes the end.
            if number.isMultiple(of: 10) { events.append((self.plan.received(reported + 60), number, .end)) }
            if number % 10 == 5 { events.append((self.plan.received(reported + 60), number, .heartbeat)) }
        }
        let order: [Event: Int] = [.start: 0, .heartbeat: 1, .end: 2]
        return events.sorted { ($0.time, order[$0.event] ?? 0, $0.run) < ($1.time, order[$1.event] ?? 0, $1.run) }
    }

    private mutating func perform(_ event: Event, _ number: Int) async throws {
        let run = self.plan.runs[number]
        switch event {
        case .start:
            self.ids[number] = try await self.ledger.begin(self.pipelines[run.pipeline], at: self.moment(run.start))
        case .heartbeat:
            guard let id = self.ids[number] else { return }
            let lease = self.plan.pipelines[run.pipeline].lease ?? 60
            try await self.ledger.heartbeat(id, Heartbeat(leaseSeconds: lease))
        case .end:
            guard let id = self.ids[number], let end = run.end else { return }
            let report = ExecutionReport(
                endDate: self.moment(end),
                completedSuccessfully: run.succeeds,
                inserts: run.inserts,
                totalRows: run.rows
            )
            try await self.ledger.end(id, with: report)
        }
    }
}
