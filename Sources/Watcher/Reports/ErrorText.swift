// SPDX-License-Identifier: Apache-2.0

extension Watcher.ReportPolicy {
    /// The text of an error as it is sent: without secrets, without NUL, which the server refuses, and cut to the limit
    /// with a mark that says so.
    package func reportable(_ text: String) -> String {
        let size = text.utf8.count
        // Searching costs time, and what lies far behind the limit is cut anyway. Masks shorten the text, hence the rest.
        let begin = size / 8 > self.maximumErrorSize ? text.prefix(utf8Count: 4 * self.maximumErrorSize) : text[...]
        let masked = SecretMask.masked(String(begin), self.secretPatterns)
        let clean =
            masked.utf8.contains(0)
            ? masked.split(separator: "\0", omittingEmptySubsequences: false).joined(separator: "\u{FFFD}") : masked
        guard begin.endIndex < text.endIndex || clean.utf8.count > self.maximumErrorSize else { return clean }
        return clean.cut(toUTF8Count: self.maximumErrorSize, of: size)
    }
}

extension String {
    /// The begin of the text with a mark behind it, in at most so many bytes.
    func cut(toUTF8Count limit: Int, of size: Int) -> String {
        let mark = "… [cut: \(size) bytes in all]"
        return self.prefix(utf8Count: max(limit - mark.utf8.count, 0)) + mark
    }

    /// The begin of the text in at most so many bytes, whole characters only.
    fileprivate func prefix(utf8Count count: Int) -> Substring {
        var end = self.utf8.index(self.startIndex, offsetBy: count, limitedBy: self.endIndex) ?? self.endIndex
        while end.samePosition(in: self.unicodeScalars) == nil { end = self.utf8.index(before: end) }
        return self[..<end]
    }
}
