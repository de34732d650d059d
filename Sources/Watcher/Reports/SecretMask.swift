// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Hides what looks like a secret in a text.
enum SecretMask {
    /// What stands in the place of a secret.
    static let mask = "[masked]"

    /// An expression that was read once and is only matched with from then on.
    ///
    /// `@unchecked Sendable`: an expression is not `Sendable` because one that is built in code may call that code. These come
    /// from texts, so they hold nothing but characters, and matching changes nothing of them that is visible.
    private struct Expression: @unchecked Sendable {
        let regex: Regex<AnyRegexOutput>
    }

    /// The expressions of this process by their patterns: all clients have the same few.
    private static let expressions = Mutex<[String: Expression]>([:])
    /// Beyond so many the patterns are thought to be made as they are needed, and are not kept.
    private static let maximumCount = 256

    private static func expression(_ pattern: String) throws -> Regex<AnyRegexOutput> {
        if let known = Self.expressions.withLock({ $0[pattern] }) { return known.regex }
        let expression = Expression(regex: try Regex(pattern).matchingSemantics(.unicodeScalar))
        Self.expressions.withLock { if $0.count < Self.maximumCount { $0[pattern] = expression } }
        return expression.regex
    }

    /// Why a pattern cannot be used; `nil` when it can.
    static func fault(_ pattern: String) -> String? {
        do {
            _ = try Self.expression(pattern)
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
                return text.replacing(try Self.expression(pattern)) { match in
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
