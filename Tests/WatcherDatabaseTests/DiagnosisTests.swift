// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import WatcherDatabase
import WatcherDatabaseTesting
import WatcherSQLite

@Suite("A database says what is wrong with it")
struct DiagnosisTests {
    @Sendable private static func now() -> Int64 { Int64(Date().timeIntervalSince1970 * 1e6) }

    @Test("a database that is well has no problem of its own", arguments: TestDatabase.Kind.allCases)
    func healthy(kind: TestDatabase.Kind) async throws {
        try await TestDatabase.with(kind, migrations: []) { database in
            let findings = try await database.diagnose(now: Self.now)
            #expect(findings.first?.level == .ok)
            #expect(findings.first?.finding.contains(kind == .postgres ? "PostgreSQL" : "SQLite") == true)
            // The tests' PostgreSQL need not keep what it is given.
            let bad = findings.filter { $0.level != .ok && $0.subject != "durability" }
            #expect(bad == [])
            #expect(findings.allSatisfy { ($0.remedy == nil) == ($0.level == .ok) })
        }
    }

    @Test("a clock that is an hour off is a warning", arguments: [Int64(-3600), 3600])
    func clock(seconds: Int64) async throws {
        try await TestDatabase.with(.postgres, migrations: []) { database in
            let findings = try await database.diagnose { Self.now() + seconds * 1_000_000 }
            let clock = try #require(findings.first { $0.subject == "clock" })
            #expect(clock.level == .warning)
            // Some time passes between the two looks at a clock.
            #expect(clock.finding.contains("36") || clock.finding.contains("35"))
        }
    }

    @Test("a damaged file is a problem, which a restore solves")
    func damaged() async throws {
        try await TestDatabase.withFolder { folder in
            let path = folder + "/damaged.sqlite"
            let database = try SQLiteDatabase(.init(path: path))
            try await database.write { transaction in
                try transaction.run("CREATE TABLE numbers (number INTEGER, word TEXT) STRICT")
                try transaction.run("CREATE INDEX numbers_word ON numbers (word)")
                try transaction.run(
                    """
                    INSERT INTO numbers
                    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
                    SELECT i, hex(i) || hex(-i) || hex(i * i) FROM n
                    """
                )
            }
            try await database.close()
            let file = try #require(FileHandle(forUpdatingAtPath: path))
            try file.seek(toOffset: 4096 * 8)
            try file.write(contentsOf: Data(repeating: 0x5A, count: 4096 * 4))
            try file.close()

            let reopened = try SQLiteDatabase(.init(path: path))
            let integrity = try await reopened.diagnose(now: Self.now).first { $0.subject == "integrity" }
            try await reopened.close()
            #expect(integrity?.level == .problem)
            #expect(integrity?.remedy?.contains("backup") == true)
        }
    }

    @Test("what keeps a file from being opened is told before it is made")
    func files() async throws {
        try await TestDatabase.withFolder { folder in
            let fresh = SQLiteDatabase.diagnoseFile(at: folder + "/fresh.sqlite")
            #expect(!fresh.exists && fresh.findings == [])
            #expect(!FileManager.default.fileExists(atPath: folder + "/fresh.sqlite"))
            let lost = SQLiteDatabase.diagnoseFile(at: folder + "/no/where.sqlite")
            #expect(lost.findings.map(\.level) == [.problem])
            let isFolder = SQLiteDatabase.diagnoseFile(at: folder)
            #expect(isFolder.findings.map(\.level) == [.problem])

            let open = folder + "/open.sqlite"
            try Data().write(to: URL(filePath: open))
            try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: open)
            let writable = SQLiteDatabase.diagnoseFile(at: open)
            #expect(writable.findings.first { $0.subject == "file" }?.level == .warning)
            try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: open)
            let kept = SQLiteDatabase.diagnoseFile(at: open)
            #expect(kept.findings.first { $0.subject == "file" }?.level == .ok)
        }
    }
}
