// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherDatabase
import WatcherDatabaseTesting
import WatcherSQLite
import WatcherWire

@Suite("Servers and the schema that they find")
struct SchemaTests {
    @Test("four servers that start at once on an empty PostgreSQL take each step once, and all serve")
    func fourAtOnce() async throws {
        let expected = try await TestPostgres.withDatabase { url in
            try await withServer(database: url) { _ in }
            return try await Self.steps(url)
        }
        #expect(!expected.isEmpty)
        try await TestPostgres.withDatabase { url in
            let (pipelines, logs) = try await Self.startFour(on: url)
            #expect(Set(pipelines).count == 1)
            #expect(try await Self.steps(url) == expected)
            #expect(logs.count { $0.contains("schema step taken") } == expected.count, "\(logs)")
            try await withServer(database: url) { server in
                try await TestClient.with(server.url) { client in
                    let count = try await client.executions().count
                    #expect(count == 4)
                }
            }
        }
    }

    /// Starts four servers at once and, when all of them are there, an execution on each.
    ///
    /// - Returns: the id of the one pipeline as each of them has it, and what all of them logged.
    private static func startFour(on url: String) async throws -> (pipelines: [Int64], logs: [String]) {
        let listening = Counter()
        return try await withThrowingTaskGroup(of: (Int64, [String]).self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let served = try await withServer(database: url) { server -> Int64 in
                        listening.increment()
                        try await poll("all four servers") { listening.count == 4 ? true : nil }
                        return try await Self.startExecution(server)
                    }
                    return (served.value, served.log)
                }
            }
            var pipelines: [Int64] = []
            var logs: [String] = []
            for try await (pipeline, log) in group {
                pipelines.append(pipeline)
                logs += log
            }
            return (pipelines, logs)
        }
    }

    private static func startExecution(_ server: ServerProcess) async throws -> Int64 {
        try await TestClient.with(server.url) { client in
            let pipeline = try await client.pipeline("shared")
            let start = StartExecutionRequest(pipelineID: pipeline)
            let started = try await client.post(Endpoints.startExecution, start)
            #expect(started.status == 201, "\(UnexpectedAnswer(response: started))")
            return pipeline
        }
    }

    /// The recorded steps, without their times.
    private static func steps(_ url: String) async throws -> [String] {
        try await Psql.run(url, "SELECT id, name, checksum FROM schema_migration ORDER BY id")
    }

    // MARK: A newer schema

    @Test("a server that finds a newer schema on PostgreSQL refuses to start, and says which step it does not know")
    func newerOnPostgres() async throws {
        try await TestPostgres.withDatabase { url in
            try await withServer(database: url) { _ in }
            try await Psql.run(
                url,
                "INSERT INTO schema_migration (id, name, checksum, applied_at) VALUES (9999, 'from the future', 0, 0)"
            )
            try await expectRefusal(["serve", "--port", "0", "--database", url], naming: ["schema", "9999", "newer"])
        }
    }

    @Test("a server that finds a newer schema on SQLite refuses to start, and says which step it does not know")
    func newerOnSQLite() async throws {
        try await withTemporaryFolder { folder in
            let path = "\(folder)/newer.sqlite"
            try await withServer(database: "sqlite:\(path)") { _ in }
            let (step, name, zero) = (Int64(9999), "from the future", Int64(0))
            let database = try SQLiteDatabase(SQLiteDatabase.Configuration(path: path))
            _ = try await database.write { transaction in
                try transaction.run(
                    """
                    INSERT INTO schema_migration (id, name, checksum, applied_at)
                    VALUES (\(step), \(name), \(zero), \(zero))
                    """
                )
            }
            try await database.close()
            let arguments = ["serve", "--port", "0", "--database", "sqlite:\(path)"]
            try await expectRefusal(arguments, naming: ["schema", "9999", "newer"])
        }
    }
}
