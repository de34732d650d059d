// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import WatcherCommand

@Suite("A table fits its width")
struct TextTableTests {
    private let table = TextTable(
        columns: [
            .init(title: "ID", alignment: .right, importance: 3),
            .init(title: "NAME", importance: 2, minimum: 6),
            .init(title: "NOTE", importance: 1, minimum: 4),
        ],
        rows: [["1", "flights", "first of all"], ["23", "weather at noon", ""]]
    )

    @Test("without a limit every text is whole, and no line ends with a space")
    func unlimited() {
        #expect(
            self.table.lines(width: nil)
                == [
                    "ID  NAME             NOTE",
                    " 1  flights          first of all",
                    "23  weather at noon  ",
                ].map { $0.hasSuffix(" ") ? String($0.dropLast(2)) : $0 }
        )
    }

    @Test("the widest columns are cut first")
    func cutting() {
        #expect(
            self.table.lines(width: 26) == [
                "ID  NAME        NOTE",
                " 1  flights     first of …",
                "23  weather a…",
            ]
        )
    }

    @Test("the least important columns go when cutting is not enough")
    func leavingOut() {
        #expect(self.table.lines(width: 13) == ["ID  NAME", " 1  flights", "23  weather …"])
        #expect(self.table.lines(width: 6) == ["ID", " 1", "23"])
    }

    @Test("no line is ever longer than the width", arguments: 1...60)
    func everyWidth(_ width: Int) {
        for line in self.table.lines(width: width) { #expect(line.count <= width) }
    }

    @Test("a column in which nothing stands is left out")
    func emptyColumn() {
        let table = TextTable(columns: self.table.columns, rows: [["1", "", "x"]])
        #expect(table.lines(width: nil) == ["ID  NOTE", " 1  x"])
    }

    @Test("a table without rows is its title")
    func noRows() {
        #expect(TextTable(columns: self.table.columns, rows: []).lines(width: nil) == ["ID  NAME  NOTE"])
    }

    @Test("what a style adds does not count as width")
    func styling() {
        let lines = self.table.lines(width: 13) { row, column, text in row == 0 && column == 1 ? "<\(text)>" : text }
        #expect(lines == ["ID  NAME", " 1  <flights>", "23  weather …"])
    }
}
