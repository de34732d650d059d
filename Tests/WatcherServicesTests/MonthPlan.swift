// SPDX-License-Identifier: Apache-2.0
import WatcherCore

/// A month of 50 pipelines, planned before it begins: what they do, what the server is told of it, and when it is down.
///
/// All times are whole seconds since the month began, at a full hour.
struct MonthPlan {
    static let length: Int64 = 30 * 86_400
    /// How often the server looks at leases, schedules and jobs.
    static let look: Int64 = 1800

    struct Pipeline {
        let name: String
        /// How old its data may become.
        let freshSeconds: Int64
        /// How long its executions may take.
        let allowedSeconds: Int64
        /// Whether nobody shall be told of late executions and old data: it is inactive then, or muted.
        let isSilent: Bool
        /// For how long its executions may send no heartbeat; `nil` when they never send any.
        let lease: Int64?
        let period: Int64
        /// The metrics of its active rules.
        let rules: [AnomalyMetric]
        /// How many rows its executions usually handle, and how far they depart from that, in thousandths.
        let usualRows: Int64
        let spread: ClosedRange<Int64>
    }

    struct Run {
        let pipeline: Int
        let start: Int64
        /// When it ended; `nil` when it never does.
        var end: Int64?
        /// When the server is told that it ended.
        var reported: Int64?
        /// When it sends heartbeats, which a server that is down does not get.
        var heartbeats: [Int64] = []
        /// When the server takes it for lost, since it sends no heartbeats any more.
        var lostAt: Int64?
        var succeeds = true
        var inserts: Int64?
        var rows: Int64?
        /// The metrics by which it is odd.
        var odd: Set<AnomalyMetric> = []
    }

    private(set) var pipelines: [Pipeline] = []
    private(set) var runs: [Run] = []
    /// The last look of a server that then goes down, and the first look of the next one.
    let outages: [Range<Int64>]
    private var numbers: SplitMix64

    init(seed: UInt64) {
        var numbers = SplitMix64(seed: seed)
        self.outages = (0..<7).map { number in
            let day = Int64(3 + 4 * number) * 86_400
            let begin = day + Int64.random(in: 0..<45, using: &numbers) * Self.look
            let length = Int64.random(in: 1...18, using: &numbers) * Self.look
            return begin..<(begin + length)
        }
        self.numbers = numbers
        for number in 0..<50 {
            self.pipelines.append(self.pipeline(number))
            let first = self.runs.count
            self.planRuns(number)
            self.planRows(first..<self.runs.count)
        }
    }

    // MARK: The server

    /// When a server gets what is sent at a time: at once, or when there is one again.
    func received(_ time: Int64) -> Int64 {
        self.outages.first { $0.lowerBound < time && time < $0.upperBound }?.upperBound ?? time
    }

    /// When a server looks.
    var looks: [Int64] {
        stride(from: Self.look, through: Self.length, by: Int(Self.look)).filter { self.received($0) == $0 }
    }

    /// When a server takes an execution for lost: its lease counts only time in which one listens.
    private func lostAt(lastHeartbeat: Int64, lease: Int64) -> Int64 {
        var expires = lastHeartbeat + lease
        for outage in self.outages where lastHeartbeat <= outage.lowerBound && outage.lowerBound <= expires {
            expires += Int64(outage.count)
        }
        return (expires / Self.look + 1) * Self.look
    }

    // MARK: The pipelines

    private mutating func random(_ range: ClosedRange<Int64>) -> Int64 {
        Int64.random(in: range, using: &self.numbers)
    }

    private mutating func oneIn(_ count: Int64) -> Bool { self.random(1...count) == 1 }

    private mutating func pipeline(_ number: Int) -> Pipeline {
        let isSilent = number % 10 == 9
        let rules: [AnomalyMetric] =
            switch number % 5 {
            case 0, 2: [.totalRows]
            case 3: [.inserts, .totalRows]
            default: []
            }
        return Pipeline(
            name: "p\(number)",
            freshSeconds: self.random(1...30) * 3600,
            allowedSeconds: self.random(10...300) * 60,
            isSilent: isSilent,
            lease: number.isMultiple(of: 2) ? self.random(40...240) * 60 : nil,
            // Some run at the same hour each day.
            period: number % 7 == 0 ? 86_400 : self.random(5...30) * 3600,
            rules: isSilent ? [] : rules,
            usualRows: self.random(1...900) * 1000,
            // Some always handle the same number.
            spread: number % 4 == 3 ? 0...0 : 40...50
        )
    }

