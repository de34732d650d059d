// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherCore
import WatcherPages

@Suite("Pages")
struct PagesTests {
    @Test("every page has a language, a title, one heading, a way to the others, and no script or inline style")
    func structure() throws {
        for (name, page) in SamplePages.all("plain") {
            let markup = try Markup(page.html.text)
            #expect(markup.all("html").first?["lang"] == "en", "\(name)")
            #expect(
                markup.all("title").count >= 1 && markup.all("h1").count == 1 && markup.all("main").count == 1,
                "\(name)"
            )
            #expect(markup.all("script").isEmpty && markup.all("link").isEmpty && markup.all("img").isEmpty, "\(name)")
            for element in markup.elements {
                let names = element.attributes.map(\.name)
                #expect(!names.contains("style") && !names.contains { $0.hasPrefix("on") }, "\(name): \(element)")
                for target in [element["href"], element["action"]].compactMap(\.self) {
                    #expect(target.hasPrefix("/") && !target.hasPrefix("//"), "\(name): \(target)")
                }
            }
            let links = Set(markup.all("a").compactMap { $0["href"] })
            #expect(links.isSuperset(of: ["/", "/r", "/l", "/d", "/docs"]), "\(name)")
            #expect(markup.all("a").count { $0["aria-current"] == "page" } == (name == "problem" ? 0 : 1), "\(name)")
        }
    }

    @Test("every table has a caption and scopes, every input a label, and headings go down step by step")
    func semantics() throws {
        for (name, page) in SamplePages.all("plain") {
            let markup = try Markup(page.html.text)
            #expect(markup.all("caption").count == markup.all("table").count, "\(name)")
            for head in markup.all("th") { #expect(["col", "row"].contains(head["scope"] ?? ""), "\(name)") }
            let inputs = markup.all("input").filter { $0["type"] != "hidden" }
            #expect(markup.all("label").count == inputs.count, "\(name)")
            #expect(page.hasForms == !markup.all("form").isEmpty, "\(name)")
            for form in markup.all("form") { #expect(form["method"] == "get", "\(name)") }
            let levels = markup.elements.compactMap { ["h1": 1, "h2": 2, "h3": 3][$0.name] }
            for (before, level) in zip(levels, levels.dropFirst()) {
                #expect(level <= before + 1, "\(name): \(levels)")
            }
        }
    }

    @Test("no text changes what a page is made of, and each is shown as it is")
    func fuzz() throws {
        var random = SplitMix64(seed: 24)
        let signs: [Unicode.Scalar] = [
            "<", ">", "&", "\"", "'", "/", "=", " ", "a", ";", "\u{0}", "\u{1}", "\r", "\u{1B}", "\u{85}", "\u{338}",
            "\u{202E}", "é", "\u{1F600}", "`", "%", "#", "!", "-",
        ]
        let plain = try SamplePages.all("plain").map { try Markup($0.page.html.text) }
        let fixed = [
            "</main><script>", "\"><img src=x onerror=alert(1)>", "' onload='x", "]]>", "<!--", "&lt;", "</title>",
        ]
        let made = (0..<60).map { _ in
            var text = "x"
            for _ in 0..<Int.random(in: 1...40, using: &random) {
                text.unicodeScalars.append(signs[Int.random(in: 0..<signs.count, using: &random)])
            }
            return text
        }
        for text in fixed + made {
            var shown = ""
            for sign in text.unicodeScalars {
                let isControl = sign.value < 0x20 || (0x7F...0x9F).contains(sign.value)
                shown.unicodeScalars.append(isControl ? "\u{FFFD}" : sign)
            }
            for ((name, page), harmless) in zip(SamplePages.all(text), plain) {
                let markup = try Markup(page.html.text)
                #expect(markup.elements == harmless.elements, "\(name): \(text.debugDescription)")
                #expect(markup.values.contains { $0.contains(shown) }, "\(name): \(text.debugDescription)")
            }
        }
    }

    @Test("the overview says how each execution is, for how long, and what it said of itself")
    func overview() throws {
        let texts = try Markup(SamplePages.overview("flights").page(on: SamplePages.site).html.text).texts
        #expect(texts.contains("2025-01-10 00:10:00 UTC") && texts.contains("1h 2m") && texts.contains("43 %"))
        #expect(texts.contains("succeeded") && texts.contains("failed") && texts.contains("lost"))
        #expect(texts.contains("1,234,567") && texts.contains("1m 5s") && texts.contains("4,321"))
        #expect(texts.contains("not yet") && texts.contains("critical"))
    }

    @Test("what is empty says so in words")
    func empty() throws {
        func text(_ page: Page) throws -> String { try Markup(page.html.text).texts.joined(separator: "\n") }
        let site = SamplePages.site
        let overview = try text(OverviewPage(Overview(now: SamplePages.now), counts: nil).page(on: site))
        #expect(overview.contains("Nothing runs.") && overview.contains("Nothing has ended yet."))
        #expect(overview.contains("No alert has been raised."))
        func reporting(_ filter: DailyMetricsFilter, page: Int64 = 1, of records: Int64 = 0) throws -> String {
            let page = NumberedPage(number: page, size: 50)
            let names: (pipelines: [String], types: [String]) = ([], [])
            return try text(
                ReportingPage([], filter, page, totalRecords: records, suggestions: names).page(on: site)
            )
        }
        #expect(try reporting(.init(days: 30)).contains("No execution started in the last 30 days."))
        #expect(try reporting(.init(days: 1)).contains("No execution started today."))
        #expect(try reporting(.init(pipelineName: "p", days: 1)).contains("No execution that fits started today."))
        #expect(try reporting(.init(days: 1), page: 9, of: 60).contains("nothing on page 9: the last one is page 2"))
        #expect(try text(LineageChoicePage([], containing: nil).page(on: site)).contains("No pipeline has declared"))
        #expect(
            try text(LineageChoicePage([(1, "a")], containing: "b").page(on: site)).contains("No address that lineage")
        )
        let alone = SamplePages.lineage(around: 1, []) { _ in "a" }
        #expect(try text(alone.page(on: site)).contains("No pipeline has said"))
    }

    @Test("the figures lead to the page before and the one after, with the same filters, encoded")
    func paging() throws {
        let page = SamplePages.reporting("a&b=c d/é").page(on: SamplePages.site)
        let links = try Markup(page.html.text).all("a").filter { $0["rel"] != nil }
        let name = "a%26b%3Dc%20d%2F%C3%A9"
        let query = "/r?pipeline_name=\(name)&pipeline_type_name=\(name)&days=7&page_size=2"
        #expect(links.map { $0["href"] } == ["\(query)&page=1", "\(query)&page=3"])
        #expect(try Markup(page.html.text).texts.contains("Page 2 of 3, 6 rows in all"))
        #expect(page.html.text.contains("<time datetime=\"2025-01-10\">2025-01-10</time>"))
        let last = ReportingPage(
            [SamplePages.metrics("p")],
            DailyMetricsFilter(days: 30),
            NumberedPage(number: 1, size: 50),
            totalRecords: 1,
            suggestions: ([], [])
        )
        #expect(try Markup(last.page(on: SamplePages.site).html.text).all("a").allSatisfy { $0["rel"] == nil })
    }

    @Test("a busy queue, parked jobs and the steps of the schema are on the page of the ledger")
    func diagnostics() throws {
        let page = DiagnosticsPage(SamplePages.report("x"), version: "1.2.3").page(on: SamplePages.site)
        let texts = try Markup(page.html.text).texts
        #expect(texts.contains("1.2.3") && texts.contains("Far too many jobs are waiting."))
        #expect(texts.contains("problem") && texts.contains("Alert delivery") && texts.contains("2 of 3 at once"))
    }
}
