// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherDatabase
import WatcherDatabaseTesting

/// What every database must do, whatever its kind.
struct DatabaseContractTests {
    /// A table with a column of each type and each kind of constraint.
    private static let schema = [
        Migration(id: 1, name: "test") { sql in
            [
                """
                CREATE TABLE parent (id \(sql.identity), name \(sql.string) NOT NULL UNIQUE) \(sql.tableEnd)
                """,
                """
                CREATE TABLE sample (
                    id \(sql.identity),
                    parent_id \(sql.int64) REFERENCES parent (id),
                    whole \(sql.int64) CHECK (whole <> 13),
                    fraction \(sql.double),
                    words \(sql.string),
                    flag \(sql.bool),
                    facts \(sql.json)
                ) \(sql.tableEnd)
                """,
            ]
        }
    ]

    private func with(
        _ kind: TestDatabase.Kind,
        _ body: (any Database) async throws -> Void
    ) async throws {
        try await TestDatabase.with(kind, migrations: Self.schema, body)
    }

    @Test("values come back as they went in", arguments: TestDatabase.Kind.allCases)
    func valuesRoundTrip(kind: TestDatabase.Kind) async throws {
        let texts = [
            "", "plain", "ümläut 🚆 \u{301}", "line\nbreak 'quote' \"double\"", String(repeating: "x", count: 1 << 20),
        ]
        let wholes: [Int64?] = [0, -1, .max, .min, nil]
        let fractions: [Double?] = [0, -0.5, 1e300, .leastNonzeroMagnitude, nil]
        try await self.with(kind) { database in
            for (index, text) in texts.enumerated() {
                let (whole, fraction) = (wholes[index], fractions[index])
                let flag: Bool? = index == 4 ? nil : index.isMultiple(of: 2)
                let id = try await database.write { transaction in
                    try transaction.one(
                        """
                        INSERT INTO sample (whole, fraction, words, flag)
                        VALUES (\(whole), \(fraction), \(text), \(flag)) RETURNING id
                        """
                    ) { try $0.next(Int64.self) }
                }
                let row = try await database.read { transaction in
                    try transaction.one("SELECT whole, fraction, words, flag FROM sample WHERE id = \(id)") { row in
                        Sample(
                            whole: try row.next(),
                            fraction: try row.next(),
                            words: try row.next(),
                            flag: try row.next()
                        )
                    }
                }
                #expect(row == Sample(whole: whole, fraction: fraction, words: text, flag: flag))
            }
        }
    }

    private struct Sample: Equatable, Sendable {
        let whole: Int64?
        let fraction: Double?
        let words: String?
        let flag: Bool?
    }

