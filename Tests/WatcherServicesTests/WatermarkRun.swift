// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherCore
import WatcherServices

/// One random sequence of requests about a pipeline of its own, and the model beside it.
struct WatermarkRun {
    /// How many steps a sequence has.
    static let length = 24

    /// How a sequence went.
    struct Outcome: Sendable {
        /// Its seed.
        let seed: UInt64
        /// How many steps were taken.
        let steps: Int
        /// What decided on the successful ends.
        let reasons: Set<WatermarkModel.Reason>
        /// What decided on the successful ends of lost runs.
        let lateReasons: Set<WatermarkModel.Reason>
        /// What was wrong after the last step, and how it came to that.
        let failure: String?
    }

    private struct Execution {
        let id: Int64
        let startDate: Timestamp
        var isLost = false
        var report: ExecutionReport?
    }

    private let seed: UInt64
    private let servers: [TestLedger]
    private var script: WatermarkScript
    private var model = WatermarkModel()
    private var coverage = WatermarkCoverage()
    private var pipeline: Pipeline?
    /// The watermark that the last sync found.
    private var synced: String?
    private var executions: [Execution] = []
    private var reasons: Set<WatermarkModel.Reason> = []
    private var lateReasons: Set<WatermarkModel.Reason> = []
    private var lines: [String] = []

    /// Makes a sequence.
    ///
    /// - Parameters:
    ///   - seed: which sequence.
    ///   - servers: how many servers on the database take the steps in turn. Each has a clock of its own, but where
    ///     the watermark must never move back: that is promised in the order of start dates.
    ///   - database: lends its database.
    init(seed: UInt64, servers: Int, on database: TestLedger) {
        let mixes = WatermarkScript.Mix.allCases
        let mix = mixes[Int(seed % UInt64(mixes.count))]
        let clock = TestClock()
        self.seed = seed
        self.servers = (0..<servers).map { _ in
            TestLedger(on: database.database, clock: mix.promisesNeverBack ? clock : TestClock())
        }
        self.script = WatermarkScript(seed: seed, mix: mix)
    }

    /// Takes the steps, up to the first after which something is wrong.
    mutating func outcome() async -> Outcome {
        var complaint: String?
        while complaint == nil, self.lines.count < Self.length {
            let server = self.servers[self.lines.count % self.servers.count]
            let step = self.script.step()
            self.lines.append("\(step)")
            do {
                complaint = try await self.take(step, server)
            } catch {
                complaint = "\(error)"
            }
            if let reason = self.model.reason {
                self.reasons.insert(reason)
                if case .end(let run, _) = step, self.executions[run].isLost { self.lateReasons.insert(reason) }
            }
        }
        let failure = complaint.map { complaint in
            """
            \(complaint)
            seed \(self.seed), mix \(self.script.mix), servers: \(self.servers.count)
            \(zip(1..., self.lines).map { "\($0). \($1)" }.joined(separator: "\n"))
            """
        }
        return Outcome(
            seed: self.seed,
            steps: self.lines.count,
            reasons: self.reasons,
            lateReasons: self.lateReasons,
            failure: failure
        )
    }

    /// Takes a step, and says what is wrong after it.
    private mutating func take(_ step: WatermarkStep, _ server: TestLedger) async throws -> String? {
        let before = self.pipeline
        let wasRefused = try await self.request(step, server)
        self.model.apply(step, now: server.clock.now.microseconds)
        guard let id = self.pipeline?.id else { return "the first step must be a sync" }
        let after = try await server.pipelines.find(id: id)
        self.pipeline = after
        self.noteReads(of: step, before: before, after: after)
        self.lines[self.lines.count - 1] += " -> \(Self.text(after.watermarks.current, after.watermarks.next))"
        return self.complaint(about: step, wasRefused: wasRefused, before: before, after: after)
    }

    // MARK: Requests

