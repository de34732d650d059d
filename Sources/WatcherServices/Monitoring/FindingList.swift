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

extension Timestamp {
    /// How long it is from an earlier moment to this one, in its two largest units, such as `2d 3h`.
    func elapsed(since earlier: Timestamp) -> String {
        let (microseconds, overflows) = self.microseconds.subtractingReportingOverflow(earlier.microseconds)
        var rest = max(0, overflows ? .max : microseconds) / 1_000_000
        var parts: [String] = []
        for (unit, length) in [("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)] as [(String, Int64)] {
            if rest >= length { parts.append("\(rest / length)\(unit)") }
            rest %= length
        }
        return parts.isEmpty ? "less than 1s" : parts.prefix(2).joined(separator: " ")
    }
}