    @Test("a broken constraint has the code of its kind", arguments: TestDatabase.Kind.allCases)
    func constraintsHaveCodes(kind: TestDatabase.Kind) async throws {
        let cases: [(SQLStatement, DatabaseError.Code)] = [
            ("INSERT INTO parent (name) VALUES ('taken')", .unique),
            ("INSERT INTO parent (id, name) VALUES (1, 'other')", .unique),
            ("INSERT INTO parent (name) VALUES (NULL)", .notNull),
            ("INSERT INTO sample (parent_id) VALUES (99)", .foreignKey),
            ("INSERT INTO sample (whole) VALUES (13)", .check),
            ("INSERT INTO sample (whole) VALUES ('many')", .type),
            ("INSERT INTO nowhere (id) VALUES (1)", .statement),
        ]
        try await self.with(kind) { database in
            _ = try await database.write { try $0.run("INSERT INTO parent (id, name) VALUES (1, 'taken')") }
            for (statement, code) in cases {
                let error = await #expect(throws: DatabaseError.self) {
                    _ = try await database.write { try $0.run(statement) }
                }
                #expect(error?.code == code, "\(statement.text)")
            }
        }
    }

    @Test("an insert gives the id of its row, and nothing without one", arguments: TestDatabase.Kind.allCases)
    func insertGivesID(kind: TestDatabase.Kind) async throws {
        try await self.with(kind) { database in
            let ids = try await database.write { transaction in
                try ["a", "b", "a", "c"].map { name in
                    try transaction.insert("INSERT INTO parent (name) VALUES (\(name)) ON CONFLICT (name) DO NOTHING")
                }
            }
            #expect(ids.map { $0 != nil } == [true, true, false, true])
            let alone = try await database.insert("INSERT INTO parent (name) VALUES (\("d"))")
            let none = try await database.insert(
                "INSERT INTO parent (name) SELECT \("e") FROM parent WHERE name = \("nobody")"
            )
            #expect(none == nil)
            let stored = try await database.read { transaction in
                try transaction.all("SELECT id, name FROM parent ORDER BY name") { row in
                    "\(try row.next(Int64.self)) \(try row.next(String.self))"
                }
            }
            let given = [ids[0], ids[1], ids[3], alone].compactMap(\.self)
            #expect(stored == zip(given, ["a", "b", "c", "d"]).map { "\($0) \($1)" })
        }
    }

    @Test("inserts that come together, one of them refused, fail alone", arguments: TestDatabase.Kind.allCases)
    func insertsFailAlone(kind: TestDatabase.Kind) async throws {
        try await self.with(kind) { database in
            _ = try await database.insert("INSERT INTO parent (name) VALUES (\("7"))")
            let outcomes = await withTaskGroup(of: Bool.self) { group in
                for number in 0..<100 {
                    group.addTask {
                        let name = String(number)
                        return (try? await database.insert("INSERT INTO parent (name) VALUES (\(name))")) != nil
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.count { $0 } == 99)
            let count = try await database.read {
                try $0.one("SELECT COUNT(*) FROM parent") { try $0.next(Int64.self) }
            }
            #expect(count == 100)
        }
    }

    @Test("a write that throws leaves nothing behind", arguments: TestDatabase.Kind.allCases)
    func throwingWritesAreUndone(kind: TestDatabase.Kind) async throws {
        struct Refusal: Error {}
        try await self.with(kind) { database in
            await #expect(throws: Refusal.self) {
                try await database.write { transaction in
                    try transaction.run("INSERT INTO parent (name) VALUES ('ghost')")
                    throw Refusal()
                }
            }
            let count = try await Self.count(database)
            #expect(count == 0)
        }
    }

    @Test("one failing write among many fails alone", arguments: TestDatabase.Kind.allCases)
    func guiltyWriteFailsAlone(kind: TestDatabase.Kind) async throws {
        try await self.with(kind) { database in
            let failures = try await withThrowingTaskGroup(of: Bool.self) { group in
                for index in 0..<200 {
                    group.addTask {
                        do {
                            try await database.write { transaction in
                                try transaction.run("INSERT INTO parent (name) VALUES (\("row \(index)"))")
                                // Every tenth breaks a constraint after it has changed something.
                                if index % 10 == 0 {
                                    try transaction.run("INSERT INTO parent (name) VALUES (\("row \(index)"))")
                                }
                            }
                            return false
                        } catch let error as DatabaseError where error.code == .unique {
                            return true
                        }
                    }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(failures == 20)
            let count = try await Self.count(database)
            #expect(count == 180)
        }
    }

    @Test("a write that waits is not done once its task is cancelled", arguments: TestDatabase.Kind.allCases)
    func cancelledWritesAreNotDone(kind: TestDatabase.Kind) async throws {
        try await self.with(kind) { database in
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                _ = try await database.write { try $0.run("INSERT INTO parent (name) VALUES ('late')") }
            }
            await #expect(throws: CancellationError.self) { try await task.value }
            let count = try await Self.count(database)
            #expect(count == 0)
        }
    }

    @Test("two writers never see each other's half", arguments: TestDatabase.Kind.allCases)
    func writersAreSerial(kind: TestDatabase.Kind) async throws {
        try await self.with(kind) { database in
            _ = try await database.write { try $0.run("INSERT INTO sample (id, whole) VALUES (1, 0)") }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<100 {
                    group.addTask {
                        try await database.write { transaction in
                            let whole = try transaction.one("SELECT whole FROM sample WHERE id = 1") {
                                try $0.next(Int64.self)
                            }
                            let next = (whole ?? 0) == 12 ? 14 : (whole ?? 0) + 1
                            try transaction.run("UPDATE sample SET whole = \(next) WHERE id = 1")
                        }
                    }
                }
                try await group.waitForAll()
            }
            let whole = try await database.read { try $0.one("SELECT whole FROM sample") { try $0.next(Int64.self) } }
            // One value is skipped, because a constraint forbids it.
            #expect(whole == 101)
        }
    }

    @Test("a list may be empty, or long", arguments: TestDatabase.Kind.allCases)
    func listsBind(kind: TestDatabase.Kind) async throws {
        try await self.with(kind) { database in
            for (ids, expected) in [([Int64](), 0), ([1, 3], 2), (Array(1...2000), 5)] {
                let found = try await database.write { transaction in
                    try transaction.run("DELETE FROM parent")
                    for id in 1...5 as ClosedRange<Int64> {
                        try transaction.run("INSERT INTO parent (id, name) VALUES (\(id), \("p\(id)"))")
                    }
                    return try transaction.all("SELECT id FROM parent WHERE id IN (\(list: ids))") {
                        try $0.next(Int64.self)
                    }
                }
                #expect(found.count == expected)
            }
        }
    }

    @Test("after closing, a call says that the database is closed", arguments: TestDatabase.Kind.allCases)
    func closedDatabaseSaysSo(kind: TestDatabase.Kind) async throws {
        try await self.with(kind) { database in
            try await database.close()
            let error = await #expect(throws: DatabaseError.self) {
                _ = try await database.write { try $0.run("DELETE FROM parent") }
            }
            #expect(error?.code == .closed)
        }
    }

    private static func count(_ database: any Database) async throws -> Int64? {
        try await database.read { try $0.one("SELECT count(*) FROM parent") { try $0.next(Int64.self) } }
    }
}