    /// Sends the request of a step.
    ///
    /// - Returns: whether it was refused because the execution has ended otherwise.
    private mutating func request(_ step: WatermarkStep, _ server: TestLedger) async throws -> Bool {
        switch step {
        case .sync(let next):
            let id = try await server.sync("p\(self.seed)", nextWatermark: Self.update(next))
            if self.pipeline == nil { self.pipeline = try await server.pipelines.find(id: id) }
        case .patch(let watermark, let next):
            try await server.patch(self.pipeline?.id ?? 0) { patch in
                patch.watermark = Self.update(watermark)
                patch.nextWatermark = Self.update(next)
            }
        case .start(_, let next, let date):
            let id = try await server.start(self.pipeline?.id ?? 0, next: next, secondsFromNow: date)
            let startDate = server.clock.now.advanced(byMicroseconds: (date ?? 0) * 1_000_000)
            self.executions.append(Execution(id: id, startDate: startDate))
        case .lose(let run):
            try await Self.lose(self.executions[run].id, server)
            self.executions[run].isLost = true
        case .end(let run, let success):
            server.clock.advance(seconds: 1)
            let execution = self.executions[run]
            let report = ExecutionReport(
                endDate: max(server.clock.now, execution.startDate),
                completedSuccessfully: success,
                inserts: 1
            )
            try await server.end(execution.id, with: report)
            self.executions[run].report = report
        case .repeatEnd(let run):
            guard let report = self.executions[run].report else { return false }
            try await server.end(self.executions[run].id, with: report)
        case .contradictEnd(let run):
            guard var report = self.executions[run].report else { return false }
            report.completedSuccessfully.toggle()
            do {
                try await server.end(self.executions[run].id, with: report)
            } catch let error as ServiceError where error.code == .alreadyEnded {
                return true
            }
        }
        return false
    }

    /// Has a run miss its lease.
    ///
    /// All sequences share the ledger's leases, so here heartbeats and sweeps have times of their own, the same in all of
    /// them: no sequence sees a clock that was set, and it does not matter whose sweep finds a lost run.
    static func lose(_ id: Int64?, _ server: TestLedger) async throws {
        let clock = TestClock()
        let ledger = TestLedger(on: server.database, clock: clock)
        if let id { try await ledger.heartbeat(id, Heartbeat(leaseSeconds: 1)) }
        clock.advance(seconds: 2)
        try await ledger.sweep()
        guard let id else { return }
        let found = try await ledger.execution(id).execution
        #expect(found.status == .lost && found.report?.completedSuccessfully == false)
    }

    private static func update(_ said: WatermarkStep.Said) -> Update<String> {
        switch said {
        case .nothing: .keep
        case .null: .clear
        case .value(let value): .set(value)
        }
    }

    // MARK: Expectations

    /// Follows who reads what, from what the services answered and not from the model.
    private mutating func noteReads(of step: WatermarkStep, before: Pipeline?, after: Pipeline) {
        switch step {
        case .sync:
            self.synced = after.watermarks.current
        case .start(let run, let next, _):
            // From the watermark of the last sync, or from that at the start: whichever leaves more to others.
            let from = [self.synced, before?.watermarks.current].max {
                WatermarkCoverage.position($0) < WatermarkCoverage.position($1)
            }
            self.coverage.start(run, from: from ?? nil, mark: next ?? before?.watermarks.next)
        case .patch(_, .value(let next)):
            self.coverage.extend(to: next)
        case .end(let run, let success):
            self.coverage.end(run, success: success)
        case .patch, .lose, .repeatEnd, .contradictEnd:
            break
        }
    }

    private func complaint(
        about step: WatermarkStep,
        wasRefused: Bool,
        before: Pipeline?,
        after: Pipeline
    ) -> String? {
        let (found, expected) = (
            Self.text(after.watermarks.current, after.watermarks.next), Self.text(self.model.watermark, self.model.next)
        )
        if (after.watermarks.current, after.watermarks.next) != (self.model.watermark, self.model.next) {
            let reason = self.model.reason.map { " (\($0.rawValue))" } ?? ""
            return "found \(found), expected \(expected)\(reason)"
        }
        switch step {
        case .contradictEnd where !wasRefused:
            return "an end that contradicts the recorded one was accepted"
        case .lose, .end(_, success: false), .repeatEnd, .contradictEnd:
            if after != before { return "the pipeline was changed: from \(String(describing: before)) to \(after)" }
        case .sync, .start, .patch, .end:
            break
        }
        if self.script.mix.promisesNoGap, let gap = self.coverage.firstGap(upTo: after.watermarks.current) {
            return "found \(found), but nobody who ended well has read \(gap)"
        }
        if self.script.mix.promisesNeverBack,
            WatermarkCoverage.position(after.watermarks.current)
                < WatermarkCoverage.position(before?.watermarks.current)
        {
            return "the watermark moved back to \(found)"
        }
        return nil
    }

    private static func text(_ watermark: String?, _ next: String?) -> String {
        "watermark \(watermark ?? "null"), next \(next ?? "null")"
    }
}
