// SPDX-License-Identifier: Apache-2.0

/// The metrics of an execution that were found odd, and still count as odd.
package struct AnomalyFlags: Sendable, Equatable {
    /// The metrics.
    package var metrics: Set<AnomalyMetric>

    /// Makes flags.
    package init(_ metrics: Set<AnomalyMetric> = []) {
        self.metrics = metrics
    }

    /// The flags as JSON text with sorted keys, such as `{"total_rows":true}`; `nil` when there are none.
    package var json: String? {
        guard !self.metrics.isEmpty else { return nil }
        return "{" + self.metrics.map(\.rawValue).sorted().map { "\"\($0)\":true" }.joined(separator: ",") + "}"
    }
}
