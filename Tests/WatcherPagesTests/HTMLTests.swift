// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherPages

@Suite("Texts in pages stay texts")
struct HTMLTests {
    @Test("what is put into a page is text there, whatever it holds")
    func escaping() {
        let name = #"<script>alert("it's")</script> & Ä"#
        let cell: HTML = "<td title=\"\(name)\">\(name)</td>"
        let escaped = "&lt;script&gt;alert(&quot;it&#39;s&quot;)&lt;/script&gt; &amp; Ä"
        #expect(cell.text == "<td title=\"\(escaped)\">\(escaped)</td>")
        #expect(
            ("<tr>\(cell)\([cell, cell])\(3)</tr>" as HTML).text == "<tr>\(cell.text)\(cell.text)\(cell.text)3</tr>"
        )
        #expect(HTML(escaping: "a<b").text == "a&lt;b")
    }

    @Test("a mark that joins the sign before it does not hide that sign")
    func combiningMarks() {
        #expect(HTML(escaping: "<\u{338}b>\u{338}").text == "&lt;\u{338}b&gt;\u{338}")
    }

    @Test("control characters are shown as such, and white space is kept")
    func controlCharacters() {
        #expect(
            HTML(escaping: "a\u{0}\u{8}\r\u{1B}\u{7F}\u{9F}b\t\nc").text
                == "a\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}b\t\nc"
        )
    }

    @Test("the style is allowed by its hash, and nothing else is")
    func policy() {
        // The hash of `body{}` as `openssl dgst -sha256 -binary | base64` gives it.
        let style = StyleSheet("body{}")
        #expect(style.source == "'sha256-fJgEClQWV1hGkK4qHMO0KotTsVnMYMXTq7/suurGyUo='")
        let page = Page(title: "<t>", style: style, body: "x")
        #expect(page.html.text.contains("<style>body{}</style>"))
        #expect(page.html.text.contains("<title>&lt;t&gt;</title>"))
        #expect(page.contentSecurityPolicy.hasPrefix("default-src 'none'; style-src 'sha256-"))
        #expect(page.contentSecurityPolicy.contains("form-action 'none'"))
        let form = Page(title: "t", style: style, body: "x", hasForms: true)
        #expect(form.contentSecurityPolicy.contains("form-action 'self'"))
    }
}
