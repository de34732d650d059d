// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherDatabase

struct SQLStatementTests {
    @Test("placeholders are numbered in the order in which they stand")
    func placeholdersAreNumbered() {
        let (name, age): (String, Int64?) = ("x'; DROP TABLE t", nil)
        let statement: SQLStatement = "SELECT * FROM t WHERE name = \(name) AND age = \(age)"
        #expect(statement.text == "SELECT * FROM t WHERE name = $1 AND age = $2")
        #expect(statement.arguments == [.text("x'; DROP TABLE t"), .null(.integer)])
    }

    @Test("a part that is put in is renumbered")
    func partsAreRenumbered() {
        let part: SQLStatement = "b = \(2 as Int64)"
        let statement: SQLStatement = "a = \(1 as Int64) AND \(part) AND c = \(3 as Int64)"
        #expect(statement.text == "a = $1 AND b = $2 AND c = $3")
        #expect(statement.arguments == [.integer(1), .integer(2), .integer(3)])
    }

    @Test("parts are joined by a separator")
    func partsAreJoined() {
        let parts: [SQLStatement] = ["a = \(true)", "b IS NULL", "c = \("x")"]
        let statement: SQLStatement = "WHERE \(parts, separatedBy: " AND ")"
        #expect(statement.text == "WHERE a = $1 AND b IS NULL AND c = $2")
        #expect(statement.arguments == [.bool(true), .text("x")])
    }

    @Test("lists bind each value, and an empty one a null")
    func listsBindEachValue() {
        let statement: SQLStatement = "id IN (\(list: [1, 2] as [Int64])) OR id IN (\(list: [Int64]()))"
        #expect(statement.text == "id IN ($1, $2) OR id IN ($3)")
        #expect(statement.arguments == [.integer(1), .integer(2), .null(.integer)])
    }

    @Test("the values of rows are bound as they stand")
    func rowsBindEachValue() {
        let values: [[SQLValue]] = [[.integer(1), .null(.text)], [.bool(true), .double(0.5)]]
        let rows = values.map { row -> SQLStatement in "(\(values: row))" }
        let statement: SQLStatement = "VALUES \(rows, separatedBy: ", ")"
        #expect(statement.text == "VALUES ($1, $2), ($3, $4)")
        #expect(statement.arguments == [.integer(1), .null(.text), .bool(true), .double(0.5)])
    }
}
