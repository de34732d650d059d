// SPDX-License-Identifier: Apache-2.0

/// A random sequence of steps; the same for the same seed.
struct WatermarkScript {
    /// Which steps are in it, and so what is promised.
    enum Mix: String, CaseIterable {
        /// All steps, few different values: the watermarks are what the model says.
        case everything
        /// No patch of `watermark`, and a patch of `next_watermark` is true of all that run: besides, no gap.
        case toldMarks
        /// No patches at all: besides, no gap.
        case readers
        /// Nor a mark lower than that of an execution that started earlier: besides, never back.
        case rising

        /// Whether everything up to the watermark has been read by an execution that ended well.
        var promisesNoGap: Bool { self != .everything }
        /// Whether the watermark never moves back.
        var promisesNeverBack: Bool { self == .rising }
    }

    /// How many executions run at the same time at most.
    static let overlap = 4

    /// What is in it.
    let mix: Mix
    private var random: SplitMix64
    private var steps = 0
    private var runs = 0
    private var running: [Int] = []
    private var lost: Set<Int> = []
    private var ended: [Int] = []
    /// The pipeline's `next_watermark`.
    private var next: Int?
    /// The highest mark that a run has had; only kept for ``Mix/rising``.
    private var highest = 0

    /// Makes a script.
    init(seed: UInt64, mix: Mix) {
        self.mix = mix
        self.random = SplitMix64(seed: seed)
    }

    /// The next step; the first one is a sync, which creates the pipeline.
    mutating func step() -> WatermarkStep {
        self.steps += 1
        if self.steps == 1 { return .sync(next: self.saidOfNext()) }
        switch self.roll(100) {
        case 0..<18: return .sync(next: self.saidOfNext())
        case 18..<36 where self.mix == .everything: return self.patch()
        case 18..<28 where self.mix == .toldMarks: return .patch(watermark: .nothing, next: self.saidOfNext())
        case 36..<44:
            if let run = self.ended.randomElement(using: &self.random) {
                return self.roll(3) == 0 ? .contradictEnd(run: run) : .repeatEnd(run: run)
            }
        case 44..<72:
            if self.running.count < Self.overlap { return self.start() }
        case 72..<78:
            // It still counts as running: its end is to come.
            if let run = self.running.randomElement(using: &self.random), self.lost.insert(run).inserted {
                return .lose(run: run)
            }
        default: break
        }
        return self.running.isEmpty ? self.start() : self.end()
    }

    private mutating func patch() -> WatermarkStep {
        switch self.roll(10) {
        case 0..<6: .patch(watermark: .nothing, next: self.saidOfNext())
        case 6..<8: .patch(watermark: self.said(), next: .nothing)
        default: .patch(watermark: self.said(), next: self.saidOfNext())
        }
    }

    private mutating func start() -> WatermarkStep {
        let run = self.runs
        self.runs += 1
        self.running.append(run)
        guard self.mix == .rising else {
            let own = self.roll(2) == 0 ? self.mark() : nil
            return .start(run: run, next: own.map(String.init), date: self.roll(2) == 0 ? self.within(-6...3) : nil)
        }
        // Without a mark of its own it gets the pipeline's, unless that is lower than one that is taken.
        var own: Int?
        if self.roll(2) == 0 || self.next.map({ $0 < self.highest }) == true {
            own = self.roll(3) == 0 && self.highest > 0 ? self.highest : self.mark()
        }
        self.highest = max(self.highest, own ?? self.next ?? 0)
        // A second passes before each start, so that one second ago is not before the start before it.
        return .start(run: run, next: own.map(String.init), date: self.roll(2) == 0 ? self.within(-1...3) : nil)
    }

    private mutating func end() -> WatermarkStep {
        let run = self.running.remove(at: self.roll(self.running.count))
        self.ended.append(run)
        return .end(run: run, success: self.roll(10) < 7)
    }

    private mutating func said() -> WatermarkStep.Said {
        switch self.roll(10) {
        case 0: .nothing
        case 1: .null
        default: .value(String(self.mark()))
        }
    }

    /// What a sync or a patch says of `next_watermark`; often what is stored already.
    private mutating func saidOfNext() -> WatermarkStep.Said {
        if let next = self.next, self.roll(4) == 0 { return .value(String(next)) }
        let said = self.said()
        self.next = said.applied(to: self.next.map(String.init)).flatMap { Int($0) }
        return said
    }

    private mutating func mark() -> Int {
        switch self.mix {
        case .everything: 1 + self.roll(5)
        case .toldMarks, .readers: 1 + self.steps / 2 + self.roll(6)
        case .rising: max(self.highest, self.next ?? 0) + 1 + self.roll(3)
        }
    }

    private mutating func roll(_ sides: Int) -> Int {
        Int.random(in: 0..<sides, using: &self.random)
    }

    private mutating func within(_ seconds: ClosedRange<Int64>) -> Int64 {
        Int64.random(in: seconds, using: &self.random)
    }
}
