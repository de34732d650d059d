// SPDX-License-Identifier: Apache-2.0

/// What all pages of a server share: where they are, what stands around them and how they look.
package struct Site: Sendable {
    /// A page that the others lead to.
    package struct Link: Sendable, Equatable {
        /// What it is called.
        package let title: String
        /// Where it is.
        package let path: String

        /// Makes a link.
        package init(_ title: String, _ path: String) {
            self.title = title
            self.path = path
        }
    }

    /// What runs, what ended, and what people were told.
    package let overview: Link
    /// Daily figures.
    package let reporting: Link
    /// Where data comes from and goes to.
    package let lineage: Link
    /// What is wrong with the ledger.
    package let diagnostics: Link
    /// The description of the HTTP interface.
    package let docs: Link

    /// Makes a site.
    ///
    /// - Parameters:
    ///   - overview: where its overview is.
    ///   - reporting: where its daily figures are.
    ///   - lineage: where its lineage graphs are.
    ///   - diagnostics: where it tells what is wrong.
    ///   - docs: where its interface is described.
    package init(overview: String, reporting: String, lineage: String, diagnostics: String, docs: String) {
        self.overview = Link("Overview", overview)
        self.reporting = Link("Reporting", reporting)
        self.lineage = Link("Lineage", lineage)
        self.diagnostics = Link("Diagnostics", diagnostics)
        self.docs = Link("HTTP interface", docs)
    }

    /// A page of the site.
    ///
    /// - Parameters:
    ///   - title: its heading.
    ///   - current: which of the links leads to it; `nil` for a page that has none.
    ///   - hasForms: whether it has forms.
    ///   - content: what stands below the heading.
    /// - Returns: the page.
    func page(_ title: String, at current: Link?, hasForms: Bool = false, _ content: HTML) -> Page {
        let links = [self.overview, self.reporting, self.lineage, self.diagnostics, self.docs].map { link -> HTML in
            // Typed: a text would be escaped.
            let attribute: HTML = link == current ? " aria-current=\"page\"" : ""
            return "<a href=\"\(link.path)\"\(attribute)>\(link.title)</a> "
        }
        return Page(
            title: "\(title) – Watcher",
            style: Self.style,
            body: """
                <header><nav aria-label="Pages">\(links)</nav></header>
                <main>
                <h1>\(title)</h1>
                \(content)
                </main>
                """,
            hasForms: hasForms
        )
    }

    private static let style = StyleSheet(
        """
        :root{color-scheme:light dark;--line:#8884;--link:#0b57d0;--good:#146c2e;--bad:#b3261e;--odd:#8a5300}
        @media (prefers-color-scheme:dark){:root{--link:#8ab4f8;--good:#6dd58c;--bad:#f2b8b5;--odd:#ffb951}}
        body{font:16px/1.5 system-ui,sans-serif;max-width:75rem;margin:0 auto;padding:1rem;overflow-wrap:anywhere}
        a{color:var(--link)}
        nav{display:flex;flex-wrap:wrap;gap:.3rem 1rem}
        nav a[aria-current]{font-weight:bold;color:inherit;text-decoration:none}
        h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2rem}
        .scroll{overflow-x:auto}
        table{border-collapse:collapse;overflow-wrap:normal}
        caption{text-align:left;padding:.3rem 0}
        th,td{border-top:1px solid var(--line);padding:.3rem .6rem .3rem 0;vertical-align:top;text-align:left}
        tbody th{font-weight:normal}
        .number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
        @media (max-width:40rem){table{width:max-content}th,td{max-width:20rem}}
        time{white-space:nowrap}
        .good{color:var(--good)}.bad{color:var(--bad)}.odd{color:var(--odd)}
        .figures{display:flex;flex-wrap:wrap;gap:.6rem;margin:1rem 0;padding:0}
        .figures div{border:1px solid var(--line);border-radius:.4rem;padding:.4rem .8rem}
        .figures dd{margin:0;font-size:1.3rem;font-variant-numeric:tabular-nums}
        form{display:flex;flex-wrap:wrap;gap:.6rem;align-items:end;margin:1rem 0}
        label{display:flex;flex-direction:column}
        input,button{font:inherit;max-width:100%;box-sizing:border-box;padding:.3rem .5rem}
        svg{display:block;font:13px system-ui,sans-serif}
        svg a{text-decoration:none}
        .address rect{fill:Canvas;stroke:var(--line)}
        .address text{fill:currentColor}
        .centre rect{stroke:var(--link);stroke-width:2}
        .edge{fill:none;stroke:currentColor;opacity:.5}
        marker path{fill:currentColor}
        """
    )
}
