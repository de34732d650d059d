// SPDX-License-Identifier: Apache-2.0

/// A figure of an execution that anomaly detection can judge.
package enum AnomalyMetric: String, Sendable, CaseIterable {
    /// From begin to end in whole seconds.
    case durationSeconds = "duration_seconds"
    /// Rows inserted.
    case inserts
    /// Rows updated.
    case updates
    /// Rows marked as deleted.
    case softDeletes = "soft_deletes"
    /// Rows handled in all.
    case totalRows = "total_rows"
    /// Rows a second.
    case throughput
}

extension AnomalyMetric {
    /// The figure of an execution; `nil` when it has none.
    package func value(of execution: Execution) -> Double? {
        switch self {
        case .durationSeconds: execution.figures.map { Double($0.durationSeconds) }
        case .inserts: execution.report?.inserts.map(Double.init)
        case .updates: execution.report?.updates.map(Double.init)
        case .softDeletes: execution.report?.softDeletes.map(Double.init)
        case .totalRows: execution.report?.totalRows.map(Double.init)
        case .throughput: execution.figures?.throughput
        }
    }

    /// Reads a configuration's list of metrics: names with commas between them, each counted once; none in an empty text.
    ///
    /// - Parameter text: such as `total_rows, duration_seconds`.
    /// - Returns: the metrics in the order of ``allCases``.
    /// - Throws: ``UnknownAnomalyMetric``
    package static func list(_ text: String) throws(UnknownAnomalyMetric) -> [AnomalyMetric] {
        var named: Set<AnomalyMetric> = []
        for part in text.split(separator: ",") {
            let name = part.split(whereSeparator: \.isWhitespace).joined(separator: " ").lowercased()
            guard !name.isEmpty else { continue }
            guard let metric = Self(rawValue: name) else { throw UnknownAnomalyMetric(name: name) }
            named.insert(metric)
        }
        return Self.allCases.filter(named.contains)
    }
}

/// A name that no metric has.
package struct UnknownAnomalyMetric: Error, Sendable, Equatable, CustomStringConvertible {
    /// The name.
    package let name: String

    /// What was wrong, and what there is instead.
    package var description: String {
        let known = AnomalyMetric.allCases.map(\.rawValue).joined(separator: ", ")
        return "'\(self.name)' is not a metric of anomaly detection: use some of \(known)"
    }
}
