// SPDX-License-Identifier: Apache-2.0
import WatcherCore
import WatcherWire

/// Executions as tables and lists of text: pure, so that what people see is tested without a server.
struct ExecutionText {
    /// How many characters fit a line; `nil` for no limit.
    let width: Int?
    /// Whether states are shown in colour.
    let colours: Bool

    /// One line for each execution.
    func table(_ executions: [ExecutionResponse]) -> String {
        self.table(executions.map { (nil, $0) })
    }

    /// Executions with their descendants below them, drawn as trees.
    func trees(_ roots: [ExecutionResponse]) -> String {
        self.table(roots.flatMap { Self.flattened($0, first: "", others: "") })
    }

    /// Everything known about one execution, its children as a table.
    func details(_ execution: ExecutionResponse) -> String {
        let facts: [(String, String?)] = [
            ("id", String(execution.id)),
            ("parent", execution.parentID.map(String.init)),
            ("pipeline", "\(execution.pipelineName) (\(execution.pipelineID))"),
            ("status", self.coloured(execution.status.rawValue, execution.status)),
            ("started", execution.startDate.text),
            ("ended", execution.endDate?.text),
            ("duration", Self.duration(of: execution)),
            ("progress", execution.heartbeat?.progress.map { "\(Int(($0 * 100).rounded())) %" }),
            ("message", execution.heartbeat?.message.map(\.onOneLine)),
            ("last heartbeat", execution.heartbeat?.at.text),
            ("inserts", execution.inserts.map(Self.grouped)),
            ("updates", execution.updates.map(Self.grouped)),
            ("soft deletes", execution.softDeletes.map(Self.grouped)),
            ("total rows", execution.totalRows.map(Self.grouped)),
            ("rows/second", execution.throughput.map { $0.description }),
            ("watermark", execution.watermark),
            ("next watermark", execution.nextWatermark),
            ("anomalies", execution.anomalyFlags),
            ("metadata", execution.executionMetadata),
        ]
        let label = facts.map(\.0.count).max() ?? 0
        var text = ""
        for case (let name, let value?) in facts where !value.isEmpty {
            text += name + String(repeating: " ", count: label - name.count + 2) + value + "\n"
        }
        if !execution.childExecutions.isEmpty {
            text += "\nchildren\n" + self.trees(execution.childExecutions)
        }
        return text
    }

    private func table(_ entries: [(branch: String?, execution: ExecutionResponse)]) -> String {
        let table = TextTable(columns: Self.columns, rows: entries.map { Self.cells($1, branch: $0) })
        let lines = table.lines(width: self.width) { row, column, text in
            guard let row, column == Self.statusColumn else { return text }
            return self.coloured(text, entries[row].execution.status)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func coloured(_ text: String, _ status: WireExecutionStatus) -> String {
        guard self.colours else { return text }
        let code =
            switch status {
            case .running: 34
            case .succeeded: 32
            case .failed, .lost: 31
            }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }
}

// MARK: - Cells

extension ExecutionText {
    private static let statusColumn = 2

    private static let columns: [TextTable.Column] = [
        .init(title: "ID", alignment: .right, importance: 11),
        .init(title: "PIPELINE", importance: 10, minimum: 20),
        .init(title: "STATUS", importance: 9),
        .init(title: "DURATION", alignment: .right, importance: 8),
        .init(title: "ROWS", alignment: .right, importance: 7),
        .init(title: "INSERTS", alignment: .right, importance: 4),
        .init(title: "UPDATES", alignment: .right, importance: 3),
        .init(title: "DELETES", alignment: .right, importance: 2),
        .init(title: "WATERMARK", importance: 6, minimum: 23),
        .init(title: "STARTED", importance: 5),
        .init(title: "PARENT", alignment: .right, importance: 1),
    ]

    private static func cells(_ execution: ExecutionResponse, branch: String?) -> [String] {
        let counts = [execution.totalRows, execution.inserts, execution.updates, execution.softDeletes]
        // A tree shows the parent by its branches.
        let parent = branch == nil ? execution.parentID : nil
        var cells = [String(execution.id), (branch ?? "") + execution.pipelineName, execution.status.rawValue]
        cells.append(Self.duration(of: execution) ?? "")
        cells += counts.map { $0.map(Self.grouped) ?? "" }
        cells += [Self.watermarks(of: execution), Self.started(execution.startDate), parent.map(String.init) ?? ""]
        return cells.map(\.onOneLine)
    }

    private static func flattened(
        _ execution: ExecutionResponse,
        first: String,
        others: String
    ) -> [(String, ExecutionResponse)] {
        var entries = [(first, execution)]
        for (index, child) in execution.childExecutions.enumerated() {
            let isLast = index == execution.childExecutions.count - 1
            entries += Self.flattened(
                child,
                first: others + (isLast ? "└─ " : "├─ "),
                others: others + (isLast ? "   " : "│  ")
            )
        }
        return entries
    }

    /// `from → to`, or the one of them that is known.
    static func watermarks(of execution: ExecutionResponse) -> String {
        switch (execution.watermark, execution.nextWatermark) {
        case (let from?, let to?): "\(from) → \(to)"
        case (let from?, nil): from
        case (nil, let to?): "→ \(to)"
        case (nil, nil): ""
        }
    }

    /// `0.35 s`, `12.3 s`, `3 m 5 s`, `26 h 0 m`; `nil` while it runs.
    static func duration(of execution: ExecutionResponse) -> String? {
        guard let end = execution.endDate else { return nil }
        let microseconds = max(0, end.microseconds - execution.startDate.microseconds)
        if microseconds < 10_000_000 {
            let hundredths = (microseconds + 5000) / 10_000
            return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100) s"
        }
        if microseconds < 60_000_000 {
            let tenths = microseconds / 100_000
            return "\(tenths / 10).\(tenths % 10) s"
        }
        let seconds = microseconds / 1_000_000
        return seconds < 3600 ? "\(seconds / 60) m \(seconds % 60) s" : "\(seconds / 3600) h \(seconds / 60 % 60) m"
    }

    /// `1,234,567`.
    static func grouped(_ count: Int64) -> String { count.grouped }

    /// A moment in UTC to the second: `2025-01-10 00:10:00`.
    static func started(_ moment: WireTimestamp) -> String {
        let text = moment.text
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(8))"
    }
}