    private mutating func planRuns(_ number: Int) {
        let pipeline = self.pipelines[number]
        var next = self.random(0...86_399)
        while next < Self.length {
            var run = Run(pipeline: number, start: next)
            let end = next + self.duration(of: pipeline)
            (run.end, run.reported) = (end, self.received(end))
            if let lease = pipeline.lease {
                self.planHeartbeats(&run, until: end, lease)
                if self.oneIn(10) { self.planLoss(&run, lease) }
            } else if self.oneIn(80) {
                (run.end, run.reported) = (nil, nil)
            }
            self.runs.append(run)
            next = max(next + pipeline.period, (run.end ?? next) + 1)
        }
    }

    /// One execution in six takes longer than it may, and some take as long as they may.
    private mutating func duration(of pipeline: Pipeline) -> Int64 {
        let allowed = pipeline.allowedSeconds
        if self.oneIn(6) { return allowed + self.random(1...9000) }
        return self.oneIn(20) ? allowed : self.random(1...allowed)
    }

    /// At least two heartbeats for each lease, or one when it is known that the server is up.
    private mutating func planHeartbeats(_ run: inout Run, until end: Int64, _ lease: Int64) {
        var next = run.start + self.random(0...60)
        while next < end {
            run.heartbeats.append(next)
            let pause = self.random(lease / 4...lease * 2 / 5)
            let isUp = self.outages.allSatisfy { next + lease < $0.lowerBound || $0.upperBound < next }
            next += isUp && self.oneIn(8) ? pause * 2 : pause
        }
    }

    /// Has an execution send no more heartbeats, though it runs; of its end the server learns later, or never.
    private mutating func planLoss(_ run: inout Run, _ lease: Int64) {
        let kept = run.heartbeats.prefix(Int(self.random(1...8)))
        guard let last = kept.last(where: { self.received($0) == $0 && self.received(run.start) <= $0 }) else { return }
        run.heartbeats = Array(kept)
        let lostAt = self.lostAt(lastHeartbeat: last, lease: lease)
        run.lostAt = lostAt
        guard !self.oneIn(3) else {
            (run.end, run.reported) = (nil, nil)
            // It lives on after all, which changes nothing any more.
            return run.heartbeats.append(lostAt + self.random(1...Self.look))
        }
        let end = last + self.random(1...3 * lease)
        (run.end, run.reported) = (end, self.received(max(lostAt, end) + self.random(1...36_000)))
    }

    // MARK: What the executions do

    /// Says how the executions of a pipeline end, in the order in which the server learns of it.
    ///
    /// What is usual lies above and below the mean by turns, so that a few values never look alike by chance.
    private mutating func planRows(_ range: Range<Int>) {
        let order = range.filter { self.runs[$0].reported != nil }
            .sorted { (self.runs[$0].reported ?? 0, $0) < (self.runs[$1].reported ?? 0, $1) }
        var usual: [(start: Int64, reported: Int64)] = []
        var sinceOdd = 0
        var isAbove = false
        for index in order {
            let (pipeline, start) = (self.pipelines[self.runs[index].pipeline], self.runs[index].start)
            let departure = pipeline.usualRows * self.random(pipeline.spread) / 1000
            let rows = pipeline.usualRows + (isAbove ? departure : -departure)
            let inserts = pipeline.rules.contains(.inserts) ? rows : self.random(0...4)
            (self.runs[index].rows, self.runs[index].inserts) = (rows, inserts)
            self.runs[index].succeeds = !self.oneIn(5)
            let isJudged = self.runs[index].succeeds && !pipeline.rules.isEmpty
            guard isJudged else {
                // However odd that is, nobody wants to know.
                if self.oneIn(5) { self.runs[index].rows = rows * self.random(0...9) }
                continue
            }
            guard !self.oneIn(10) else {
                (self.runs[index].rows, self.runs[index].inserts) = (nil, nil)
                continue
            }
            let reported = self.runs[index].reported ?? 0
            let known = usual.count { $0.start < start && $0.reported < reported }
            if known >= 6, sinceOdd >= 3, self.oneIn(8) {
                self.runs[index].odd = self.odd(of: pipeline.rules)
                if self.runs[index].odd.contains(.totalRows) { self.runs[index].rows = rows * self.random(2...5) }
                if self.runs[index].odd.contains(.inserts) { self.runs[index].inserts = rows * self.random(0...1) / 3 }
                sinceOdd = 0
            } else {
                usual.append((start, reported))
                isAbove.toggle()
                sinceOdd += 1
            }
        }
    }

    /// Some of the metrics, at least one.
    private mutating func odd(of rules: [AnomalyMetric]) -> Set<AnomalyMetric> {
        let chosen = Set(rules.filter { _ in self.oneIn(2) })
        return chosen.isEmpty ? Set(rules) : chosen
    }
}
