// SPDX-License-Identifier: Apache-2.0

/// Hides what looks like a secret in a text.
enum SecretMask {
    /// What stands in the place of a secret.
    static let mask = "[masked]"

    /// Why a pattern cannot be used; `nil` when it can.
    static func fault(_ pattern: String) -> String? {
        do {
            _ = try Regex(pattern)
            return nil
        } catch {
            return String(describing: error)
        }
    }

    /// The text without what the patterns match.
    ///
    /// - Parameters:
    ///   - text: any text.
    ///   - patterns: regular expressions; of a match the first group is hidden, or all of it where there is none.
    /// - Returns: the text with ``mask`` in the place of each secret; the mask alone when a pattern cannot be used.
    static func masked(_ text: String, _ patterns: [String]) -> String {
        patterns.reduce(text) { text, pattern in
            do {
                // Made each time: an expression is not Sendable, and errors are rare.
                let expression = try Regex(pattern).matchingSemantics(.unicodeScalar)
                return text.replacing(expression) { match in
                    let whole = match.range
                    let secret = match.output.count > 1 ? match.output[1].range ?? whole : whole
                    let (before, behind) = (whole.lowerBound..<secret.lowerBound, secret.upperBound..<whole.upperBound)
                    return "\(text[before])\(Self.mask)\(text[behind])"
                }
            } catch {
                // The patterns were checked when the client was made; what is not searched is not sent.
                return Self.mask
            }
        }
    }
}
