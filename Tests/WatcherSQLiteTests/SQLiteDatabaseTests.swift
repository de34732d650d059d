// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import WatcherDatabase
import WatcherDatabaseTesting
import WatcherSQLite

struct SQLiteDatabaseTests {
    private func pragma(_ name: StaticString, _ transaction: Transaction) throws -> String? {
        try transaction.one(SQLStatement(stringLiteral: name)) { row in try row.next(String.self) }
    }

    @Test("the writer waits for durable storage at each commit")
    func writerIsDurable() async throws {
        try await TestDatabase.with(.sqliteFile, migrations: []) { database in
            let synchronous = try await database.write { transaction in
                try transaction.one("PRAGMA synchronous") { try $0.next(Int64.self) }
            }
            let journal = try await database.write { try self.pragma("PRAGMA journal_mode", $0) }
            // 2 is FULL, https://sqlite.org/pragma.html#pragma_synchronous
            #expect(synchronous == 2)
            #expect(journal == "wal")
        }
    }

    @Test("writes that come together share a commit")
    func writesShareCommits() async throws {
        try await TestDatabase.with(.sqliteFile, migrations: []) { database in
            _ = try await database.write { try $0.run("CREATE TABLE t (id INTEGER PRIMARY KEY)") }
            let before = database.writerStatistics
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<500 {
                    group.addTask { _ = try await database.write { try $0.run("INSERT INTO t DEFAULT VALUES") } }
                }
                try await group.waitForAll()
            }
            let statistics = database.writerStatistics
            #expect(statistics.writes - before.writes == 500)
            #expect(statistics.commits - before.commits < 500)
        }
    }

    @Test("what was written is there after the file is opened again")
    func fileKeepsData() async throws {
        try await TestDatabase.withFolder { folder in
            let configuration = SQLiteDatabase.Configuration(path: folder + "/kept.sqlite")
            let first = try SQLiteDatabase(configuration)
            _ = try await first.write { try $0.run("CREATE TABLE t (id INTEGER PRIMARY KEY)") }
            _ = try await first.write { try $0.run("INSERT INTO t (id) VALUES (5)") }
            try await first.close()
            let second = try SQLiteDatabase(configuration)
            let ids = try await second.read { try $0.all("SELECT id FROM t") { try $0.next(Int64.self) } }
            try await second.close()
            #expect(ids == [5])
        }
    }

    @Test("a path that cannot be used is named, with what to look at")
    func unusablePathsAreNamed() async throws {
        try await TestDatabase.withFolder { folder in
            let notADatabase = folder + "/text.sqlite"
            try Data(repeating: 0x41, count: 4096).write(to: URL(fileURLWithPath: notADatabase))
            for path in [folder + "/missing/db.sqlite", folder, notADatabase] {
                let error = #expect(throws: DatabaseError.self) {
                    try SQLiteDatabase(SQLiteDatabase.Configuration(path: path))
                }
                #expect(error?.message.contains(path) == true)
            }
        }
    }
}
