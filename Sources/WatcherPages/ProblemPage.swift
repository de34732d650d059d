// SPDX-License-Identifier: Apache-2.0

/// What a browser is told instead of a page.
package struct ProblemPage: Sendable {
    /// The status of the answer.
    package let status: Int
    /// What the status is called.
    package let reason: String
    /// What was wrong, and what to do about it: a sentence for each fault.
    package let sentences: [String]

    /// Makes a problem.
    package init(status: Int, reason: String, sentences: [String]) {
        self.status = status
        self.reason = reason
        self.sentences = sentences
    }

    /// The page.
    package func page(on site: Site) -> Page {
        let token: HTML =
            self.status == 401
            ? """
            <p>A browser sends no token by itself: let a proxy or an extension of the browser add the header, or ask from \
            a terminal.</p>
            """ : ""
        return site.page(
            "\(self.status) \(self.reason)",
            at: nil,
            "\(self.sentences.map { sentence -> HTML in "<p>\(sentence)</p>\n" })\(token)"
        )
    }
}
