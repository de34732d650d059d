// SPDX-License-Identifier: Apache-2.0
import Foundation
import WatcherServices

/// Tells on standard error how far a copy has come: on a terminal in one line that changes, else now and then in a line.
struct CopyProgressLine {
    /// How wide the terminal is; `nil` when there is none.
    private let width: Int?
    /// How much time lies between two lines at least.
    private let interval: Duration
    private var shown: ContinuousClock.Instant?
    /// Where this run began with the table, and when.
    private var start: (progress: LedgerCopy.Progress, at: ContinuousClock.Instant)?

    init(width: Int?) {
        self.width = width
        self.interval = width == nil ? .seconds(5) : .milliseconds(100)
    }

    /// Shows how far the copy has come, unless it has just done so.
    mutating func show(_ progress: LedgerCopy.Progress, now: ContinuousClock.Instant = .now) {
        if self.start?.progress.table != progress.table || self.start?.progress.work != progress.work {
            self.start = (progress, now)
        }
        if let shown, now - shown < self.interval { return }
        self.shown = now
        let text = Self.text(progress, rate: self.rate(progress, now), width: self.width)
        Self.write(self.width == nil ? text + "\n" : "\r\u{1B}[K" + text)
    }

    /// Takes the line off the terminal.
    func clear() {
        if self.width != nil, self.shown != nil { Self.write("\r\u{1B}[K") }
    }

    /// Rows a second since this run began with the table; `nil` as long as that says nothing.
    private func rate(_ progress: LedgerCopy.Progress, _ now: ContinuousClock.Instant) -> Int64? {
        guard let start, progress.rows > start.progress.rows else { return nil }
        let seconds = (now - start.at) / .seconds(1)
        return seconds > 0 ? Int64(Double(progress.rows - start.progress.rows) / seconds) : nil
    }

    /// Such as `copying pipeline_execution 4,000 of 10,000 rows (40%), 1,200 rows/s`, with a bar when there is a width.
    static func text(_ progress: LedgerCopy.Progress, rate: Int64?, width: Int?) -> String {
        // The source may grow while it is copied.
        let total = max(progress.total, progress.rows)
        let share = total == 0 ? 1 : Double(progress.rows) / Double(total)
        let filled = Int(share * 20)
        let bar = "[" + String(repeating: "#", count: filled) + String(repeating: "-", count: 20 - filled) + "] "
        let rows = "\(ExecutionText.grouped(progress.rows)) of \(ExecutionText.grouped(total)) rows"
        let speed = rate.map { ", \(ExecutionText.grouped($0)) rows/s" } ?? ""
        let text = "\(progress.work) \(progress.table) \(width == nil ? "" : bar)\(rows) (\(Int(share * 100))%)\(speed)"
        // A terminal breaks a line that fills it, and could not take it back.
        return width.map { TextTable.cut(text, to: $0 - 1) } ?? text
    }

    private static func write(_ text: String) {
        // Nothing is lost when nobody listens any more.
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}
