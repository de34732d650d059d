// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing
import WatcherWire

@testable import WatcherServer

struct DocsPageTests {
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

    @Test("the style is allowed by its hash, and nothing else is")
    func policy() {
        // The hash of `body{}` as `openssl dgst -sha256 -binary | base64` gives it.
        let style = StyleSheet("body{}")
        #expect(style.source == "'sha256-fJgEClQWV1hGkK4qHMO0KotTsVnMYMXTq7/suurGyUo='")
        let page = Page(title: "<t>", style: style, body: "x")
        #expect(page.html.text.contains("<style>body{}</style>"))
        #expect(page.html.text.contains("<title>&lt;t&gt;</title>"))
        #expect(page.headers[.contentSecurityPolicy]?.hasPrefix("default-src 'none'; style-src 'sha256-") == true)
    }

    @Test("the page shows every operation and schema, without any script")
    func docs() async throws {
        try await Scenario.run { scenario in
            let response = try await scenario.client.executeRequest(uri: "/docs", method: .get, headers: [:], body: nil)
            #expect(response.headers[.contentType] == "text/html; charset=utf-8")
            #expect(response.headers[.contentSecurityPolicy]?.contains("default-src 'none'") == true)
            let page = String(buffer: response.body)
            #expect(!page.contains("<script") && !page.contains("style=") && !page.contains("http://"))
            var anchors = Set<Substring>()
            for part in page.split(separator: " id=\"").dropFirst() { anchors.insert(part.prefix { $0 != "\"" }) }
            let expected = Operation.all.map(\.id) + NamedSchema.all.map(\.name)
            #expect(Set(expected.map { $0[...] }).subtracting(anchors) == [])
            for part in page.split(separator: "href=\"#").dropFirst() {
                let target = part.prefix { $0 != "\"" }
                #expect(anchors.contains(target), "\(target) leads nowhere")
            }
        }
    }
}
