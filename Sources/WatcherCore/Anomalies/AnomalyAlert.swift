// SPDX-License-Identifier: Apache-2.0

extension Alert {
    /// Tells what is odd about an execution: one alert, however many metrics are.
    package init(_ findings: [AnomalyFinding], of named: NamedExecution) {
        let metrics = findings.map(\.metric.rawValue).joined(separator: ", ")
        self.init(
            .warning,
            "Anomaly detected",
            "Pipeline '\(named.pipelineName)', execution \(named.execution.id): unusual \(metrics)",
            details: [
                Detail("Pipeline", named.pipelineName), Detail("Execution", "\(named.execution.id)"),
            ] + findings.map { Detail($0.metric.rawValue, Self.sentence($0)) }
        )
    }

    private static func sentence(_ finding: AnomalyFinding) -> String {
        let bounds = "\(Self.text(finding.lowerBound)) to \(Self.text(finding.upperBound))"
        let score = finding.zScore.map { ", z \(Self.text($0))" } ?? ""
        return """
            \(Self.text(finding.value)), usual are \(bounds) \
            (mean \(Self.text(finding.mean)) of \(finding.baselineExecutions) executions\(score))
            """
    }

    /// A number for people: two decimals at most.
    private static func text(_ number: Double) -> String {
        let rounded = (number * 100).rounded() / 100
        return Int64(exactly: rounded).map(String.init) ?? "\(rounded)"
    }
}
