// SPDX-License-Identifier: Apache-2.0

extension LineageDrawing {
    /// What is written on an address: as many characters as fit; the whole name is told on demand.
    private static let label = 24

    private enum Size {
        static let width = 210
        static let height = 28
        static let columnStep = 290
        static let rowStep = 40
        static let margin = 30
    }

    /// The drawing.
    ///
    /// - Parameters:
    ///   - title: what it shows, for those who hear the page.
    ///   - centre: the address in the middle.
    ///   - names: the names of addresses by their ids.
    ///   - target: where the page of an address is.
    /// - Returns: the element.
    func svg(
        _ title: String,
        centre: Int64,
        names: [Int64: String],
        linkingTo target: (Int64) -> String
    ) -> HTML {
        let rows = self.heights.max() ?? 1
        let width = (self.columns - 1) * Size.columnStep + Size.width + 2 * Size.margin
        let height = (rows - 1) * Size.rowStep + Size.height + 2 * Size.margin
        let boxes = self.nodes.map { node in
            self.box(node, names[node.id] ?? "address \(node.id)", isCentre: node.id == centre, target(node.id))
        }
        return """
            <div class="scroll" role="region" aria-label="\(title)" tabindex="0">
            <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" \
            viewBox="0 0 \(width) \(height)" role="group" aria-label="\(title)">
            <defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" \
            orient="auto"><path d="M0 0L10 5L0 10z"/></marker></defs>
            \(self.lines.map(self.path))\(boxes)</svg>
            </div>

            """
    }

    private func box(_ node: Node, _ name: String, isCentre: Bool, _ target: String) -> HTML {
        let (x, y) = self.place(node)
        let label = name.count > Self.label ? "\(name.prefix(Self.label - 1))…" : name
        return """
            <a class="address\(isCentre ? " centre" : "")" href="\(target)"><title>\(name)</title>\
            <rect x="\(x)" y="\(y)" width="\(Size.width)" height="\(Size.height)" rx="5"/>\
            <text x="\(x + 8)" y="\(y + 19)">\(label)</text></a>

            """
    }

    private func path(_ line: Line) -> HTML {
        let (source, target) = (self.place(line.source), self.place(line.target))
        let (x1, y1) = (source.x + Size.width, source.y + Size.height / 2)
        let y2 = target.y + Size.height / 2
        let bend = 50
        let curve: HTML
        if line.source == line.target {
            let above = source.y - 20
            curve = "C\(x1 + bend) \(above) \(source.x - bend) \(above) \(source.x) \(y1)"
        } else if line.source.column == line.target.column {
            // Both ends on the right side: anything else would cross the boxes between them.
            curve = "C\(x1 + bend) \(y1) \(x1 + bend) \(y2) \(x1) \(y2)"
        } else {
            curve = "C\(x1 + bend) \(y1) \(target.x - bend) \(y2) \(target.x) \(y2)"
        }
        return "<path class=\"edge\" d=\"M\(x1) \(y1)\(curve)\" marker-end=\"url(#arrow)\"/>\n"
    }

    /// The left upper corner of an address; columns stand around a common middle line.
    private func place(_ node: Node) -> (x: Int, y: Int) {
        let rows = self.heights.max() ?? 1
        let top = (rows - self.heights[node.column]) * Size.rowStep / 2
        return (
            Size.margin + node.column * Size.columnStep,
            Size.margin + top + node.row * Size.rowStep
        )
    }
}
