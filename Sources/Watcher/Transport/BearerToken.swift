// SPDX-License-Identifier: Apache-2.0

/// A secret that is sent and never printed.
struct BearerToken: Sendable {
    private let value: String

    init(_ value: String) throws(WatcherError) {
        // RFC 6750 allows less; these are the characters that cannot break out of a header field.
        guard !value.isEmpty, value.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw WatcherError(
                .configuration,
                value.isEmpty
                    ? "The token is empty: give the one that the server issued, or none."
                    : "The token holds blanks or characters that a header cannot carry; is there a line end after it?"
            )
        }
        self.value = value
    }

    /// The value of the `Authorization` header field.
    var authorization: String { "Bearer \(self.value)" }
}

extension BearerToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    var description: String { "<REDACTED>" }
    var debugDescription: String { "<REDACTED>" }
    var customMirror: Mirror { Mirror(self, children: []) }
}
