// SPDX-License-Identifier: Apache-2.0

import Configuration
import Foundation
import InMemoryLogging
import Logging
import Synchronization
import Testing
import Watcher

struct ConfigurationTests {
    private static func reader(_ variables: [String: String]) -> ConfigReader {
        ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: variables))
    }

    @Test("URL and token come from WATCHER_URL and WATCHER_TOKEN, and the token is sent as a bearer token")
    func readsTheEnvironment() async throws {
        try await ScriptedServer.run { server in
            let watcher = try Watcher(
                reader: Self.reader(["WATCHER_URL": server.url + "/", "WATCHER_TOKEN": "s3cret"])
            )
            _ = try await watcher.syncPipelineConfig(.init(pipeline: .init(name: "a", pipelineTypeName: "b")))
            #expect(server.received.first?.path == "/pipeline")
            #expect(server.received.first?.headers["authorization"] == "Bearer s3cret")
        }
    }

    @Test("without a token no authorization is sent, and an empty one counts as none", arguments: [nil, ""])
    func sendsNoToken(token: String?) async throws {
        try await ScriptedServer.run { server in
            var variables = ["WATCHER_URL": server.url]
            variables["WATCHER_TOKEN"] = token
            let watcher = try Watcher(reader: Self.reader(variables))
            _ = try await watcher.syncPipelineConfig(.init(pipeline: .init(name: "a", pipelineTypeName: "b")))
            #expect(server.received.first?.headers["authorization"] == nil)
        }
    }

    @Test("WATCHER_TOKEN may name a file, and white space around the token in it does not count")
    func readsTheTokenFromAFile() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "watcher-token-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data("\n s3cret\n".utf8).write(to: file)
        try await ScriptedServer.run { server in
            let variables = ["WATCHER_URL": server.url, "WATCHER_TOKEN": "file:\(file.path)"]
            let watcher = try Watcher(reader: Self.reader(variables))
            _ = try await watcher.syncPipelineConfig(.init(pipeline: .init(name: "a", pipelineTypeName: "b")))
            #expect(server.received.first?.headers["authorization"] == "Bearer s3cret")
        }
        try Data(" \n".utf8).write(to: file)
        for path in [file.path, file.path + ".missing"] {
            let variables = ["WATCHER_URL": "http://127.0.0.1:1", "WATCHER_TOKEN": "file:\(path)"]
            let error = #expect(throws: WatcherError.self) { try Watcher(reader: Self.reader(variables)) }
            #expect(error?.code == .configuration)
            #expect(error?.message.contains(path) == true)
        }
        try Data("s3cret another".utf8).write(to: file)
        let error = #expect(throws: WatcherError.self) {
            let variables = ["WATCHER_URL": "http://127.0.0.1:1", "WATCHER_TOKEN": "file:\(file.path)"]
            return try Watcher(reader: Self.reader(variables))
        }
        #expect(error?.description.contains("s3cret") == false)
    }

    @Test("a missing URL says which variable to set", arguments: [[:], ["WATCHER_URL": ""]])
    func explainsAMissingURL(variables: [String: String]) {
        let error = #expect(throws: WatcherError.self) { try Watcher(reader: Self.reader(variables)) }
        #expect(error?.code == .configuration)
        #expect(error?.message.contains("WATCHER_URL") == true)
    }

    @Test("the token is read as a secret")
    func readsTheTokenAsASecret() throws {
        let reporter = RecordingReporter()
        let provider = EnvironmentVariablesProvider(
            environmentVariables: ["WATCHER_URL": "http://127.0.0.1:1", "WATCHER_TOKEN": "s3cret"]
        )
        _ = try Watcher(reader: ConfigReader(provider: provider, accessReporter: reporter))
        let token = try #require(reporter.events.first { $0.metadata.key.description.contains("token") })
        let value = try token.result.get()
        #expect(value?.isSecret == true)
        #expect(!reporter.events.map { "\($0)" }.joined().contains("s3cret"))
    }

    @Test(
        "a URL that cannot be used is refused with the reason",
        arguments: [
            ("", "does not begin"), ("api.example.com", "does not begin"), ("ftp://example.com", "does not begin"),
            ("http://", "names no host"), ("https:///path", "names no host"), ("http://host?x=1", "query"),
            ("http://host/#part", "fragment"), ("http://host:0", "port"), ("http://host:70000", "port"),
            ("http://ho st", "not a URL"), ("http://user@host", "user or password"),
        ]
    )
    func refusesBadURLs(url: String, reason: String) {
        let error = #expect(throws: WatcherError.self) { try Watcher(url) }
        #expect(error?.code == .configuration)
        #expect(error?.message.contains(reason) == true, "\(error.map(String.init(describing:)) ?? "no error")")
    }

    @Test("a password in a URL is refused without being repeated")
    func doesNotRepeatPasswords() {
        let error = #expect(throws: WatcherError.self) { try Watcher("ftp://user:s3cret@host?x") }
        #expect(error?.description.contains("s3cret") == false)
    }

    @Test(
        "a URL that can be used is kept, without slashes and blanks around it",
        arguments: [
            ("http://127.0.0.1:8000", "http://127.0.0.1:8000"), (" https://a.example.com// ", "https://a.example.com"),
            ("HTTPS://a.example.com/base/", "HTTPS://a.example.com/base"), ("http://[::1]:8000", "http://[::1]:8000"),
        ]
    )
    func keepsGoodURLs(url: String, kept: String) throws {
        let watcher = try Watcher(url)
        #expect(watcher.description == "Watcher(\(kept))")
    }

    @Test("a path in the URL stands before the server's own paths")
    func keepsABasePath() async throws {
        try await ScriptedServer.run({ _ in .answer(404) }) { server in
            let watcher = try Watcher(server.url + "/team/watcher/")
            await #expect(throws: WatcherError.self) { try await watcher.execution(id: 5) }
            #expect(server.received.first?.path == "/team/watcher/pipeline_execution/5")
        }
    }

    @Test(
        "a token that a header cannot carry is refused without being repeated",
        arguments: ["", "s3cret\n", "s3 cret"]
    )
    func refusesBadTokens(token: String) {
        let error = #expect(throws: WatcherError.self) { try Watcher("http://127.0.0.1:1", token: token) }
        #expect(error?.code == .configuration)
        #expect(error?.description.contains("cret") == false)
    }

    @Test("limits that make no sense are refused, all at once")
    func refusesBadLimits() {
        let error = #expect(throws: WatcherError.self) {
            try Watcher(
                "http://127.0.0.1:1",
                configuration: .init(
                    requestTimeout: .zero,
                    retries: .init(
                        maximumAttempts: 0,
                        initialDelay: .seconds(-1),
                        maximumDelay: .seconds(-1),
                        jitter: .nan,
                        maximumRetryAfter: .seconds(-1)
                    ),
                    maximumAnswerSize: 0
                )
            )
        }
        let names = [
            "requestTimeout", "maximumAnswerSize", "maximumAttempts", "initialDelay", "maximumDelay",
            "maximumRetryAfter", "jitter",
        ]
        for name in names { #expect(error?.message.contains(name) == true) }
    }

    @Test("the token is in no description, dump, error or log line")
    func neverPrintsTheToken() async throws {
        try await ScriptedServer.run({ _ in .answer(503) }) { server in
            let logs = InMemoryLogHandler()
            let watcher = try server.watcher(token: "s3cret", logs: logs)
            let error = await #expect(throws: WatcherError.self) { try await watcher.execution(id: 5) }
            var dumped = ""
            dump(watcher, to: &dumped)
            dump(error, to: &dumped)
            let printed = [
                dumped, String(describing: watcher), String(reflecting: watcher), "\(logs.entries)",
                error.map { String(reflecting: $0) } ?? "",
            ]
            #expect(!printed.joined().contains("s3cret"))
            #expect(dumped.contains("<REDACTED>"))
            #expect(server.received.first?.headers["authorization"] == "Bearer s3cret")
        }
    }
}

/// Keeps every access to the configuration.
private final class RecordingReporter: AccessReporter {
    private let kept = Mutex<[AccessEvent]>([])

    var events: [AccessEvent] { self.kept.withLock(\.self) }

    func report(_ event: AccessEvent) {
        self.kept.withLock { $0.append(event) }
    }
}
