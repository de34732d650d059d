// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation
import Logging
import Subprocess
import Testing
import WatcherDatabase
import WatcherDatabaseTesting
import WatcherSQLite

@testable import WatcherCommand

@Suite("watcher migrate, watcher doctor and watcher serve --print-config")
struct OperatorCommandTests {
    /// Lends the location of an empty database.
    private static func withLocation(
        _ kind: TestDatabase.Kind,
        _ body: (_ location: String, _ file: String?) async throws -> Void
    ) async throws {
        switch kind {
        case .postgres: try await TestPostgres.withDatabase { try await body($0, nil) }
        case .sqliteFile, .sqliteMemory:
            try await withTemporaryFolder { try await body("sqlite:\($0)/ledger.sqlite", "\($0)/ledger.sqlite") }
        }
    }

    /// Runs a statement in a ledger, past the program.
    private static func run(_ location: String, _ statement: SQLStatement) async throws {
        let location = try DatabaseLocation(location)
        try await location.lend(logger: LogFormat.text.logger(level: .critical)) { database in
            _ = try await database.write { try $0.run(statement) }
        }
    }

    private static let newerStep: SQLStatement =
        "INSERT INTO schema_migration (id, name, checksum, applied_at) VALUES (9999, 'from the future', 0, 0)"

