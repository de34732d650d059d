// SPDX-License-Identifier: Apache-2.0

import Foundation
import Watcher

/// The table of a run: a line a day, printed as soon as the day is over.
struct DayTable {
    private static let headings = [
        "day", "rows", "inserts", "updates", "soft deletes", "seconds", "watermark", "outcome",
    ]
    private static let widths = [10, 7, 7, 7, 12, 7, 10, 16]

    private var isStarted = false
    private var total = ETLResults(completedSuccessfully: true, inserts: 0, updates: 0, softDeletes: 0, totalRows: 0)
    private var duration = Duration.zero

    /// The line of a day, with the headings before the first one.
    mutating func line(of node: ExecutionNode, watermark: Day?) -> String {
        let counts = node.counts
        if node.outcome == .succeeded {
            self.total.inserts = (self.total.inserts ?? 0) + (counts?.inserts ?? 0)
            self.total.updates = (self.total.updates ?? 0) + (counts?.updates ?? 0)
            self.total.softDeletes = (self.total.softDeletes ?? 0) + (counts?.softDeletes ?? 0)
            self.total.totalRows = (self.total.totalRows ?? 0) + (counts?.totalRows ?? 0)
        }
        self.duration += node.duration
        let line = Self.line(
            node.day.text,
            counts,
            node.duration,
            watermark?.text ?? "none",
            node.outcome.rawValue
        )
        defer { self.isStarted = true }
        return self.isStarted ? line : Self.row(Self.headings) + "\n" + line
    }

    /// The last line: what the days that succeeded did together.
    func totalLine() -> String {
        Self.line("total", self.total, self.duration, "", "")
    }

    private static func line(
        _ day: String,
        _ counts: ETLResults?,
        _ duration: Duration,
        _ watermark: String,
        _ outcome: String
    ) -> String {
        let numbers = [counts?.totalRows, counts?.inserts, counts?.updates, counts?.softDeletes]
        return Self.row(
            [day] + numbers.map { $0.map(String.init) ?? "-" } + [duration.secondsText, watermark, outcome]
        )
    }

    private static func row(_ cells: [String]) -> String {
        zip(cells, Self.widths).enumerated().map { index, cell in
            let padding = String(repeating: " ", count: max(0, cell.1 - cell.0.count))
            // Numbers stand to the right, words to the left.
            return (1...5).contains(index) ? padding + cell.0 : cell.0 + padding
        }.joined(separator: "  ").trimmingCharacters(in: .whitespaces)
    }
}

extension Duration {
    /// Seconds with three decimals, such as `0.042`.
    var secondsText: String {
        let milliseconds = self.components.seconds * 1000 + self.components.attoseconds / 1_000_000_000_000_000
        let fraction = String(milliseconds % 1000)
        return "\(milliseconds / 1000)." + String(repeating: "0", count: 3 - fraction.count) + fraction
    }
}
