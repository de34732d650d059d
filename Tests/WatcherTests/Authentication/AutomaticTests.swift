// SPDX-License-Identifier: Apache-2.0

import Configuration
import Foundation
import InMemoryLogging
import Logging
import Synchronization
import Testing
import Watcher

struct AutomaticTests {
    private static let keys = ["AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret"]

    @Test(
        "outside of a cloud nobody is asked, and requests go without credentials",
        arguments: [
            [:], ["AWS_REGION": "r", "AWS_PROFILE": "p"], ["AZURE_CLIENT_ID": "c"], ["WATCHER_TOKEN": ""], keys,
            ["AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_REGION": "r"],
        ]
    )
    func asksNobodyElsewhere(environment: [String: String]) async throws {
        try await ScriptedServer.run { server in
            try await server.watcher(.automatic, .standIn(server, environment)).ping()
            #expect(server.received.map(\.path) == [Endpoints.syncPipeline.path])
            #expect(server.authorizations == [nil])
        }
    }

    @Test(
        "what the environment offers is used, its first offer first",
        arguments: [
            (["WATCHER_TOKEN": "t", "AWS_REGION": "r"].merging(keys) { $1 }, "Bearer t"),
            (["AWS_REGION": "r", "K_SERVICE": "s"].merging(keys) { $1 }, "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/"),
            (["K_SERVICE": "s"], "Bearer ey"),
        ]
    )
    func usesTheFirstOffer(environment: [String: String], begin: String) async throws {
        let time = ManualTime()
        let script: ScriptedServer.Script = { request in
            guard request.path.hasPrefix("/computeMetadata/") else { return nil }
            return .text(200, webToken("a", expiring: time.now.moved(by: .seconds(3600))))
        }
        try await ScriptedServer.run(script) { server in
            let watcher = try server.watcher(.automatic, .standIn(server, environment), time: time)
            try await watcher.ping()
            try await watcher.ping()
            #expect(server.authorizations.count == 2)
            #expect(server.authorizations.allSatisfy { $0?.hasPrefix(begin) == true }, "\(server.authorizations)")
        }
    }

    @Test("an offer that does not work is passed over, and the log says so")
    func passesOverWhatDoesNotWork() async throws {
        let time = ManualTime()
        let script: ScriptedServer.Script = { request in
            if request.path.hasPrefix("/v2") { return .answer(404) }
            guard request.path.hasPrefix("/computeMetadata/") else { return nil }
            return .text(200, webToken("a", expiring: time.now.moved(by: .seconds(3600))))
        }
        try await ScriptedServer.run(script) { server in
            let environment = [
                "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2", "AWS_REGION": "r", "K_SERVICE": "s",
            ]
            let logs = InMemoryLogHandler()
            try await server.watcher(.automatic, .standIn(server, environment), time: time, logs: logs).ping()
            #expect(server.authorizations.first??.hasPrefix("Bearer ey") == true)
            #expect(logs.entries.contains { $0.level == .warning && "\($0.metadata)".contains("aws") })
        }
    }

    @Test(
        "when the time is over, requests go without credentials; a refusal makes the client look again",
        arguments: [401, 403]
    )
    func doesNotWait(status: Int) async throws {
        let time = ManualTime()
        let ready = Gate()
        let script: ScriptedServer.Script = { request in
            guard request.path.hasPrefix("/computeMetadata/") else {
                return request.headers["authorization"] == nil && request.number == 2 ? .answer(status) : nil
            }
            await ready.wait()
            return .text(200, webToken("a", expiring: time.now.moved(by: .seconds(3600))))
        }
        try await ScriptedServer.run(script) { server in
            var sources = CredentialSources.standIn(server, ["K_SERVICE": "s"])
            sources.detectionTime = .seconds(2)
            let logs = InMemoryLogHandler()
            let watcher = try server.watcher(.automatic, sources, time: time, logs: logs)
            try await watcher.ping()
            #expect(server.authorizations == [nil])
            #expect(logs.entries.contains { $0.level == .warning })
            ready.open()
            try await watcher.ping()
            #expect(server.authorizations.count == 3)
            #expect(server.authorizations[1] == nil)
            #expect(server.authorizations[2]?.hasPrefix("Bearer ey") == true)
        }
    }

    @Test("what gave nothing is tried again after a while, and nobody waits for it")
    func looksAgain() async throws {
        let time = ManualTime()
        let isReady = Mutex(false)
        let script: ScriptedServer.Script = { request in
            guard request.path.hasPrefix("/computeMetadata/") else { return nil }
            guard isReady.withLock(\.self) else { return .answer(404) }
            return .text(200, webToken("a", expiring: time.now.moved(by: .seconds(3600))))
        }
        try await ScriptedServer.run(script) { server in
            let watcher = try server.watcher(.automatic, .standIn(server, ["K_SERVICE": "s"]), time: time)
            try await watcher.ping()
            isReady.withLock { $0 = true }
            try await watcher.ping()
            #expect(server.received.count { $0.method == "GET" } == 1)
            time.advance(by: .seconds(10))
            try await watcher.ping()
            #expect(server.authorizations == [nil, nil, nil])
            let isFound = try await comesAbout {
                try await watcher.ping()
                return server.authorizations.last??.hasPrefix("Bearer ey") == true
            }
            #expect(isFound)
        }
    }

    @Test("the file that WATCHER_TOKEN names is read for every request, so that a new token is used at once")
    func readsTheFileOfTheConfigurationAgain() async throws {
        try await withTemporaryFolder { folder in
            let file = folder.appending(path: "token")
            let path = try file.holding("first\n")
            try await ScriptedServer.run { server in
                let variables = ["WATCHER_URL": server.url, "WATCHER_TOKEN": "file:\(path)"]
                let watcher = try Watcher(
                    reader: ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: variables))
                )
                try await watcher.ping()
                _ = try file.holding("second\n")
                try await watcher.ping()
                #expect(server.authorizations == ["Bearer first", "Bearer second"])
            }
        }
    }

    @Test("a client made from configuration can authenticate otherwise than with WATCHER_TOKEN")
    func isGivenWithConfiguration() async throws {
        try await ScriptedServer.run { server in
            let variables = ["WATCHER_URL": server.url, "WATCHER_TOKEN": "not this one"]
            let watcher = try Watcher(
                reader: ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: variables)),
                authentication: .bearer { "this-one" }
            )
            try await watcher.ping()
            #expect(server.authorizations == ["Bearer this-one"])
        }
    }
}
