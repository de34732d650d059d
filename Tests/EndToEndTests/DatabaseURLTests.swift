// SPDX-License-Identifier: Apache-2.0
import Foundation
import Subprocess
import Testing
import WatcherDatabaseTesting
import WatcherWire

@Suite("watcher serve --database, with a URL")
struct DatabaseURLTests {
    /// A password that stands for nothing else, and that a URL must escape.
    private static let password = "Pa55/w:rd@hush%"

    /// The password as it is, and as a URL has it.
    private static func secrets(_ url: URLComponents) -> [String] {
        [Self.password, url.percentEncodedPassword ?? Self.password]
    }

    /// How a URL that would do is made wrong.
    struct Mistake: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// What the sentence on standard error must name.
        let words: [String]
        let make: @Sendable (inout URLComponents) -> Void

        init(_ name: String, naming words: [String], _ make: @escaping @Sendable (inout URLComponents) -> Void) {
            self.testDescription = name
            self.words = words
            self.make = make
        }
    }

    static let mistakes: [Mistake] = [
        Mistake("unknown scheme", naming: ["postgres", "sqlite"]) { $0.scheme = "mysql" },
        Mistake("closed port", naming: ["127.0.0.1"]) { url in
            url.host = "127.0.0.1"
            url.port = 1
        },
        Mistake("wrong password", naming: ["password"]) { $0.password = "not-" + DatabaseURLTests.password },
        Mistake("missing role", naming: ["nobody_has_this_role"]) { $0.user = "nobody_has_this_role" },
        Mistake("missing database", naming: ["no_such_database"]) { $0.path = "/no_such_database" },
        Mistake("TLS of a server without it", naming: ["sslmode"]) { $0.query = "sslmode=require" },
        Mistake("unknown parameter", naming: ["nonsense"]) { $0.query = "nonsense=1" },
    ]

    @Test("what cannot be used is told in one sentence, without the password", arguments: DatabaseURLTests.mistakes)
    func refused(_ mistake: Mistake) async throws {
        try await Self.withRole { url in
            var wrong = url
            mistake.make(&wrong)
            let arguments = ["serve", "--port", "0", "--database", try #require(wrong.string)]
            let secrets = Self.secrets(wrong) + Self.secrets(url)
            try await expectRefusal(arguments, naming: mistake.words, hiding: secrets)
            // However much is logged.
            let result = try await Binary.run(arguments + ["--log-level", "trace"])
            #expect(result.status != .exited(0))
            for secret in secrets { #expect(!(result.output + result.errors).contains(secret)) }
        }
    }

    @Test("a server that works never says the password, however much it logs")
    func quiet() async throws {
        try await Self.withRole { url in
            let text = try #require(url.string)
            let ended = try await withServer(database: text, options: ["--log-level", "trace"]) { server in
                try await TestClient.with(server.url) { try await $0.pipeline("quiet") }
            }
            #expect(ended.status == .exited(0))
            for secret in Self.secrets(url) { #expect(!ended.log.contains { $0.contains(secret) }) }
        }
    }

    @Test("WATCHER_DATABASE_URL says where the ledger is, and --database overrules it")
    func environment() async throws {
        try await TestPostgres.withDatabase { url in
            try await withServer(database: nil, environment: ["WATCHER_DATABASE_URL": url]) { server in
                try await TestClient.with(server.url) { try await $0.pipeline("kept") }
            }
            let useless = "postgres://nobody@127.0.0.1:1/nothing"
            try await withServer(database: url, environment: ["WATCHER_DATABASE_URL": useless]) { server in
                try await TestClient.with(server.url) { client in
                    let pipelines = try await client.get(Endpoints.pipelines.path).json?.array ?? []
                    let names = pipelines.map { $0["name"]?.string ?? "" }
                    #expect(names == ["kept"])
                }
            }
        }
    }

    @Test("a WATCHER_DATABASE_URL that cannot be used is told in one sentence, without the password")
    func wrongEnvironment() async throws {
        var url = try #require(URLComponents(string: "mysql://watcher@127.0.0.1/ledger"))
        url.password = Self.password
        let setting = try #require(url.string)
        try await expectRefusal(
            ["serve", "--port", "0"],
            environment: ["WATCHER_DATABASE_URL": setting],
            naming: ["postgres", "sqlite"],
            hiding: Self.secrets(url)
        )
    }

    /// Lends a URL with which a role of this password may use an empty database.
    private static func withRole(_ body: (URLComponents) async throws -> Void) async throws {
        try await TestPostgres.withDatabase { administrator in
            let role = "watcher_\(UUID().uuidString.prefix(8).lowercased())"
            var url = try #require(URLComponents(string: administrator))
            url.user = role
            url.password = Self.password
            let schema = try #require(try await Psql.run(administrator, "SELECT current_schema()").first)
            try await Psql.run(
                administrator,
                "CREATE ROLE \(role) LOGIN PASSWORD '\(Self.password)'; GRANT ALL ON SCHEMA \(schema) TO \(role)"
            )
            let outcome: Result<Void, any Error>
            do {
                outcome = .success(try await body(url))
            } catch {
                outcome = .failure(error)
            }
            try await Psql.run(administrator, "DROP OWNED BY \(role); DROP ROLE \(role)")
            try outcome.get()
        }
    }
}
