// SPDX-License-Identifier: Apache-2.0

import Watcher

/// Draws executions and their children.
enum Tree {
    /// The lines of the tree of the last `limit` of `roots`.
    static func lines(of roots: [ExecutionNode], limit: Int) -> [String] {
        let shown = roots.suffix(limit)
        var lines: [String] = []
        if shown.count < roots.count { lines.append("… and \(roots.count - shown.count) before (--tree shows more)") }
        for root in shown {
            lines.append("\(root.day)  \(Self.text(of: root))")
            for (index, child) in root.children.enumerated() {
                lines.append((index == root.children.count - 1 ? "└─ " : "├─ ") + Self.text(of: child))
            }
        }
        return lines
    }

    private static func text(of node: ExecutionNode) -> String {
        var facts = ["#\(node.id) \(node.pipeline): \(node.outcome.rawValue)"]
        let counts: [(String, Int?)] = [
            ("rows", node.counts?.totalRows), ("inserts", node.counts?.inserts), ("updates", node.counts?.updates),
            ("soft deletes", node.counts?.softDeletes),
        ]
        facts += counts.compactMap { name, count in count.map { "\($0) \(name)" } }
        facts.append("\(node.duration.secondsText) s")
        return facts.joined(separator: ", ")
    }
}
