// SPDX-License-Identifier: Apache-2.0

extension ETLResults {
    /// The longest description of an error that is reported, in bytes of UTF-8, its cut mark included.
    package static let maximumErrorBytes = 4096

    /// The results of work that threw: not successful, with the error's type and description as metadata.
    init(failure error: any Error) {
        self.init(
            completedSuccessfully: false,
            executionMetadata: [
                "error_type": JSONValue(Self.reportable(String(describing: type(of: error)))),
                "error": JSONValue(Self.reportable(String(describing: error))),
            ]
        )
    }

    /// What the server would refuse of these results, found before sending them.
    var fault: WatcherError? {
        let counters = [
            ("inserts", self.inserts), ("updates", self.updates), ("softDeletes", self.softDeletes),
            ("totalRows", self.totalRows),
        ]
        var faults = counters.compactMap { name, count in
            count.flatMap { $0 < 0 ? "\(name) is \($0), but a count must be at least 0" : nil }
        }
        if let metadata = self.executionMetadata, JSONValue.object(metadata).containsNUL {
            faults.append("executionMetadata holds a NUL character, which the server cannot keep")
        }
        guard !faults.isEmpty else { return nil }
        return WatcherError(
            .validation,
            "The results cannot be recorded: \(faults.joined(separator: "; ")). The execution counts as failed."
        )
    }

    /// The text without NUL, which the server refuses, and cut to the limit with a mark that says so.
    package static func reportable(_ text: String) -> String {
        let clean =
            text.utf8.contains(0)
            ? text.split(separator: "\0", omittingEmptySubsequences: false).joined(separator: "\u{FFFD}") : text
        let size = clean.utf8.count
        guard size > Self.maximumErrorBytes else { return clean }
        let mark = "… [cut: \(size) bytes in all]"
        var end = clean.utf8.index(clean.utf8.startIndex, offsetBy: Self.maximumErrorBytes - mark.utf8.count)
        while end.samePosition(in: clean.unicodeScalars) == nil { end = clean.utf8.index(before: end) }
        return clean[..<end] + mark
    }
}