    @Test(
        "migrate says what it would do and does not, does it, and has nothing more to do",
        arguments: [
            TestDatabase.Kind.sqliteFile, .postgres,
        ]
    )
    func migrate(kind: TestDatabase.Kind) async throws {
        try await Self.withLocation(kind) { location, file in
            let dry = try await Binary.run(["migrate", "--dry-run", "--database", location])
            #expect(dry.status == .exited(0) && dry.errors == "")
            #expect(dry.output.hasPrefix("would take step 1: "))
            if let file { #expect(!FileManager.default.fileExists(atPath: file)) }
            // By the environment, as a unit of systemd would.
            let environment: [Subprocess.Environment.Key: String] = ["WATCHER_DATABASE_URL": location]
            let real = try await Binary.run(["migrate"], environment: environment)
            #expect(real.status == .exited(0) && real.errors == "")
            #expect(real.output == dry.output.replacing("would take", with: "took"))
            for arguments in [["migrate"], ["migrate", "--dry-run"]] {
                let again = try await Binary.run(arguments, environment: environment)
                #expect(again.output == "The schema is up to date.\n" && again.errors == "")
            }
            try await Self.run(location, Self.newerStep)
            for arguments in [["migrate"], ["migrate", "--dry-run"]] {
                try await expectRefusal(arguments, environment: environment, naming: ["schema", "9999", "newer"])
            }
            let doctor = try await Binary.run(["doctor"], environment: environment)
            #expect(doctor.status == .exited(1))
            #expect(doctor.output.contains("problem  schema"))
        }
    }

    @Test("two that migrate at once take each step once", arguments: [TestDatabase.Kind.sqliteFile, .postgres])
    func migrateTwice(kind: TestDatabase.Kind) async throws {
        try await Self.withLocation(kind) { location, _ in
            async let first = Binary.run(["migrate", "--database", location])
            async let second = Binary.run(["migrate", "--database", location])
            let results = try await [first, second]
            #expect(results.map(\.status) == [.exited(0), .exited(0)], "\(results.map(\.errors))")
            let taken = results.flatMap { $0.output.split(separator: "\n").filter { $0.hasPrefix("took step ") } }
            #expect(taken.count == Set(taken).count && !taken.isEmpty)
        }
    }

    @Test("a ledger in memory has no schema to keep")
    func migrateMemory() async throws {
        try await expectRefusal(["migrate", "--database", ":memory:"], naming: ["memory"])
    }

    @Test("doctor on a machine where nothing is wrong has no problem, and makes no file")
    func fresh() async throws {
        try await withTemporaryFolder { folder in
            let arguments = ["doctor", "--database", "sqlite:\(folder)/fresh.sqlite"]
            let before = try await Binary.run(arguments, environment: ["WATCHER_PORT": "1"])
            #expect(before.status == .exited(0) && before.errors == "")
            #expect(before.output.contains("-> run 'watcher migrate'"))
            #expect(before.output.hasSuffix("0 problems, 2 warnings\n"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
            _ = try await Binary.run(["migrate", "--database", "sqlite:\(folder)/fresh.sqlite"])
            let after = try await Binary.run(arguments, environment: ["WATCHER_PORT": "1"])
            #expect(after.status == .exited(0))
            #expect(after.output.contains("ok       integrity"))
            #expect(after.output.hasSuffix("0 problems, 1 warning\n"), "\(after.output)")
        }
    }

    @Test("doctor asks a server, and says when none is there")
    func server() async throws {
        try await withServer { server in
            let well = try await Binary.run(["doctor", "--database", ":memory:", "--server", server.url])
            #expect(well.output.contains("ok       server         the server at \(server.url) lives and reaches"))
            let settings: [Subprocess.Environment.Key: String] = [
                "WATCHER_PORT": String(server.url.split(separator: ":").last ?? "")
            ]
            let found = try await Binary.run(["doctor", "--database", ":memory:"], environment: settings)
            #expect(found.output.contains("ok       server         the server at \(server.url) lives and reaches"))
        }
        let away = try await Binary.run(["doctor", "--database", ":memory:", "--server", "http://127.0.0.1:1"])
        #expect(away.status == .exited(1))
        #expect(away.output.contains("problem  server         the server at http://127.0.0.1:1 does not answer"))
    }

    @Test(
        "doctor says in words what is wrong",
        arguments: [
            (["--database", "sqlite:/no/such/folder/x.sqlite"], [:], "the folder /no/such/folder is not there"),
            (["--database", "sqlite:/dev/null/x.sqlite"], [:], "the folder /dev/null is not there"),
            (["--database", "postgres://nobody:hunter2@127.0.0.1:1/x"], [:], "127.0.0.1:1"),
            (["--database", ":memory:", "--config", "/no/such.yaml"], [:], "/no/such.yaml cannot be read"),
            (["--database", ":memory:"], ["WATCHER_PORT": "many"], "port cannot be 'many'"),
            (["--database", ":memory:"], ["WATCHER_HOST": "0.0.0.0", "WATCHER_PORT": "1"], "there is no token"),
        ] as [([String], [Subprocess.Environment.Key: String], String)]
    )
    func problems(arguments: [String], settings: [Subprocess.Environment.Key: String], words: String) async throws {
        let result = try await Binary.run(["doctor"] + arguments, environment: settings)
        #expect(result.status == .exited(1))
        #expect(result.errors == "")
        let problem = result.output.split(separator: "\n").first { $0.hasPrefix("problem  ") && $0.contains(words) }
        #expect(problem != nil, "\(result.output)")
        #expect(!result.output.contains("hunter2"))
    }

    @Test("doctor finds a job that has been given up", arguments: [TestDatabase.Kind.sqliteFile, .postgres])
    func parkedJob(kind: TestDatabase.Kind) async throws {
        try await Self.withLocation(kind) { location, _ in
            _ = try await Binary.run(["migrate", "--database", location])
            try await Self.run(
                location,
                """
                INSERT INTO job (kind, subject, state, attempt, due_at, last_error, created_at)
                VALUES ('alert', 1, 'parked', 5, 0, 'the webhook answers 404', 0)
                """
            )
            let result = try await Binary.run(["doctor", "--database", location], environment: ["WATCHER_PORT": "1"])
            #expect(result.status == .exited(1))
            #expect(result.output.contains("problem  jobs"), "\(result.output)")
            #expect(result.output.contains("1 parked after their last try: 1 (alert: the webhook answers 404)"))
        }
    }

    @Test("a command on a ledger closes it, and refuses one that is not there or not up to date")
    func ledgerOptions() async throws {
        try await withTemporaryFolder { folder in
            let options = try LedgerOptions.parse(["--database", "sqlite:\(folder)/ledger.sqlite"])
            let absent = await #expect(throws: CommandFailure.self) { try await options.withLedger { _, _ in } }
            #expect(absent?.description.contains("no ledger") == true)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
            let empty = try SQLiteDatabase(.init(path: "\(folder)/ledger.sqlite"))
            try await empty.close()
            let behind = await #expect(throws: CommandFailure.self) { try await options.withLedger { _, _ in } }
            #expect(behind?.description.contains("watcher migrate") == true)
            _ = try await Binary.run(["migrate", "--database", "sqlite:\(folder)/ledger.sqlite"])
            let database = try await options.withLedger { _, database in database }
            let error = await #expect(throws: DatabaseError.self) {
                try await database.read { _ = try $0.run("SELECT 1") }
            }
            #expect(error?.code == .closed)
        }
    }

