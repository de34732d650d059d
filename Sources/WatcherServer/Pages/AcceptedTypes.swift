// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import Hummingbird

/// The media types that a client wants, by its `Accept` (RFC 9110, 12.5.1).
struct AcceptedTypes {
    /// A range such as `text/*`, and how much it is wanted.
    private struct Range {
        let type: Substring
        let subtype: Substring
        /// 0 to 1.
        let quality: Double

        /// Reads `text/html;q=0.8`; a quality that cannot be read counts as none given.
        init?(_ text: Substring) {
            let parts = text.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
            let names = parts.first?.split(separator: "/", omittingEmptySubsequences: false) ?? []
            guard names.count == 2 else { return nil }
            self.type = names[0]
            self.subtype = names[1]
            let quality = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) }
            self.quality = quality.map { $0.isNaN ? 1 : min(max($0, 0), 1) } ?? 1
        }

        /// How closely it describes a type: 3 by its name, 1 as any; `nil` when it does not.
        func closeness(to type: Substring, _ subtype: Substring) -> Int? {
            if self.type == type { return self.subtype == subtype ? 3 : self.subtype == "*" ? 2 : nil }
            return self.type == "*" && self.subtype == "*" ? 1 : nil
        }
    }

    private let ranges: [Range]

    /// Reads the field; without one, everything is wanted as much.
    init(_ field: String?) {
        self.ranges = (field ?? "*/*").split(separator: ",").compactMap(Range.init)
    }

    /// Whether a page is wanted more than JSON: as browsers do, and no program that does not say so.
    var prefersHTML: Bool {
        let (page, json) = (self.rank("text", "html"), self.rank("application", "json"))
        return page.quality > 0 && page > json
    }

    /// How much a type is wanted and, where two are wanted as much, how closely it was described.
    private func rank(_ type: Substring, _ subtype: Substring) -> (quality: Double, closeness: Int) {
        let matches = self.ranges.compactMap { range in
            range.closeness(to: type, subtype).map { (closeness: $0, quality: range.quality) }
        }
        return matches.max { $0 < $1 }.map { ($0.quality, $0.closeness) } ?? (0, 0)
    }
}

extension Request {
    /// Whether its client wants a page rather than JSON.
    var prefersHTML: Bool { AcceptedTypes(self.headers[.accept]).prefersHTML }
}
