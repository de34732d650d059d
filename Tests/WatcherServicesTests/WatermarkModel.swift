// SPDX-License-Identifier: Apache-2.0

/// The watermark rules of the wire contract, written down a second time and as plainly as possible.
///
/// It keeps all that has happened, and decides by looking back through it. It shares nothing with the implementation:
/// no counters, no stored setter, no value noted at the start of an execution.
///
/// The rules, in the contract's words ("Watermarks must never skip data"). A successful end moves the watermark to
/// 1. "the pipeline's `next_watermark`, if a PATCH set it after this execution started";
/// 2. "else this execution's own `next_watermark`, if it was given at start";
/// 3. "else the pipeline's `next_watermark` as it stood when this execution started";
/// 4. "else nothing changes".
/// "An execution that started earlier never overwrites what a later-started one set." A failure changes nothing; nor
/// does an end that comes again.
///
/// Where the contract leaves it open, the model takes this reading:
/// - What a PATCH set is the pipeline's `next_watermark` until a sync changes it; a sync that says what is stored
///   already "writes nothing". A PATCH to `null` gives no value, so that the next rule decides.
/// - "After" and "when" this execution started mean the order of the requests, whatever its `start_date` says.
/// - "Earlier" and "later" started go by `start_date`, and of two at the same moment the later request is the later.
///   A `start_date` that has not come yet counts as now.
/// - A run that is lost changes nothing. When its end comes after all, it is as if it had never been lost.
/// - A PATCH of `watermark` itself is the last word on all that happened before it: no execution that was running then
///   moves it, unless the same or a later PATCH has set `next_watermark` too; and what an execution set before it is
///   no longer there to be overwritten.
struct WatermarkModel {
    /// What decided on a successful end.
    enum Reason: String, CaseIterable {
        /// Rule 1.
        case patched = "what a patch said since"
        /// Rule 2.
        case own = "its own mark"
        /// Rule 3.
        case asStarted = "the mark when it started"
        /// Rule 4.
        case noValue = "no mark"
        /// A later-started execution has set the watermark.
        case overtaken = "overtaken"
        /// A patch has set the watermark.
        case setByHand = "set by hand"
    }

    /// A step, and how things stood after it.
    private struct Entry {
        let step: WatermarkStep
        /// The clock of the server that handled it, in microseconds.
        let now: Int64
        let watermark: String?
        let next: String?
        /// Why the watermark is or is not another one, after a successful end.
        var reason: Reason?
    }

    private var history: [Entry] = []

    /// The pipeline's `watermark`.
    var watermark: String? { self.history.last?.watermark }
    /// The pipeline's `next_watermark`.
    var next: String? { self.history.last?.next }
    /// What decided on the last step, when it was a successful end.
    var reason: Reason? { self.history.last?.reason }

    /// Takes one step.
    mutating func apply(_ step: WatermarkStep, now: Int64) {
        var (watermark, next) = (self.watermark, self.next)
        var reason: Reason?
        switch step {
        case .sync(let said):
            next = said.applied(to: next)
        case .patch(let saidWatermark, let saidNext):
            watermark = saidWatermark.applied(to: watermark)
            next = saidNext.applied(to: next)
        case .end(let run, success: true):
            let decision = self.decision(onSuccessOf: run)
            if let value = decision.value { watermark = value }
            reason = decision.reason
        case .start, .lose, .end, .repeatEnd, .contradictEnd:
            break
        }
        self.history.append(Entry(step: step, now: now, watermark: watermark, next: next, reason: reason))
    }

    /// What the watermark becomes, unless it stays, and why.
    private func decision(onSuccessOf run: Int) -> (value: String?, reason: Reason) {
        guard let start = self.startIndex(of: run) else { return (nil, .noValue) }
        let (value, reason, said) = self.mark(of: run, startedAt: start)
        guard let value else { return (nil, .noValue) }
        let byHand = self.lastIndexOfPatchedWatermark
        if self.settersAfter(byHand).contains(where: { self.startedLater($0, than: run) }) { return (nil, .overtaken) }
        if let byHand, byHand > said { return (nil, .setByHand) }
        return (value, reason)
    }

    /// Rules 1 to 4, and the step in which that was said.
    private func mark(of run: Int, startedAt start: Int) -> (value: String?, reason: Reason, said: Int) {
        if let setter = self.lastIndexThatSetNext, setter > start, case .patch = self.history[setter].step,
            let next = self.next
        {
            return (next, .patched, setter)
        }
        if case .start(_, let own?, _) = self.history[start].step { return (own, .own, start) }
        return (self.history[start].next, .asStarted, start)
    }

    /// The request to which the pipeline owes its `next_watermark`.
    private var lastIndexThatSetNext: Int? {
        self.history.indices.last { index in
            switch self.history[index].step {
            case .patch(_, let next): next.isMentioned
            case .sync: self.history[index].next != (index == 0 ? nil : self.history[index - 1].next)
            default: false
            }
        }
    }

    private var lastIndexOfPatchedWatermark: Int? {
        self.history.lastIndex { entry in
            if case .patch(let watermark, _) = entry.step { watermark.isMentioned } else { false }
        }
    }

    /// The runs that have set the watermark since a step.
    private func settersAfter(_ index: Int?) -> [Int] {
        self.history.dropFirst(index.map { $0 + 1 } ?? 0).compactMap { entry in
            guard case .end(let run, _) = entry.step else { return nil }
            return switch entry.reason {
            case .patched, .own, .asStarted: run
            case .noValue, .overtaken, .setByHand, nil: nil
            }
        }
    }

    private func startIndex(of run: Int) -> Int? {
        self.history.firstIndex { entry in
            if case .start(run, _, _) = entry.step { true } else { false }
        }
    }

    private func startedLater(_ run: Int, than other: Int) -> Bool {
        guard let left = self.startIndex(of: run), let right = self.startIndex(of: other) else { return false }
        return (self.moment(ofStart: left), left) > (self.moment(ofStart: right), right)
    }

    private func moment(ofStart index: Int) -> Int64 {
        let entry = self.history[index]
        guard case .start(_, _, let date?) = entry.step else { return entry.now }
        return min(entry.now + date * 1_000_000, entry.now)
    }
}
