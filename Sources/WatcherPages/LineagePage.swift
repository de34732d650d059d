// SPDX-License-Identifier: Apache-2.0
package import WatcherCore

/// What lies upstream and downstream of one address.
package struct LineagePage: Sendable {
    /// How many edges the table names at most.
    static let mostEdges = 500

    /// The address in the middle.
    package let centre: Int64
    /// How many edges away the graph goes; `nil` for any number.
    package let depth: Int64?
    /// The addresses of the graph.
    package let addresses: [LineageAddress]
    /// Its edges by depth.
    package let edges: [LineageGraph.Edge]
    /// The pipelines of the edges.
    package let pipelines: [LineagePipeline]

    /// Makes the page's content.
    package init(
        around centre: Int64,
        depth: Int64?,
        addresses: [LineageAddress],
        edges: [LineageGraph.Edge],
        pipelines: [LineagePipeline]
    ) {
        self.centre = centre
        self.depth = depth
        self.addresses = addresses
        self.edges = edges
        self.pipelines = pipelines
    }

    /// The page.
    package func page(on site: Site) -> Page {
        let names = Dictionary(self.addresses.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
        let name = names[self.centre] ?? "address \(self.centre)"
        let kind = self.addresses.first { $0.id == self.centre }.map { address -> HTML in
            "<p>An address of the type \(address.typeName), group \(address.typeGroupName).</p>"
        }
        return site.page(
            "Lineage of \(name)",
            at: site.lineage,
            hasForms: true,
            """
            \(kind ?? "")
            \(self.form(site))
            \(self.edges.isEmpty ? self.empty : "\(self.drawing(site, name, names))\(self.table(names))")
            """
        )
    }

    private func form(_ site: Site) -> HTML {
        let depth = FormField(
            label: "Steps away, at most",
            name: "depth",
            value: self.depth.map { "\($0)" },
            attributes: " type=\"number\" min=\"1\" placeholder=\"any number\""
        )
        return """
            <form method="get" action="\(site.lineage.path)">
            <input type="hidden" name="source_address_id" value="\(self.centre)">
            \(depth.html)<button>Show</button> <a href="\(site.lineage.path)">All addresses</a>
            </form>
            """
    }

    private var empty: HTML { "<p>No pipeline has said that it takes data from here or brings data here.</p>" }

    private func drawing(_ site: Site, _ name: String, _ names: [Int64: String]) -> HTML {
        let drawing = LineageDrawing(around: self.centre, self.addresses.map(\.id), self.edges.map(\.edge))
        let svg = drawing.svg("Graph around \(name)", centre: self.centre, names: names) { id in
            QueryLink(
                path: site.lineage.path,
                query: [("source_address_id", "\(id)"), ("depth", self.depth.map { "\($0)" })]
            ).target
        }
        return """
            <section><h2>Graph</h2>
            <p>\(Int64(self.addresses.count).grouped) addresses. Data goes along the arrows. What is upstream stands left, what \
            is downstream right, each column one step farther away. An address leads to its own graph.</p>
            \(self.leftOut(drawing))\(svg)</section>

            """
    }

    private func leftOut(_ drawing: LineageDrawing) -> HTML {
        var sentences: [HTML] = []
        if drawing.nodesLeftOut > 0 {
            sentences.append(
                """
                <p>The \(drawing.nodes.count) nearest addresses are drawn, and \
                \(Int64(drawing.nodesLeftOut).grouped) are left out: choose fewer steps, or an address farther out.</p>

                """
            )
        }
        if drawing.linesLeftOut > 0 {
            sentences.append(
                """
                <p>\(drawing.lines.count) connections are drawn, and \(Int64(drawing.linesLeftOut).grouped) between the \
                same addresses are left out: choose fewer steps.</p>

                """
            )
        }
        return HTML(sentences)
    }

    private func table(_ names: [Int64: String]) -> HTML {
        let pipelines = Dictionary(self.pipelines.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        func name(_ id: Int64) -> HTML { "\(names[id] ?? "address \(id)")" }
        let shown = self.edges.prefix(Self.mostEdges)
        let rows = shown.map { edge -> [HTML] in
            let pipeline = pipelines[edge.edge.pipelineID]
            return [
                name(edge.edge.source), name(edge.edge.target),
                "\(pipeline?.name ?? "pipeline \(edge.edge.pipelineID)")", "\(pipeline?.typeName ?? "")",
                pipeline?.isActive == false ? "inactive" : "active", "\(edge.depth)",
            ]
        }
        let left = self.edges.count - shown.count
        let more: HTML =
            left == 0 ? "" : "<p>\(Int64(left).grouped) more edges are left out: choose fewer steps.</p>\n"
        let columns: [Table.Column] = ["From", "To", "Pipeline", "Type", "State", .number("Steps away")]
        let table = Table(caption: "Edges, the nearest first", columns: columns, rows: rows)
        return "<section><h2>Edges</h2>\n\(more)\(table.html)</section>\n"
    }
}

/// The addresses of which lineage is known, for somebody to choose from.
package struct LineageChoicePage: Sendable {
    /// How many addresses are named at most.
    static let mostAddresses = 200

    /// Id and name of each address.
    package let addresses: [(id: Int64, name: String)]
    /// What their names must contain; `nil` for any.
    package let text: String?

    /// Makes the page's content.
    ///
    /// - Parameters:
    ///   - addresses: all addresses that lineage names.
    ///   - text: what the names of those that are wanted contain; `nil` for all.
    package init(_ addresses: [(id: Int64, name: String)], containing text: String?) {
        self.addresses = addresses.filter { address in text.map { address.name.contains($0) } ?? true }
        self.text = text
    }

    /// The page.
    package func page(on site: Site) -> Page {
        site.page(
            "Lineage",
            at: site.lineage,
            hasForms: true,
            """
            <p>Where the data of an address comes from, and where it goes.</p>
            <form method="get" action="\(site.lineage.path)">
            \(FormField(label: "Name contains", name: "name", value: self.text).html)<button>Find</button>
            </form>
            \(self.list(site))
            """
        )
    }

    private func list(_ site: Site) -> HTML {
        guard !self.addresses.isEmpty else {
            return self.text == nil
                ? "<p>No pipeline has declared its lineage yet.</p>"
                : "<p>No address that lineage names contains this.</p>"
        }
        let shown = self.addresses.prefix(Self.mostAddresses)
        let items = shown.map { address -> HTML in
            let link = QueryLink(path: site.lineage.path, query: [("source_address_id", "\(address.id)")])
            return "<li><a href=\"\(link.target)\">\(address.name)</a></li>\n"
        }
        let left = self.addresses.count - shown.count
        let more: HTML =
            left == 0
            ? ""
            : "<p>The first \(shown.count) addresses; \(Int64(left).grouped) more are left out: find by name.</p>\n"
        return "\(more)<ul>\n\(items)</ul>"
    }
}
