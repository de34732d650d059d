// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherCore

@testable import WatcherPages

@Suite("The drawing of a lineage graph")
struct LineageDrawingTests {
    private static func drawing(_ centre: Int64, _ edges: [(Int64, Int64)]) -> LineageDrawing {
        let edges = edges.map { LineageEdge(source: $0.0, target: $0.1, pipelineID: 1) }
        let ids = Set(edges.flatMap { [$0.source, $0.target] } + [centre]).sorted()
        return LineageDrawing(around: centre, ids, edges)
    }

    private static func columns(_ drawing: LineageDrawing) -> [[Int64]] {
        (0..<drawing.columns).map { column in drawing.nodes.filter { $0.column == column }.map(\.id) }
    }

    @Test("data goes from left to right: upstream left of the address, downstream right, by distance")
    func columns() {
        let diamond = Self.drawing(5, [(1, 3), (3, 5), (2, 5), (5, 6), (5, 7), (6, 8), (7, 8)])
        #expect(Self.columns(diamond) == [[1], [2, 3], [5], [6, 7], [8]])
        #expect(diamond.lines.count == 7 && diamond.nodesLeftOut == 0 && diamond.heights == [1, 2, 1, 2, 1])
        #expect(Self.columns(Self.drawing(9, [])) == [[9]])
    }

    @Test("cycles end, an edge to itself is a line, and an edge of two pipelines is one")
    func cycles() {
        let cycle = Self.drawing(1, [(1, 2), (2, 3), (3, 1), (2, 2), (1, 2)])
        #expect(Self.columns(cycle) == [[3], [1], [2]])
        #expect(cycle.lines.count == 4)
    }

    @Test("an address stands beside its neighbours, so that fewer lines cross")
    func untangled() {
        let drawing = Self.drawing(1, [(1, 2), (1, 3), (2, 5), (3, 4)])
        #expect(Self.columns(drawing) == [[1], [2, 3], [5, 4]])
    }

    @Test("of a large graph the nearest addresses are drawn, and the others are counted")
    func bounded() {
        let edges = (2...400).map { (Int64(1), Int64($0)) } + [(Int64(2), Int64(401))]
        let drawing = Self.drawing(1, edges)
        #expect(drawing.nodes.count == LineageDrawing.mostNodes && drawing.nodesLeftOut == 201)
        #expect(drawing.nodes.map(\.id).sorted() == Array(1...200) && drawing.lines.count == 199)

        let dense = (1...60).flatMap { source in (1...60).map { (Int64(source), Int64($0)) } }
        let many = Self.drawing(1, dense)
        #expect(many.lines.count == LineageDrawing.mostLines && many.linesLeftOut == 3600 - LineageDrawing.mostLines)
    }

    @Test("a page says what it leaves out, and how to see it")
    func leftOut() throws {
        let edges = (2...700).map { (Int64(1), Int64($0)) }
        let page = SamplePages.lineage(around: 1, edges) { "table \($0)" }.page(on: SamplePages.site)
        let markup = try Markup(page.html.text)
        let text = markup.texts.joined(separator: "\n")
        #expect(text.contains("The 200 nearest addresses are drawn, and 500 are left out: choose fewer steps"))
        #expect(text.contains("199 more edges are left out: choose fewer steps"))
        #expect(markup.all("rect").count == 200)
        #expect(markup.all("tr").count == 1 + LineagePage.mostEdges)

        let choice = LineageChoicePage((1...300).map { (Int64($0), "a\($0)") }, containing: nil)
        let choices = try Markup(choice.page(on: SamplePages.site).html.text)
        #expect(choices.all("li").count == LineageChoicePage.mostAddresses)
        #expect(choices.texts.contains("The first 200 addresses; 100 more are left out: find by name."))
    }

    @Test("a drawing is as large as what stands in it, and every address leads to its own graph at the same depth")
    func svg() throws {
        let drawing = Self.drawing(2, [(1, 2), (2, 3)])
        let svg = drawing.svg("t", centre: 2, names: [1: "a", 2: String(repeating: "é", count: 40)]) { "/l?\($0)" }
        let markup = try Markup("<!DOCTYPE html>" + svg.text)
        #expect(markup.all("svg").first?["width"] == "850" && markup.all("svg").first?["height"] == "88")
        #expect(markup.all("rect").map { $0["x"] } == ["30", "320", "610"])
        #expect(markup.all("a").map { $0["href"] } == ["/l?1", "/l?2", "/l?3"])
        #expect(markup.all("a").map { $0["class"] } == ["address", "address centre", "address"])
        #expect(markup.texts.contains(String(repeating: "é", count: 23) + "…") && markup.texts.contains("address 3"))
        #expect(markup.all("path").filter { $0["class"] == "edge" }.allSatisfy { $0["marker-end"] == "url(#arrow)" })
    }
}
