// SPDX-License-Identifier: Apache-2.0
import WatcherCore

/// The words of an alert that lists findings.
enum FindingList {
    /// How many findings an alert names.
    static let named = 50

    /// The details of an alert: the first findings, and how many there are besides.
    static func details(_ findings: some Collection<Alert.Detail>) -> [Alert.Detail] {
        let first = Array(findings.prefix(Self.named))
        guard findings.count > first.count else { return first }
        return first + [Alert.Detail("More", "… and \(findings.count - first.count) more")]
    }

    /// A number of things, such as `1 pipeline` or `2 pipelines`.
    static func count(_ number: Int, _ noun: String) -> String {
        "\(number) \(noun)\(number == 1 ? "" : "s")"
    }
}
