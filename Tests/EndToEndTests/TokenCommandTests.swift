// SPDX-License-Identifier: Apache-2.0
import Foundation
import NIOHTTP1
import Subprocess
import Testing
import WatcherWire

@Suite("watcher token, and a server that wants one")
struct TokenCommandTests {
    /// Creates a token.
    private static func create(_ database: String, _ name: String, _ scope: String) async throws -> String {
        let result = try await Binary.run(
            ["token", "create", "--database", database, "--name", name, "--scope", scope]
        )
        #expect(result.status == .exited(0), "\(result.errors)")
        let token = result.output.trimmingCharacters(in: .newlines)
        // Nothing else is on standard output, and the token is nowhere else.
        #expect(token.wholeMatch(of: /wtr_[0-9]+_[A-Za-z0-9_-]{43}/) != nil, "\(result.output)")
        #expect(!result.errors.contains(token.suffix(43)) && result.errors.contains(name))
        return token
    }

    private static func status(
        _ url: String,
        _ token: String?,
        _ path: String,
        _ method: HTTPMethod = .GET
    ) async throws -> Int {
        try await TestClient.with(url, token: token) { client in
            try await client.send(method, path, body: nil, key: nil).status
        }
    }

    @Test("other machines are let in only with a token, which counts until it is revoked")
    func exposedServer() async throws {
        try await withTemporaryFolder { folder in
            let database = "sqlite:\(folder)/ledger.sqlite"
            let serve = ["serve", "--host", "0.0.0.0", "--port", "0", "--database", database]
            try await expectRefusal(serve, naming: ["0.0.0.0", "watcher token create", "--insecure"])
            let (writer, reader) = (
                try await Self.create(database, "etl", "write"), try await Self.create(database, "board", "read")
            )
            let served = try await withServer(
                database: database,
                options: ["--host", "0.0.0.0", "--log-level", "trace"]
            ) {
                server in
                let url = server.url.replacing("0.0.0.0", with: "127.0.0.1")
                #expect(try await Self.status(url, nil, "/livez") == 200)
                #expect(try await Self.status(url, nil, "/pipeline") == 401)
                #expect(try await Self.status(url, reader, "/pipeline") == 200)
                #expect(try await Self.status(url, reader, Endpoints.startExecution.path, .POST) == 403)
                try await TestClient.with(url, token: writer) { client in
                    _ = try await client.pipeline("loaded")
                    let late = try await Self.create(database, "late", "read")
                    let answer = try await Self.status(url, late, "/pipeline")
                    #expect(answer == 200, "a new token counts at once")
                    let revoked = try await Binary.run(["token", "revoke", "etl", "--database", database])
                    #expect(revoked.status == .exited(0) && revoked.output.contains("'etl'"))
                    try await poll("the token to be refused", within: .seconds(10)) {
                        try await client.get("/pipeline").status == 401 ? true : nil
                    }
                }
            }
            for token in [writer, reader] { #expect(!served.log.contains { $0.contains(token.suffix(43)) }) }
        }
    }

    @Test("the commands list, revoke, and refuse with one sentence")
    func commands() async throws {
        try await withTemporaryFolder { folder in
            let database = "sqlite:\(folder)/ledger.sqlite"
            let option = ["--database", database]
            try await expectRefusal(["token", "ls"] + option, naming: ["\(folder)/ledger.sqlite"])
            _ = try await Self.create(database, "etl", "write")
            let create = ["token", "create"] + option
            try await expectRefusal(create + ["--name", "etl", "--scope", "read"], naming: ["'etl'", "another name"])
            try await expectRefusal(create + ["--name", "7", "--scope", "read"], naming: ["number"])
            try await expectRefusal(create + ["--name", "x", "--scope", "root"], naming: ["root"])
            try await expectRefusal(["token", "ls", "--database", ":memory:"], naming: ["memory"])
            try await expectRefusal(["token", "revoke", "nobody"] + option, naming: ["'nobody'"])
            for (argument, word) in [("etl", "is revoked"), ("1", "was revoked already, at 20")] {
                let result = try await Binary.run(["token", "revoke", argument] + option)
                #expect(result.status == .exited(0) && result.output.contains(word), "\(result.output)\(result.errors)")
            }
            _ = try await Self.create(database, "board", "read")
            let table = try await Binary.run(["token", "ls"] + option).output.split(separator: "\n")
            #expect(table.count == 3 && table[0].hasPrefix("ID  NAME") && table[1].contains("etl"), "\(table)")
            let json = try JSONParser.parse(try await Binary.run(["token", "ls", "--json"] + option).output)
            #expect(json.array?.map { $0["name"]?.string } == ["etl", "board"])
            #expect(json.array?.map { $0["revoked_at"] == .null } == [false, true])
        }
    }

    // MARK: TLS

    /// Makes a certificate for 127.0.0.1 with its key.
    static func certificate(_ folder: String, _ name: String) async throws -> (certificate: String, key: String) {
        let (certificate, key) = ("\(folder)/\(name).pem", "\(folder)/\(name).key")
        let arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate,
        ]
        let result = try await runToEnd(.name("openssl"), arguments, within: .seconds(30))
        try #require(result.status == .exited(0), "\(result.errors)")
        return (certificate, key)
    }

    @Test("with a certificate the server speaks HTTPS, under the same limits")
    func tls() async throws {
        try await withTemporaryFolder { folder in
            let (certificate, key) = try await Self.certificate(folder, "a")
            let options = ["--tls-certificate", certificate, "--tls-key", key, "--limits-connections", "1"]
            try await withServer(options: options) { server in
                #expect(server.url.hasPrefix("https://127.0.0.1:"))
                try await TestClient.with(server.url, trusting: certificate) { client in
                    _ = try await client.pipeline("secret")
                    let executions = try await client.executions()
                    #expect(executions.isEmpty)
                    try await TestClient.with(server.url, trusting: certificate) { other in
                        let refused = try await other.get("/pipeline")
                        #expect(refused.status == 503 && refused.headers["Retry-After"] == ["1"])
                    }
                }
            }
        }
    }

    @Test("a certificate that cannot be used is named, and nothing of the key is shown")
    func badTLS() async throws {
        try await withTemporaryFolder { folder in
            let (certificate, key) = try await Self.certificate(folder, "a")
            let other = try await Self.certificate(folder, "b")
            let (missing, text) = ("\(folder)/missing.pem", "\(folder)/letter.pem")
            try "Dear reader".write(toFile: text, atomically: true, encoding: .utf8)
            let secret = try String(contentsOfFile: other.key, encoding: .utf8).split(separator: "\n")[1]
            let cases = [
                (certificate, other.key, [other.key, certificate]), (missing, key, [missing]),
                (certificate, missing, [missing]),
                (text, key, [text]), (certificate, text, [text]), (key, certificate, [key]),
            ]
            for (certificate, key, words) in cases {
                try await expectRefusal(
                    [
                        "serve", "--port", "0", "--database", ":memory:", "--tls-certificate", certificate, "--tls-key",
                        key,
                    ],
                    naming: words,
                    hiding: [String(secret), "Dear"]
                )
            }
            try await expectRefusal(["serve", "--tls-key", key], naming: ["tls.certificate"])
        }
    }
}
