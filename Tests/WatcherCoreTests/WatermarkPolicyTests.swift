// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherCore

struct WatermarkPolicyTests {
    private func order(_ date: Int64, _ id: Int64) -> StartOrder {
        StartOrder(startDate: Timestamp(microseconds: date), executionID: id)
    }

    private func execution(
        _ order: StartOrder,
        next: String? = nil,
        pipelineNext: String? = nil,
        revision: Int64 = 0
    ) -> ExecutionWatermarks {
        ExecutionWatermarks(order: order, next: next, pipelineNext: pipelineNext, pipelineRevision: revision)
    }

    @Test("without any next watermark nothing moves")
    func nothingMovesWithoutValue() {
        let pipeline = PipelineWatermarks(current: "5")
        #expect(pipeline.after(successOf: self.execution(self.order(1, 1))) == pipeline)
    }

    @Test("the value is the patched one, else the execution's own, else the pipeline's at the start")
    func precedence() {
        let order = self.order(1, 1)
        let synced = PipelineWatermarks(current: "0", next: "synced later")
        #expect(synced.after(successOf: self.execution(order, pipelineNext: "at start")).current == "at start")
        let own = self.execution(order, next: "own", pipelineNext: "at start")
        #expect(synced.after(successOf: own).current == "own")
        let patched = PipelineWatermarks(current: "0", next: "patched", revision: 1, nextRevision: 1)
        #expect(patched.after(successOf: own).current == "patched")
    }

    @Test("a patch from before the start does not count")
    func earlierPatchDoesNotCount() {
        let pipeline = PipelineWatermarks(current: "0", next: "patched", revision: 1, nextRevision: 1)
        let execution = self.execution(self.order(1, 1), next: "own", pipelineNext: "patched", revision: 1)
        #expect(pipeline.after(successOf: execution).current == "own")
    }

    @Test("a patch that clears the next watermark leaves the execution's own")
    func clearingPatchLeavesOwn() {
        let pipeline = PipelineWatermarks(current: "0", next: nil, revision: 1, nextRevision: 1)
        #expect(pipeline.after(successOf: self.execution(self.order(1, 1), next: "own")).current == "own")
    }

    @Test("an execution that started earlier never overwrites what a later one set")
    func earlierNeverOverwrites() {
        let later = PipelineWatermarks(current: "20", setBy: self.order(2, 2))
        #expect(later.after(successOf: self.execution(self.order(1, 1), next: "10")) == later)
        #expect(later.after(successOf: self.execution(self.order(2, 1), next: "10")) == later)
        #expect(later.after(successOf: self.execution(self.order(3, 3), next: "30")).current == "30")
    }

    @Test("a watermark that somebody set by hand is not moved by executions that were running then")
    func handSetWatermarkStays() {
        let pipeline = PipelineWatermarks(current: "by hand", revision: 3, currentRevision: 3)
        let running = self.execution(self.order(1, 1), next: "10", revision: 2)
        #expect(pipeline.after(successOf: running) == pipeline)
        let started = self.execution(self.order(1, 2), next: "10", revision: 3)
        #expect(pipeline.after(successOf: started).current == "10")
    }

    /// Up to three overlapping executions, in every order of starts and ends, each ending well or badly.
    @Test("in no interleaving is a range skipped or the watermark moved back")
    func noInterleavingSkips() {
        var checked = 0
        Self.interleavings(of: 3) { events in
            for outcomes in 0..<8 {
                var pipeline = PipelineWatermarks()
                var running: [Int: ExecutionWatermarks] = [:]
                var clock: Int64 = 0
                // Each execution syncs the next step, and reads from where the pipeline stood then up to it.
                var readFrom: [Int: Int] = [:]
                var covered: Set<Int> = []
                var best = 0
                for event in events {
                    clock += 1
                    switch event {
                    case .start(let index):
                        let from = Int(pipeline.current ?? "0") ?? 0
                        pipeline.next = String((index + 1) * 10)
                        readFrom[index] = from
                        running[index] = self.execution(self.order(clock, clock), pipelineNext: pipeline.next)
                    case .end(let index):
                        guard let execution = running.removeValue(forKey: index), outcomes & (1 << index) != 0 else {
                            continue
                        }
                        let from = readFrom[index] ?? 0
                        let to = (index + 1) * 10
                        if to > from { covered.formUnion(from..<to) }
                        pipeline = pipeline.after(successOf: execution)
                    }
                    let now = Int(pipeline.current ?? "0") ?? 0
                    // Everything below the watermark has been read by an execution that ended well.
                    #expect((0..<now).allSatisfy(covered.contains), "\(events) \(outcomes)")
                    #expect(now >= best, "\(events) \(outcomes)")
                    best = now
                    checked += 1
                }
            }
        }
        #expect(checked > 500)
    }

    private enum Event {
        case start(Int)
        case end(Int)
    }

    /// Every sequence in which executions 0, 1, … start in this order and end in any.
    private static func interleavings(of count: Int, _ visit: ([Event]) -> Void) {
        func extend(_ events: [Event], started: Int, running: [Int]) {
            if started == count && running.isEmpty { return visit(events) }
            if started < count {
                extend(events + [.start(started)], started: started + 1, running: running + [started])
            }
            for index in running {
                extend(events + [.end(index)], started: started, running: running.filter { $0 != index })
            }
        }
        extend([], started: 0, running: [])
    }
}
