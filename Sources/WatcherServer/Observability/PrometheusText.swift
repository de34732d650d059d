// SPDX-License-Identifier: Apache-2.0

/// Builds a page of figures in the text format of Prometheus, version 0.0.4
/// (https://prometheus.io/docs/instrumenting/exposition_formats/).
struct PrometheusText {
    /// The media type.
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// What a family's figures are.
    enum Kind: String {
        /// Only grows, until the server starts again.
        case counter
        /// Goes up and down.
        case gauge
        /// Counts values below bounds.
        case histogram
    }

    /// The page.
    private(set) var text = ""

    /// Begins a family of figures.
    mutating func family(_ name: String, _ kind: Kind, _ help: String) {
        self.text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    /// Adds a figure of the family that was begun last.
    mutating func sample(_ name: String, _ labels: [(String, String)] = [], value: some CustomStringConvertible) {
        self.text += name
        if !labels.isEmpty {
            self.text += "{\(labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ","))}"
        }
        self.text += " \(value)\n"
    }

    /// Adds a histogram of the family that was begun last.
    ///
    /// - Parameters:
    ///   - name: the family.
    ///   - labels: what the values are of.
    ///   - bounds: the upper bounds, ascending.
    ///   - counts: how many values lie at or below each bound and above the one before; a last one for those above all.
    ///   - sum: of all values.
    mutating func histogram(
        _ name: String,
        _ labels: [(String, String)] = [],
        bounds: [some CustomStringConvertible],
        counts: [Int],
        sum: some CustomStringConvertible
    ) {
        var total = 0
        for (bound, count) in zip(bounds, counts) {
            total += count
            self.sample("\(name)_bucket", labels + [("le", bound.description)], value: total)
        }
        if counts.count > bounds.count { total += counts[bounds.count] }
        self.sample("\(name)_bucket", labels + [("le", "+Inf")], value: total)
        self.sample("\(name)_sum", labels, value: sum)
        self.sample("\(name)_count", labels, value: total)
    }

    private static func escaped(_ value: String) -> String {
        var escaped = ""
        for character in value.unicodeScalars {
            switch character {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }
}
