// SPDX-License-Identifier: Apache-2.0
import Subprocess
import Testing
import WatcherDatabase
import WatcherDatabaseTesting
import WatcherSQLite
import WatcherWire

@Suite("watcher jobs")
struct JobsCommandTests {
    /// A ledger with a parked job, a waiting and a running one: ids 1 to 3.
    private static func withJobs<Value: Sendable>(_ body: (_ database: String) async throws -> Value) async throws
        -> Value
    {
        try await withTemporaryFolder { folder in
            let path = "\(folder)/jobs.sqlite"
            try await withServer(database: "sqlite:\(path)") { _ in }
            let database = try SQLiteDatabase(SQLiteDatabase.Configuration(path: path))
            try await database.write { transaction in
                let due = Int64(1_736_467_800_000_000)
                for (state, kind, error) in [
                    ("parked", "alert", "the webhook\nis away"), ("waiting", "freshness", nil),
                    ("running", "queue_monitor", nil),
                ] as [(String, String, String?)] {
                    let (tries, subject) = (Int64(error == nil ? 1 : 8), error == nil ? nil : Int64(5))
                    let worker = state == "running" ? "host:1" : nil
                    try transaction.run(
                        """
                        INSERT INTO job (kind, subject, state, attempt, tries, due_at, worker, last_error, created_at)
                        VALUES (\(kind), \(subject), \(state), \(tries), \(tries), \(due), \(worker), \(error), \(due))
                        """
                    )
                }
            }
            try await database.close()
            return try await body("sqlite:\(path)")
        }
    }

    /// What `watcher jobs …` prints; it must succeed and complain of nothing.
    private static func output(_ database: String, _ arguments: String...) async throws -> String {
        let result = try await Binary.run(["jobs"] + arguments, environment: ["WATCHER_DATABASE_URL": database])
        #expect(result.status == .exited(0), "\(result.errors)")
        #expect(result.errors == "")
        return result.output
    }

    @Test("ls shows the newest first; retry has a parked job tried again")
    func listsAndRetries() async throws {
        try await Self.withJobs { database in
            #expect(
                try await Self.output(database, "ls") == """
                    ID  KIND           SUBJECT  STATE    TRIES  DUE                  WORKER  LAST ERROR
                     3  queue_monitor           running      1  2025-01-10 00:10:00  host:1
                     2  freshness               waiting      1  2025-01-10 00:10:00
                     1  alert                5  parked       8  2025-01-10 00:10:00          the webhook is away

                    """
            )
            let json = try await Self.output(database, "ls", "--json", "--state", "parked")
            #expect(
                try JSONParser.parse(Array(json.utf8)) == [
                    "data": [
                        [
                            "id": 1, "kind": "alert", "subject": 5, "state": "parked", "tries": 8,
                            "due_at": "2025-01-10T00:10:00Z", "worker": .null, "last_error": "the webhook\nis away",
                            "created_at": "2025-01-10T00:10:00Z",
                        ]
                    ]
                ]
            )
            let limited = try await Self.output(database, "ls", "--limit", "1")
            #expect(limited.contains("\n 3  ") || limited.contains("\n3  "), "\(limited)")
            #expect(limited.hasSuffix("There are more: ask with --limit, --state or --kind.\n"))
            #expect(try await Self.output(database, "ls", "--kind", "timeliness") == "No jobs found.\n")

            try await expectRefusal(
                ["jobs", "retry", "1", "3", "--database", database],
                naming: ["running already: 3"]
            )
            try await expectRefusal(["jobs", "retry", "1", "99", "--database", database], naming: ["no job 99"])
            #expect(try await Self.output(database, "ls", "--state", "parked").contains("alert"))
            #expect(try await Self.output(database, "retry", "--all-parked") == "1 job will be tried again.\n")
            #expect(try await Self.output(database, "retry", "--all-parked") == "No job is parked.\n")
            #expect(try await Self.output(database, "retry", "1", "2", "1") == "2 jobs will be tried again.\n")
            #expect(try await Self.output(database, "ls", "--state", "parked") == "No jobs found.\n")
        }
    }

    @Test("it works on PostgreSQL beside the servers")
    func postgres() async throws {
        try await TestPostgres.withDatabase { url in
            _ = try await withServer(database: url) { _ in
                try await Psql.run(
                    url,
                    """
                    INSERT INTO job (kind, state, attempt, tries, due_at, created_at)
                    VALUES ('from the future', 'parked', 1, 1, 0, 0)
                    """
                )
                #expect(try await Self.output(url, "ls").contains("from the future  parked"))
                #expect(try await Self.output(url, "retry", "1") == "1 job will be tried again.\n")
            }
        }
    }

    @Test("a ledger that cannot be used is refused in one sentence, and left as it is")
    func refusals() async throws {
        try await withTemporaryFolder { folder in
            let path = "\(folder)/missing.sqlite"
            try await expectRefusal(
                ["jobs", "ls", "--database", "sqlite:\(path)"],
                naming: ["there is no ledger", path]
            )
            try await expectRefusal(["jobs", "ls", "--database", ":memory:"], naming: ["memory"])
            let database = try SQLiteDatabase(SQLiteDatabase.Configuration(path: path))
            _ = try await database.write { try $0.run("CREATE TABLE mine (id INTEGER)") }
            try await expectRefusal(["jobs", "ls", "--database", "sqlite:\(path)"], naming: ["watcher migrate"])
            try await database.close()
        }
        try await Self.withJobs { location in
            let path = String(location.dropFirst("sqlite:".count))
            let database = try SQLiteDatabase(SQLiteDatabase.Configuration(path: path))
            try await database.write { _ = try $0.run("DELETE FROM schema_migration WHERE id = 10") }
            try await expectRefusal(["jobs", "ls", "--database", location], naming: ["schema", "1 step behind"])
            let (step, name, zero) = (Int64(9999), "from the future", Int64(0))
            try await database.write { transaction in
                _ = try transaction.run("INSERT INTO schema_migration VALUES (\(step), \(name), \(zero), \(zero))")
            }
            try await expectRefusal(
                ["jobs", "retry", "1", "--database", location],
                naming: ["schema", "9999", "newer"]
            )
            try await database.close()
        }
        try await expectRefusal(["jobs", "retry"], naming: ["--all-parked"])
        try await expectRefusal(["jobs", "retry", "1", "--all-parked"], naming: ["not both"])
        try await expectRefusal(["jobs", "ls", "--limit", "0"], naming: ["--limit"])
        try await expectRefusal(["jobs", "ls", "--state", "lost"], naming: ["lost"])
    }
}
