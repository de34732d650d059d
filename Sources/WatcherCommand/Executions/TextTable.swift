// SPDX-License-Identifier: Apache-2.0

/// Lays out rows of text in columns that fit a width; knows nothing of what the text means.
struct TextTable {
    /// A column: its title, and how it gives way when the space is short.
    struct Column {
        let title: String
        var alignment = Alignment.left
        /// When the columns do not fit, those of the least importance are left out first.
        let importance: Int
        /// To how few characters its texts may be cut; `nil` when they are never cut.
        var minimum: Int?
    }

    /// On which side of its column a text stands.
    enum Alignment {
        case left
        case right
    }

    let columns: [Column]
    /// One text for each column in every row.
    let rows: [[String]]

    private static let gap = 2

    /// The lines, title first; none is longer than `width` characters.
    ///
    /// Texts are cut with `…` in the columns that allow it, the widest first; then columns are left out.
    ///
    /// - Parameters:
    ///   - width: How many characters fit a line; `nil` for no limit.
    ///   - style: Changes how a finished cell looks, not how long it is: gets row (`nil` for the title), column, text.
    /// - Returns: lines without trailing spaces.
    func lines(width: Int?, style: (Int?, Int, String) -> String = { _, _, text in text }) -> [String] {
        let (shown, widths) = self.layout(width: width)
        let titles = self.columns.map(\.title)
        return ([(nil, titles)] + self.rows.enumerated().map { (Optional($0), $1) }).map { index, cells in
            var line = ""
            for column in shown {
                let text = Self.cut(cells[column], to: widths[column])
                let padding = String(repeating: " ", count: widths[column] - text.count)
                if self.columns[column].alignment == .right { line += padding }
                line += style(index, column, text)
                if self.columns[column].alignment == .left { line += padding }
                line += String(repeating: " ", count: Self.gap)
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }

    /// Cuts a text to a number of characters, the last of which is then `…`.
    static func cut(_ text: String, to width: Int) -> String {
        text.count <= width ? text : width < 1 ? "" : text.prefix(width - 1) + "…"
    }

    /// Which columns are shown, and the width of every one.
    private func layout(width: Int?) -> (shown: [Int], widths: [Int]) {
        var widths = self.columns.indices.map { column in
            self.rows.reduce(self.columns[column].title.count) { max($0, $1[column].count) }
        }
        // A column in which nothing stands is noise.
        var shown = self.columns.indices.filter { column in
            self.rows.isEmpty || self.rows.contains { !$0[column].isEmpty }
        }
        guard let width else { return (shown, widths) }
        func least(_ column: Int) -> Int {
            min(widths[column], max(self.columns[column].minimum ?? widths[column], self.columns[column].title.count))
        }
        func total(_ size: (Int) -> Int) -> Int {
            shown.reduce(Self.gap * (shown.count - 1)) { $0 + size($1) }
        }
        while shown.count > 1, total(least) > width,
            let victim = shown.min(by: { self.columns[$0].importance < self.columns[$1].importance })
        {
            shown.removeAll { $0 == victim }
        }
        var excess = total { widths[$0] } - width
        while excess > 0, let widest = shown.filter({ widths[$0] > least($0) }).max(by: { widths[$0] < widths[$1] }) {
            widths[widest] -= 1
            excess -= 1
        }
        // Only a column that is never cut is left: better cut than broken over two lines.
        if excess > 0, let last = shown.last { widths[last] = max(widths[last] - excess, 1) }
        return (shown, widths)
    }
}
