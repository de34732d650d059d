// SPDX-License-Identifier: Apache-2.0

import InMemoryLogging
import Logging
import Testing
import Watcher

struct ReportPolicyTests {
    /// The metadata that arrives of work with this metadata, and what the log says of it.
    private func recorded(
        _ metadata: [String: JSONValue],
        limit: Int = 1024
    ) async throws -> (metadata: JSONValue, warnings: Int) {
        try await ScriptedServer.run { server in
            let logs = InMemoryLogHandler()
            var configuration = Watcher.Configuration(requestTimeout: .seconds(120))
            configuration.reports.maximumMetadataSize = limit
            let watcher = try server.watcher(configuration: configuration, logs: logs)
            let output = try await watcher.trackPipelineExecution(pipelineID: 7, active: true) {
                ETLResults(completedSuccessfully: true, inserts: 5, executionMetadata: metadata)
            }
            #expect(output?.results.executionMetadata == metadata)
            let end = try #require(server.received(at: Endpoints.endExecution).first?.body)
            #expect(end["completed_successfully"] == true)
            #expect(end["inserts"] == 5)
            return (try #require(end["execution_metadata"]), logs.entries.count { $0.level == .warning })
        }
    }

    private static let large: [[String: JSONValue]] = [
        ["quotes": JSONValue(String(repeating: "\"", count: 3000))],
        ["controls": JSONValue(String(repeating: "\u{1}\u{1F600}", count: 3000))],
        Dictionary(uniqueKeysWithValues: (0..<5000).map { ("key \($0)", JSONValue($0)) }),
        [String(repeating: "k", count: 5000): 1, "small": true],
        ["nested": .array(Array(repeating: ["a": ["b": "c"]], count: 1000)), "": "empty name"],
    ]

    @Test("metadata up to the limit is sent as it is")
    func keepsSmallMetadata() async throws {
        let frame = JSONValue.object(["a": ""]).description.utf8.count
        let metadata: [String: JSONValue] = ["a": JSONValue(String(repeating: "x", count: 1024 - frame))]
        let (sent, warnings) = try await self.recorded(metadata)
        #expect(sent == .object(metadata))
        #expect(warnings == 0)
    }

    @Test("of metadata that is too large the small members stay whole, and the begin of the large ones, with marks")
    func cutsLargeMembers() async throws {
        let (sent, warnings) = try await self.recorded([
            "partition": "2013-01-01", "files": 3, "log": JSONValue(String(repeating: "é", count: 5000)),
            "rows": .array((0..<2000).map { JSONValue($0) }),
        ])
        #expect(warnings == 1)
        #expect(sent.description.utf8.count <= 1024)
        #expect(sent.description.utf8.count > 800)
        #expect(sent["partition"] == "2013-01-01")
        #expect(sent["files"] == 3)
        let (log, rows) = (try #require(sent["log"]?.string), try #require(sent["rows"]?.string))
        #expect(log.hasPrefix("ééé"))
        #expect(log.hasSuffix("é… [cut: 10000 bytes in all]"))
        #expect(rows.hasPrefix("[0,1,2,"))
        #expect(rows.contains("… [cut: "))
        #expect(sent["watcher_cut"]?.string?.contains("was cut to the limit of the client") == true)
    }

    @Test(
        "whatever the metadata is like, what is sent of it is within the limit and says that it was cut",
        arguments: Self.large
    )
    func boundsAnyMetadata(metadata: [String: JSONValue]) async throws {
        for limit in [1024, 1500, 4096] {
            let (sent, warnings) = try await self.recorded(metadata, limit: limit)
            #expect(sent.description.utf8.count <= limit)
            #expect(sent["watcher_cut"] != nil)
            #expect(sent.object.map { $0.count > 1 } == true)
            #expect(warnings == 1)
        }
    }

    @Test("an execution that is ended by hand has its metadata cut too")
    func boundsManualEnds() async throws {
        try await ScriptedServer.run { server in
            let results = ETLResults(
                completedSuccessfully: true,
                executionMetadata: ["log": JSONValue(String(repeating: "x", count: 300_000))]
            )
            try await server.watcher().endPipelineExecution(executionID: 5, results)
            let sent = try #require(server.received.first?.body?["execution_metadata"])
            #expect(sent.description.utf8.count <= 256 * 1024)
            #expect(sent["watcher_cut"] != nil)
        }
    }

    @Test(
        "secrets in the text of an error are masked, and what is around them is not",
        arguments: [
            ("401 for Authorization: Basic dXNlcjpwYXNz, sorry", "401 for Authorization: [masked], sorry"),
            (#"headers: ["authorization": "Bearer abc.def-123"]"#, #"headers: ["authorization": "[masked]"]"#),
            ("sent Bearer abcdefgh12345 to x", "sent Bearer [masked] to x"),
            ("host=db password=hunter2 port=1", "host=db password=[masked] port=1"),
            (#"{"db_password": "a b c", "user": "me"}"#, #"{"db_password": [masked], "user": "me"}"#),
            ("PGPASSWORD='x y' psql", "PGPASSWORD=[masked] psql"),
            ("postgres://me:p@ss:w0rd@db.example.com/x", "postgres://me:[masked]@db.example.com/x"),
            ("redis://:s3cret@localhost:6379", "redis://:[masked]@localhost:6379"),
            ("GET /x?token=abc&page=2", "GET /x?token=[masked]&page=2"),
            (#"{"refresh_token":"abc"}"#, #"{"refresh_token":[masked]}"#),
            ("key AKIAIOSFODNN7EXAMPLE denied", "key [masked] denied"),
            ("aws_secret_access_key = wJalrXUtnFEMI/K7MDENG", "aws_secret_access_key = [masked]"),
            ("X-Api-Key: 12345", "X-Api-Key: [masked]"),
            ("jwt eyJhbGciOiJI.eyJzdWIiOiIx.SflKxw done", "jwt [masked] done"),
            ("cut in eyJhbGciOiJIUzI1NiJ9", "cut in [masked]"),
            ("token wtr_1a_s3cret was revoked", "token [masked] was revoked"),
            (
                "-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----",
                "-----BEGIN RSA PRIVATE KEY-----[masked]-----END RSA PRIVATE KEY-----"
            ),
            (#"badResponse("{\"password\":\"hunter2\"}")"#, #"badResponse("{\"password\":[masked]}")"#),
            (#"x("{\"access_token\": \"abc\", \"a\": 1}")"#, #"x("{\"access_token\": [masked], \"a\": 1}")"#),
            (#"dsn("host=db password=\"hunter2\" port=1")"#, #"dsn("host=db password=[masked] port=1")"#),
            (#"cut(password="hunter2 and"#, "cut(password=[masked]"),
            (#"password="hun\"ter2" port=1"#, "password=[masked] port=1"),
            (#"x("password=\"hun\\\"ter2\" port=1")"#, #"x("password=[masked] port=1")"#),
            (#"x("password=\"it\'s\" port=1")"#, #"x("password=[masked] port=1")"#),
            (#"Config(password: Optional("a b"), user: "me")"#, #"Config(password: [masked]), user: "me")"#),
            ("password=p(a)ss port=1", "password=[masked] port=1"),
            ("password=(ab password={cd password=<ef", "password=[masked] password=[masked] password=[masked]"),
            (#"Keys(accessToken: "abc", id: 1)"#, "Keys(accessToken: [masked], id: 1)"),
            ("X-Amz-Security-Token: FwoGZXIvYXdz//8= sent", "X-Amz-Security-Token: [masked] sent"),
            ("Cookie: session=abc; theme=dark\nHost: x", "Cookie: [masked]\nHost: x"),
            ("postgres://me:p/a@ss@db.example.com/x", "postgres://me:[masked]@db.example.com/x"),
            ("see http://host:8000/path?mail=a@b", "see http://host:8000/path?mail=a@b"),
            ("unexpected token: x at http://host:8000/path", "unexpected token: x at http://host:8000/path"),
            ("the password is wrong, the secret was rotated", "the password is wrong, the secret was rotated"),
        ]
    )
    func masksSecrets(text: String, masked: String) {
        #expect(Watcher.ReportPolicy().reportable(text) == masked)
    }

    @Test("the patterns are for the configuration to extend, and what they find is not in the report")
    func takesOwnPatterns() async throws {
        try await ScriptedServer.run { server in
            var configuration = Watcher.Configuration(requestTimeout: .seconds(120))
            configuration.reports.secretPatterns += [#"customer (\d+)"#, "tea"]
            configuration.reports.maximumErrorSize = 100
            let watcher = try server.watcher(configuration: configuration)
            let original = IdentifiedError("customer 4711 has tea, pwd=x " + String(repeating: ".", count: 200))
            _ = await thrownError {
                _ = try await watcher.trackPipelineExecution(pipelineID: 7, active: true) { () -> ETLResults in
                    throw original
                }
            }
            let end = try #require(server.received(at: Endpoints.endExecution).first?.body)
            let text = try #require(end["execution_metadata"]?["error"]?.string)
            #expect(text.hasPrefix("customer [masked] has [masked], pwd=[masked]"))
            #expect(text.hasSuffix("[cut: 229 bytes in all]"))
            #expect(text.utf8.count <= 100)
        }
    }

    @Test("a very long error is searched no further than needed")
    func boundsTheSearch() {
        let text = "password=abc " + String(repeating: "a.b://", count: 2_000_000)
        let clock = ContinuousClock()
        let spent = clock.measure {
            let reported = Watcher.ReportPolicy().reportable(text)
            #expect(reported.hasPrefix("password=[masked] a.b://"))
            #expect(reported.hasSuffix("… [cut: 12000013 bytes in all]"))
            #expect(reported.utf8.count <= 4096)
        }
        #expect(spent < .seconds(20))
    }

    @Test(
        "texts that look like the begin of a secret again and again are searched in time",
        arguments: ["eyJ", "eyJ-", "://a:", "password", "secret=\\", "password='\"", "token ", "authorization: a "]
    )
    func boundsHostileTexts(part: String) {
        let text = String(repeating: part, count: 32_000 / part.utf8.count)
        let clock = ContinuousClock()
        let spent = clock.measure { _ = Watcher.ReportPolicy().reportable(text) }
        #expect(spent < .seconds(10))
    }

    @Test("the largest limit is one", arguments: [Int.max, Int.max / 8 + 1])
    func takesAnyLargeLimit(limit: Int) throws {
        let reports = Watcher.ReportPolicy(maximumMetadataSize: limit, maximumErrorSize: limit)
        _ = try Watcher("http://127.0.0.1:1", configuration: .init(reports: reports))
        #expect(reports.reportable("password=x " + String(repeating: "y", count: 10_000)).utf8.count == 10_018)
    }

    @Test("what it takes to describe and to mask an error does not count as the work's time")
    func endsBeforeTheReport() async throws {
        try await ScriptedServer.run { server in
            let time = ManualTime()
            let watcher = try server.watcher(time: time)
            _ = await thrownError {
                _ = try await watcher.trackPipelineExecution(pipelineID: 7, active: true) { () -> ETLResults in
                    time.advance(by: .seconds(2))
                    throw SlowError { time.advance(by: .seconds(60)) }
                }
            }
            let end = try #require(server.received(at: Endpoints.endExecution).first?.body)
            #expect(end["execution_metadata"]?["error"] == "slow")
            #expect(end["end_date"] == "2025-01-10T12:00:02Z")
        }
    }

    @Test("limits and patterns that cannot be used are refused, all at once")
    func refusesBadPolicies() {
        let error = #expect(throws: WatcherError.self) {
            let reports = Watcher.ReportPolicy(
                maximumMetadataSize: 1023,
                maximumErrorSize: 99,
                secretPatterns: ["fine", "(open"]
            )
            _ = try Watcher("http://127.0.0.1:1", configuration: .init(reports: reports))
        }
        #expect(error?.code == .configuration)
        for part in ["maximumMetadataSize", "maximumErrorSize", "'(open'"] {
            #expect(error?.message.contains(part) == true)
        }
        #expect(error?.message.contains("fine") == false)
    }
}

/// An error whose description takes a while.
private struct SlowError: Error, CustomStringConvertible {
    let passTime: @Sendable () -> Void

    var description: String {
        self.passTime()
        return "slow"
    }
}
