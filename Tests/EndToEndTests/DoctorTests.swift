// SPDX-License-Identifier: Apache-2.0
import Foundation
import Subprocess
import Testing
import WatcherDatabase
import WatcherDatabaseTesting
import WatcherSQLite

@testable import WatcherCommand

@Suite("watcher doctor looks, tells the truth, and changes nothing")
struct DoctorTests {
    /// Every file of a folder.
    private static func files(_ folder: String) throws -> [String: Data] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        return try Dictionary(
            uniqueKeysWithValues: names.map { ($0, try Data(contentsOf: URL(filePath: "\(folder)/\($0)"))) }
        )
    }

    /// Runs statements with sqlite3, past the program and its driver, which would set the journal mode.
    private static func sqlite3(_ path: String, _ statements: String) async throws {
        let result = try await runToEnd(.name("sqlite3"), [path, statements], within: .seconds(30))
        try #require(result.status == .exited(0), "\(result.errors)")
    }

    /// Runs the doctor on a file of a folder, in which it must change nothing.
    private static func doctor(
        _ folder: String,
        _ name: String,
        environment settings: [Subprocess.Environment.Key: String] = [:]
    ) async throws -> String {
        let before = try Self.files(folder)
        let settings = ["WATCHER_PORT": "1"].merging(settings) { $1 }
        let result = try await Binary.run(["doctor", "--database", "sqlite:\(folder)/\(name)"], environment: settings)
        #expect(result.errors == "")
        #expect(result.status == .exited(("\n" + result.output).contains("\nproblem ") ? 1 : 0), "\(result.output)")
        let after = try Self.files(folder)
        #expect(before.keys.sorted() == after.keys.sorted())
        for (file, bytes) in before { #expect(after[file] == bytes, "\(file) was changed") }
        return result.output
    }

    // MARK: The database

    @Test("files of others, empty, damaged or missing stay as they are, each with its own remedy")
    func otherFiles() async throws {
        try await withTemporaryFolder { folder in
            try await Self.sqlite3("\(folder)/notes", "CREATE TABLE note (x); INSERT INTO note VALUES (1)")
            try await Self.sqlite3("\(folder)/pipelines", "CREATE TABLE pipeline (x)")
            try await Self.sqlite3("\(folder)/migrations", "CREATE TABLE schema_migration (version)")
            try await Self.sqlite3(
                "\(folder)/cut",
                "CREATE TABLE a (x); INSERT INTO a VALUES (hex(zeroblob(40000)))"
            )
            try #require(FileHandle(forUpdatingAtPath: "\(folder)/cut")).truncate(atOffset: 20_000)
            try Data().write(to: URL(filePath: "\(folder)/empty"))
            try Data("Dear reader, this is a letter".utf8).write(to: URL(filePath: "\(folder)/letter"))

            let notes = try await Self.doctor(folder, "notes")
            #expect(notes.contains("warning  log            the file is in journal mode delete"), "\(notes)")
            #expect(notes.contains("there is no ledger in the database yet"))
            for name in ["pipelines", "migrations"] {
                let text = try await Self.doctor(folder, name)
                #expect(text.contains("problem  schema         it is another program's database"), "\(text)")
                #expect(text.contains("-> name another file or database with --database"))
                #expect(!text.contains("no such column") && !text.contains("run 'watcher migrate'"))
            }
            let cut = try await Self.doctor(folder, "cut")
            #expect(cut.contains("problem  integrity      the file is damaged"), "\(cut)")
            #expect(cut.contains("restore the newest backup") && cut.contains(".recover"))
            #expect(!cut.contains("password"))
            let empty = try await Self.doctor(folder, "empty")
            #expect(empty.contains("there is no ledger in the database yet"), "\(empty)")
            let letter = try await Self.doctor(folder, "letter")
            #expect(letter.contains("letter is no SQLite database"), "\(letter)")
            let missing = try await Self.doctor(folder, "missing")
            #expect(missing.contains("there is no ledger at \(folder)/missing yet"), "\(missing)")
        }
    }

    @Test("a ledger stays as it is when nothing runs on it, beside a server, and after one was killed")
    func ledger() async throws {
        try await withTemporaryFolder { folder in
            let location = "sqlite:\(folder)/a ?#%.sqlite"
            _ = try await Binary.run(["migrate", "--database", location])
            let alone = try await Self.doctor(folder, "a ?#%.sqlite")
            #expect(alone.contains("ok       log ") && alone.contains("ok       schema         up to date"), "\(alone)")
            try await withServer(database: location, options: ["--log-level", "error"]) { server in
                try await TestClient.with(server.url) { _ = try await $0.pipeline("loaded") }
                let before = try Self.files(folder)
                let live = try await Binary.run(
                    ["doctor", "--database", location],
                    environment: ["WATCHER_PORT": String(server.url.split(separator: ":").last ?? "")]
                )
                #expect(live.status == .exited(0), "\(live.output)")
                #expect(live.output.contains("none is late: freshness, queue, timeliness"), "\(live.output)")
                #expect(live.output.contains("lives and reaches its database"))
                // The server goes on writing to its log.
                let after = try Self.files(folder)
                #expect(before.keys.sorted() == after.keys.sorted())
                #expect(before["a ?#%.sqlite"] == after["a ?#%.sqlite"])
                try server.kill9()
            }
            #expect(try Self.files(folder).count == 3)
            let killed = try await Self.doctor(folder, "a ?#%.sqlite")
            #expect(killed.contains("none is late: freshness"), "the log was not read: \(killed)")
            try FileManager.default.removeItem(atPath: "\(folder)/a ?#%.sqlite-shm")
            let bare = try await Self.doctor(folder, "a ?#%.sqlite")
            #expect(bare.contains("problem  log ") && bare.contains("run 'watcher migrate'"), "\(bare)")
            let migrated = try await Binary.run(["migrate", "--database", location])
            #expect(migrated.output == "The schema is up to date.\n")
            let whole = try await Self.doctor(folder, "a ?#%.sqlite")
            #expect(whole.contains("none is late: freshness"), "\(whole)")
        }
    }

    @Test("what is opened to look at cannot be written to", arguments: [TestDatabase.Kind.sqliteFile, .postgres])
    func readOnly(kind: TestDatabase.Kind) async throws {
        func look(_ text: String) async throws {
            let location = try DatabaseLocation(text)
            _ = try await Binary.run(["migrate", "--database", text])
            try await location.look { database in
                try await database.read { _ = try $0.run("SELECT 1") }
                await #expect(throws: DatabaseError.self) {
                    try await database.write { _ = try $0.run("DELETE FROM job") }
                }
            }
        }
        switch kind {
        case .postgres: try await TestPostgres.withDatabase { try await look($0) }
        case .sqliteFile, .sqliteMemory: try await withTemporaryFolder { try await look("sqlite:\($0)/a") }
        }
    }

    @Test("migrate, token and serve refuse another program's file, and leave it as it is")
    func foreignRefused() async throws {
        try await withTemporaryFolder { folder in
            try await Self.sqlite3("\(folder)/pipelines", "CREATE TABLE pipeline (x)")
            try await Self.sqlite3("\(folder)/migrations", "CREATE TABLE schema_migration (version)")
            let before = try Self.files(folder)
            for name in ["pipelines", "migrations"] {
                let database = ["--database", "sqlite:\(folder)/\(name)"]
                for command in [["migrate"], ["migrate", "--dry-run"], ["token", "ls"], ["serve", "--port", "0"]] {
                    try await expectRefusal(command + database, naming: ["another program's", "--database"])
                }
            }
            #expect(try Self.files(folder) == before)
        }
    }

    // MARK: Starting

    @Test("serve that refuses to start has neither made a ledger nor moved one forward")
    func refusedStart() async throws {
        try await withTemporaryFolder { folder in
            let serve = ["serve", "--port", "0", "--database", "sqlite:\(folder)/ledger"]
            let tls = serve + ["--tls-certificate", "/no/such.pem", "--tls-key", "/no/such.key"]
            try await expectRefusal(tls, naming: ["/no/such.pem"])
            try await expectRefusal(serve + ["--host", "0.0.0.0"], naming: ["watcher token create"])
            #expect(try Self.files(folder) == [:])
            _ = try await Binary.run(["migrate", "--database", "sqlite:\(folder)/ledger"])
            // As it was before there were tokens.
            try await Self.sqlite3(
                "\(folder)/ledger",
                "DROP TABLE token; DELETE FROM schema_migration WHERE name = 'tokens'"
            )
            let before = try Self.files(folder)
            try await expectRefusal(tls, naming: ["/no/such.pem"])
            try await expectRefusal(serve + ["--host", "0.0.0.0"], naming: ["watcher token create"])
            #expect(try Self.files(folder) == before)
            let doctor = try await Self.doctor(folder, "ledger", environment: ["WATCHER_HOST": "0.0.0.0"])
            #expect(doctor.contains("problem  exposure       0.0.0.0 is reachable"), "\(doctor)")
            #expect(doctor.contains("from step 10 (tokens) on"))
        }
    }

    @Test("doctor names what keeps serve from starting, as serve does")
    func sameChecks() async throws {
        try await withTemporaryFolder { folder in
            let (certificate, key) = try await TokenCommandTests.certificate(folder, "a")
            let other = try await TokenCommandTests.certificate(folder, "b")
            let database = "sqlite:\(folder)/ledger"
            _ = try await Binary.run(["migrate", "--database", database])
            func findings(_ settings: [Subprocess.Environment.Key: String]) async throws -> String {
                try await Self.doctor(folder, "ledger", environment: settings)
            }
            func tls(_ certificate: String, _ key: String) -> [Subprocess.Environment.Key: String] {
                ["WATCHER_TLS_CERTIFICATE": certificate, "WATCHER_TLS_KEY": key]
            }
            let start = "problem  configuration  "
            #expect(try await findings(tls("/no/such.pem", key)).contains("\(start)the file '/no/such.pem'"))
            #expect(try await findings(tls(certificate, certificate)).contains("\(start)the file '\(certificate)'"))
            #expect(try await findings(tls(certificate, other.key)).contains("\(start)the key in '\(other.key)'"))
            let webhook = try await findings(["WATCHER_ALERTS_WEBHOOK_URL": "https://hooks.example:99999/hunter2"])
            #expect(webhook.contains("\(start)alerts.webhook_url") && !webhook.contains("hunter2"), "\(webhook)")
            let shown = try await Binary.run(
                ["serve", "--print-config"],
                environment: ["WATCHER_ALERTS_WEBHOOK_URL": "https://hooks.example:99999/hunter2"]
            )
            #expect(shown.status == .exited(1) && shown.errors.contains("alerts.webhook_url"))
            let name = try await findings(["WATCHER_HOST": "LOCALHOST"])
            #expect(name.contains("ok       exposure       the server listens on LOCALHOST"), "\(name)")

            // Without tokens, and with one.
            let open = tls(certificate, key).merging(["WATCHER_HOST": "0.0.0.0"]) { $1 }
            let insecure = open.merging(["WATCHER_INSECURE": "1"]) { $1 }
            let refused = try await findings(open)
            #expect(refused.contains("problem  exposure       0.0.0.0 is reachable"), "\(refused)")
            let unguarded = try await findings(insecure)
            #expect(unguarded.contains("warning  exposure       insecure is set and there is no token"), "\(unguarded)")
            #expect(!unguarded.contains("ok       exposure"))
            for (name, scope) in [("etl", "write"), ("ops", "admin"), ("board", "read")] {
                _ = try await Binary.run(
                    ["token", "create", "--database", database, "--name", name, "--scope", scope]
                )
            }
            _ = try await Binary.run(["token", "revoke", "board", "--database", database])
            for settings in [open, insecure] {
                let guarded = try await findings(settings)
                #expect(guarded.contains("ok       exposure       other machines reach the server"), "\(guarded)")
                #expect(guarded.contains("ok       tokens         2 active tokens (1 admin), 1 revoked"), "\(guarded)")
            }
            let plain = try await findings(["WATCHER_HOST": "0.0.0.0"])
            #expect(plain.contains("warning  exposure       other machines reach the server on 0.0.0.0 without TLS"))
            for name in ["etl", "ops"] { _ = try await Binary.run(["token", "revoke", name, "--database", database]) }
            let nobody = try await findings([:])
            #expect(nobody.contains("problem  tokens         none counts any more, 3 revoked"), "\(nobody)")
        }
    }

    // MARK: The server

    @Test("a server with a certificate that it signed itself is found alive; a stranger on its port is not passed over")
    func ownServer() async throws {
        try await withTemporaryFolder { folder in
            let (certificate, key) = try await TokenCommandTests.certificate(folder, "a")
            let files: [Subprocess.Environment.Key: String] = [
                "WATCHER_TLS_CERTIFICATE": certificate, "WATCHER_TLS_KEY": key,
            ]
            func doctor(_ url: String) async throws -> String {
                let port = String(url.split(separator: ":").last ?? "")
                let settings = files.merging(["WATCHER_PORT": port]) { $1 }
                return try await Binary.run(["doctor", "--database", ":memory:"], environment: settings).output
            }
            try await withServer(environment: files) { server in
                let own = try await doctor(server.url)
                #expect(own.contains("ok       server         the server at \(server.url) lives"), "\(own)")
                let named = try await Binary.run(["doctor", "--database", ":memory:", "--server", server.url])
                #expect(named.status == .exited(1))
                #expect(named.output.contains("this machine does not trust its certificate"), "\(named.output)")
            }
            try await withServer { server in
                let stranger = try await doctor(server.url)
                #expect(stranger.contains("warning  server         whether a server lives at https:"), "\(stranger)")
            }
            let none = try await doctor("https://127.0.0.1:1")
            #expect(none.contains("ok       server         none answers at https://127.0.0.1:1"), "\(none)")
        }
    }

    @Test("--server is checked before it is used, and never shown with its password")
    func serverAddress() async throws {
        for bad in [
            "127.0.0.1:8000", "u:hunter2@127.0.0.1:8000", "ftp://u:hunter2@here", "http://u:hunter2@here:99999",
        ] {
            try await expectRefusal(
                ["doctor", "--database", ":memory:", "--server", bad],
                naming: ["--server", "http://"],
                hiding: ["hunter2"]
            )
        }
        let away = try await Binary.run(
            ["doctor", "--database", ":memory:", "--server", "http://u:hunter2@127.0.0.1:1/?key=hunter2"]
        )
        #expect(away.output.contains("the server at http://127.0.0.1:1 does not answer: nobody listens"))
        #expect(!(away.output + away.errors).contains("hunter2"))
    }
}