    // MARK: --print-config

    @Test("--print-config shows where each value came from, no secret, and opens nothing")
    func printConfig() async throws {
        try await withTemporaryFolder { folder in
            let path = "\(folder)/watcher.yaml"
            let file = """
                port: 9000
                alerts: {webhook_url: "https://hooks.example/hunter2"}
                anomalies: {default_rules: [throughput, inserts]}
                """
            try file.write(toFile: path, atomically: true, encoding: .utf8)
            let result = try await Binary.run(
                ["serve", "--print-config", "--limits-body-size", "2MiB", "--no-insecure"],
                environment: [
                    "WATCHER_CONFIG": path, "WATCHER_DATABASE_URL": "postgres://me:hunter2@nowhere.invalid/x",
                    "WATCHER_LOG_FORMAT": "json", "WATCHER_PROT": "1",
                ]
            )
            #expect(result.status == .exited(0))
            #expect(
                result.output
                    == """
                    KEY                         VALUE                                 SOURCE
                    host                        127.0.0.1                             default
                    port                        9000                                  file \(path)
                    insecure                    false                                 flag --insecure
                    tls.certificate             none                                  default
                    tls.key                     none                                  default
                    database                    postgres://me:****@nowhere.invalid/x  environment WATCHER_DATABASE_URL
                    log.level                   info                                  default
                    log.format                  json                                  environment WATCHER_LOG_FORMAT
                    limits.body_size            2MiB                                  flag --limits-body-size
                    limits.connections          4096                                  default
                    limits.requests_per_second  off                                   default
                    limits.header_timeout       10s                                   default
                    limits.idle_timeout         75s                                   default
                    alerts.webhook_url          <redacted>                            file \(path)
                    schedule.freshness          0 * * * *                             default
                    schedule.timeliness         */15 * * * *                          default
                    schedule.queue              */5 * * * *                           default
                    anomalies.default_rules     throughput,inserts                    file \(path)
                    jobs.workers                2                                     default

                    """
            )
            #expect(result.errors.hasPrefix("Warning: the environment variable WATCHER_PROT is no setting"))
        }
    }

    @Test("--print-config with a fault shows the table, the fault, and no secret")
    func printConfigWithFault() async throws {
        let result = try await Binary.run(
            ["serve", "--print-config", "--port", "many", "--database", "mysql://me:hunter2@here/x"],
            environment: ["WATCHER_ALERTS_WEBHOOK_URL": "hunter2"]
        )
        #expect(result.status == .exited(1))
        #expect(result.output.contains("port                        many"))
        #expect(
            result.errors.hasPrefix("Error: 3 settings cannot be used:\n  port cannot be 'many' (flag --port): give ")
        )
        #expect(!(result.output + result.errors).contains("hunter2"))
    }
}
