// SPDX-License-Identifier: Apache-2.0

extension Watcher {
    /// How much the report of an execution may hold, and what of an error is hidden.
    ///
    /// What is too large is cut with a mark that says so, and never the reason that an execution is not recorded.
    public struct ReportPolicy: Sendable, Equatable {
        /// How many bytes of JSON the metadata of an execution may have: 256 KiB by default, at least 1 KiB.
        ///
        /// Servers take requests of up to 1 MiB unless told otherwise.
        public var maximumMetadataSize: Int
        /// How many bytes of UTF-8 the type and the description of an error may each have: 4 KiB by default, at least 100.
        ///
        /// Far less than the metadata may have, because all of it is searched for secrets. Of an error people read the begin;
        /// set more where yours say most at their end.
        public var maximumErrorSize: Int
        /// What is hidden in the description of an error: regular expressions in Swift's notation,
        /// ``standardSecretPatterns`` by default.
        ///
        /// Of a match the first group is hidden, or all of it where there is no group. Add patterns of your own with `+=`.
        /// What your code itself says, in the metadata of its results or in its progress, is sent as it is.
        public var secretPatterns: [String]

        /// Makes a policy; every value has a default.
        public init(
            maximumMetadataSize: Int = 256 * 1024,
            maximumErrorSize: Int = 4096,
            secretPatterns: [String] = Self.standardSecretPatterns
        ) {
            self.maximumMetadataSize = maximumMetadataSize
            self.maximumErrorSize = maximumErrorSize
            self.secretPatterns = secretPatterns
        }

        /// Credentials in headers and URLs, values after names such as `password`, and keys that are known by their form.
        ///
        /// Each begins with a fixed text, or one of few, and what it repeats is bounded where the search might have to go
        /// back, so that a long error is searched in one pass.
        public static let standardSecretPatterns: [String] = [
            #"(?i)authorization\\*["']?\s*[:=]\s*\\*["']?((?:[a-z0-9-]{1,40}\s+)?[^\s"',;\\]+)"#,
            #"(?i)cookie\\*["']?\s*[:=]\s*("# + Self.quoted + #"|[^\r\n]+)"#,
            #"(?i)bearer\s+([a-z0-9._~+/=-]{8,})"#,
            #"(?i)(?:password|passwd|passphrase|pwd|secret|api[_-]?key|access[_-]?key|private[_-]?key|credentials?"#
                + #"|(?:access|session|refresh|auth|security)token)\\*["']?\s*[:=]\s*("# + Self.quoted + #"|\S+)"#,
            // Parsers say `unexpected token: x`, so a colon counts behind a quoted name or one of several words only.
            #"(?i)(?:[_-](?:token|signature)\\*["']?\s*[:=]|(?:token|signature)(?:\s*=|\\*["']\s*:))\s*("#
                + Self.quoted + #"|[^\s&]+)"#,
            // What looks like a port is one, so that a path with an @ in it is left alone.
            #"://[^\s/@:]*:(?!\d{1,5}(?:[/?#\s]|$))([^\s@]{1,1024}+(?:@[^\s@]{0,1024}+(?=@))*)@"#,
            #"(?:AKIA|ASIA)[0-9A-Z]{16}"#,
            // The begin alone too: a token may be cut, and to look for its dots would take a while where there are none.
            #"eyJ[A-Za-z0-9_-]{8,}(?:\.{1,2}[A-Za-z0-9_-]+)*"#,
            #"wtr_[A-Za-z0-9]+_[A-Za-z0-9_-]+"#,
            #"-----BEGIN [A-Z ]*PRIVATE KEY-----([\s\S]*?)(?:-----END|$)"#,
        ]

        /// A text in quotes that is the first thing in the first group.
        ///
        /// Swift prints texts within errors with their quotes escaped, so that any number of backslashes may be before a
        /// quote: one with more of them than the first quote has is a part of the text, one with fewer ends what is around
        /// it. The last quote may be missing where an error was cut.
        private static let quoted = #"(?:Optional\()?(\\*)(["'])(?:\\+(?!\\|\3)|\2\\+\3|(?!\3)[^\\])*(?:\2\3)?"#

        /// What is wrong, each as part of a sentence.
        var faults: [(Bool, String)] {
            [
                (self.maximumMetadataSize < 1024, "reports.maximumMetadataSize must be at least 1024 bytes"),
                (self.maximumErrorSize < 100, "reports.maximumErrorSize must be at least 100 bytes"),
            ]
                + self.secretPatterns.map { pattern in
                    let fault = SecretMask.fault(pattern)
                    return (fault != nil, "reports.secretPatterns holds '\(pattern)': \(fault ?? "")")
                }
        }
    }
}
