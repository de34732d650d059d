// SPDX-License-Identifier: Apache-2.0

/// A table with a head, whose rows are named by their first cells.
struct Table {
    /// A column.
    struct Column: ExpressibleByStringLiteral {
        let title: String
        let isNumber: Bool

        /// A column of texts.
        init(stringLiteral title: String) {
            self.title = title
            self.isNumber = false
        }

        private init(number title: String) {
            self.title = title
            self.isNumber = true
        }

        /// A column of numbers.
        static func number(_ title: String) -> Self { Self(number: title) }

        fileprivate var attribute: HTML { self.isNumber ? " class=\"number\"" : "" }
    }

    /// What it shows, also for those who hear the page.
    let caption: String
    let columns: [Column]
    let rows: [[HTML]]

    /// The table, which scrolls by itself where the page is narrow.
    var html: HTML {
        """
        <div class="scroll" role="region" aria-label="\(self.caption)" tabindex="0"><table>
        <caption>\(self.caption)</caption>
        <thead><tr>\(self.columns.map { column -> HTML in
            "<th scope=\"col\"\(column.attribute)>\(column.title)</th>"
        })</tr></thead>
        <tbody>
        \(self.rows.map { row -> HTML in "<tr>\(zip(self.columns, row).enumerated().map(Self.cell))</tr>\n" })</tbody>
        </table></div>

        """
    }

    private static func cell(_ index: Int, _ cell: (column: Column, content: HTML)) -> HTML {
        index == 0
            ? "<th scope=\"row\"\(cell.column.attribute)>\(cell.content)</th>"
            : "<td\(cell.column.attribute)>\(cell.content)</td>"
    }
}
