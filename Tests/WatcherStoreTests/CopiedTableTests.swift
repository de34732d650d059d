// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherCore
import WatcherDatabase
import WatcherDatabaseTesting
import WatcherStore

struct CopiedTableTests {
    /// A column as SQLite tells it.
    private struct Column: Equatable, Sendable {
        let table: String
        let name: String
        let type: String
        let isKey: Bool
    }

    @Test("every column of the schema is copied, by its type, keys first")
    func coversTheSchema() async throws {
        let stored = try await TestDatabase.with(.sqliteMemory) { database in
            try await database.read { transaction in
                try transaction.all(
                    """
                    SELECT t.name, c.name, c.type, c.pk > 0 FROM sqlite_master t JOIN pragma_table_info(t.name) c
                    WHERE t.type = 'table' AND t.name <> 'schema_migration'
                    """
                ) { Column(table: try $0.next(), name: try $0.next(), type: try $0.next(), isKey: try $0.next()) }
            }
        }
        let copied = CopiedTable.all.flatMap { table in
            let keyLength = table.key(of: table.columns.map { .null($0.type) }).count
            return table.columns.enumerated().map { index, column in
                Column(
                    table: table.name,
                    name: column.name,
                    type: Self.sqliteType(column.type),
                    isKey: index < keyLength
                )
            }
        }
        func sorted(_ columns: [Column]) -> [Column] { columns.sorted { ($0.table, $0.name) < ($1.table, $1.name) } }
        #expect(sorted(copied) == sorted(stored))
    }

    private static func sqliteType(_ type: SQLType) -> String {
        switch type {
        case .integer, .bool: "INTEGER"
        case .double: "REAL"
        case .text: "TEXT"
        case .unknown: ""
        }
    }

    @Test("a table comes after those that it refers to")
    func ordersTables() async throws {
        let references = try await TestDatabase.with(.sqliteMemory) { database in
            try await database.read { transaction in
                try transaction.all(
                    """
                    SELECT t.name, f."table" FROM sqlite_master t JOIN pragma_foreign_key_list(t.name) f
                    WHERE t.type = 'table'
                    """
                ) { [try $0.next(String.self), try $0.next(String.self)] }
            }
        }
        let names = CopiedTable.all.map(\.name)
        #expect(references.count == 15)
        for reference in references {
            let places = try reference.map { try #require(names.firstIndex(of: $0)) }
            #expect(places[1] <= places[0], "\(reference)")
        }
    }

    @Test("a row has the same hash whatever database it comes from, and another row another one")
    func hashesRows() {
        func hash(_ row: SQLValue...) -> Int64 { StableHash(row: row).value }
        #expect(hash(.null(.text)) == hash(.null(.unknown)))
        #expect(hash(.double(-0.0)) == hash(.double(0)))
        let rows: [[SQLValue]] = [
            [], [.null(.text)], [.null(.text), .null(.text)], [.integer(0)], [.integer(1)], [.bool(true)],
            [.bool(false)], [.double(1)], [.text("")], [.text("1")], [.text("a"), .text("b")],
            [.text("ab"), .text("")],
            [.text("\u{E9}")], [.text("e\u{301}")],
        ]
        #expect(Set(rows.map { StableHash(row: $0).value }).count == rows.count)
    }
}
