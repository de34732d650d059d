// SPDX-License-Identifier: Apache-2.0
import Foundation
import Logging
import Testing
import WatcherCore

@testable import WatcherCommand

@Suite("Settings: a flag counts before the environment, the environment before the file")
struct SettingsTests {
    /// Three values of every setting, none of them its default.
    private static let samples: [String: [String]] = [
        "host": ["::1", "0.0.0.0", "localhost"], "port": ["1", "2", "3"], "insecure": ["true", "yes", "1"],
        "tls.certificate": ["a.pem", "b.pem", "c.pem"], "tls.key": ["a.key", "b.key", "c.key"],
        "database": ["sqlite:a", "sqlite:b", "postgres://c/d"], "log.level": ["trace", "debug", "error"],
        "log.format": ["json", "json", "json"], "limits.body_size": ["1KiB", "2KiB", "3"],
        "limits.connections": ["10", "11", "12"], "limits.requests_per_second": ["5", "6", "7"],
        "limits.header_timeout": ["1s", "2s", "3s"], "limits.idle_timeout": ["1m", "2m", "3m"],
        "alerts.webhook_url": ["http://a", "http://b", "http://c"],
        "schedule.freshness": ["1 * * * *", "2 * * * *", "off"],
        "schedule.timeliness": ["1 * * * *", "2 * * * *", "off"],
        "schedule.queue": ["1 * * * *", "2 * * * *", "off"],
        "anomalies.default_rules": ["inserts", "updates,inserts", "throughput"], "jobs.workers": ["3", "4", "5"],
    ]

    @Test("each setting has its flag, its variable and its key, in this order", arguments: Settings.all.map(\.key))
    func precedence(key: String) async throws {
        let entry = try #require(Settings.all.first { $0.key == key })
        let texts = try #require(Self.samples[key])
        try await withTemporaryFolder { folder in
            let value = entry.isList ? "[\(texts[2])]" : "\"\(texts[2])\""
            let path = "\(folder)/settings.yaml"
            try "\(key): \(value)\n".write(toFile: path, atomically: true, encoding: .utf8)
            var reader = SettingsReader(
                flags: [key: texts[0]],
                file: path,
                environment: [entry.environmentName: texts[1]]
            )
            func found() throws -> FoundSettings.Finding {
                try #require(try reader.read().findings.first { $0.entry.key == key })
            }
            #expect(try found().text == texts[0])
            #expect(try found().source == .flag(entry.optionName))
            reader.flags = [:]
            #expect(try found().text == texts[1])
            #expect(try found().source == .environment(entry.environmentName))
            // An empty variable is none.
            reader.environment = [entry.environmentName: ""]
            #expect(try found().text == texts[2])
            #expect(try found().source == .file(path))
            #expect(try found().fault == nil)
            reader.file = nil
            #expect(try found().text == entry.fallback)
            #expect(try found().source == .fallback)
        }
    }

    @Test("names follow from the keys, but for the oldest variable")
    func names() {
        let names = Dictionary(uniqueKeysWithValues: Settings.all.map { ($0.key, ($0.environmentName, $0.optionName)) })
        #expect(names.count == Settings.all.count)
        #expect(names["limits.body_size"] ?? ("", "") == ("WATCHER_LIMITS_BODY_SIZE", "limits-body-size"))
        #expect(names["tls.certificate"] ?? ("", "") == ("WATCHER_TLS_CERTIFICATE", "tls-certificate"))
        #expect(names["database"] ?? ("", "") == ("WATCHER_DATABASE_URL", "database"))
    }

    @Test("without anything, every setting has its default")
    func defaults() throws {
        let settings = try ServeSettings(SettingsReader(environment: [:]).read())
        #expect(settings.host == "127.0.0.1" && settings.port == 8000 && !settings.isInsecure && settings.tls == nil)
        #expect(settings.database == .sqlite(path: "watcher.sqlite"))
        #expect(settings.logLevel == .info && settings.logFormat == .text)
        #expect(settings.limits.bodySize == 1 << 20 && settings.limits.connections == 4096)
        #expect(settings.limits.requestsPerSecond == nil)
        #expect(settings.limits.headerTimeout == .seconds(10) && settings.limits.idleTimeout == .seconds(75))
        #expect(settings.webhook == nil && settings.defaultRules == [] && settings.workers == 2)
        #expect(settings.schedules.freshness?.description == "0 * * * *")
    }

    @Test(
        "a file may be nested or flat, YAML or JSON, and says the same",
        arguments: [
            (
                "a.yaml",
                "limits:\n  body_size: 2KiB\n  requests_per_second: 9\nschedule: {queue: off}\ntls:\ninsecure: yes"
            ),
            (
                "b.yml",
                "# flat\nlimits.body_size: 2048\nlimits.requests_per_second: 9\nschedule.queue: off\ninsecure: true"
            ),
            (
                "c.json",
                #"{"limits": {"body_size": 2048, "requests_per_second": 9}, "schedule.queue": "off", "insecure": true}"#
            ),
            (
                "d.JSON",
                "{\n\t\"limits\": {\"body_size\": \"2KiB\", \"requests_per_second\": 9},\n\t\"tls\": {\"key\": null},"
                    + "\n\t\"schedule\": {\"queue\": \"off\"}, \"insecure\": true\n}"
            ),
        ]
    )
    func files(name: String, text: String) async throws {
        let settings = try await Self.settings(name, text)
        #expect(settings.limits.bodySize == 2048 && settings.limits.requestsPerSecond == 9)
        #expect(settings.schedules.queue == nil && settings.isInsecure && settings.tls == nil)
    }

    @Test("a file with nothing but comments sets nothing", arguments: ["", "---\n# port: 1\n\n"])
    func emptyFile(text: String) async throws {
        #expect(try await Self.settings("empty.yaml", text) == ServeSettings(SettingsReader(environment: [:]).read()))
    }

    @Test(
        "a value that cannot be used is told with its key, its source and what is accepted",
        arguments: [
            ("port", "70000", "0 to 65535"), ("insecure", "perhaps", "true or false"),
            ("database", "mysql://here", "sqlite:PATH"), ("log.level", "loud", "trace, debug"),
            ("log.format", "xml", "text, json"), ("limits.body_size", "2GiB", "1GiB"),
            ("limits.connections", "0", "1 to 1000000"), ("limits.requests_per_second", "none", "or off"),
            ("limits.header_timeout", "10", "10s"), ("limits.idle_timeout", "0s", "1ms to 1d"),
            ("alerts.webhook_url", "secret", "https://"), ("schedule.freshness", "hourly", "cron"),
            ("schedule.timeliness", "61 * * * *", "the minute field '61'"),
            ("schedule.queue", "0 0 30 2 *", "never comes"),
            ("anomalies.default_rules", "rows", "total_rows"), ("jobs.workers", "-1", "1 to 64"), ("host", " ", "name"),
        ]
    )
    func badValues(key: String, text: String, accepted: String) async throws {
        let entry = try #require(Settings.all.first { $0.key == key })
        let reader = SettingsReader(environment: [entry.environmentName: text])
        let faults = try reader.read().faults
        try #require(faults.count == 1, "\(faults)")
        #expect(faults[0].hasPrefix("\(key) cannot be '"))
        for words in ["(environment \(entry.environmentName))", accepted] {
            #expect(faults[0].contains(words), "\(faults[0])")
        }
        #expect(!faults[0].contains("secret"))
        #expect(throws: CommandFailure.self) { try ServeSettings(reader.read()) }
    }

    @Test(
        "what is wrong with a file is told with its key and what may have been meant",
        arguments: [
            ("limits:\n  connectons: 5", ["limits.connectons", "limits.connections"]),
            ("tls: yes", ["tls in the file", "group", "tls.certificate or tls.key"]),
            ("port: [1, 2]", ["port", "not a list"]),
            ("anomalies: {default_rules: inserts}", ["anomalies.default_rules", "must be a list"]),
            ("tls: {key: a.pem}", ["tls.certificate", "tls.key", "both"]),
            ("port: 1\ntls: {}\nport: 2", ["port", "duplicated"]),
            ("tls.key: a\ntls: {key: b, certificate: c}", ["once"]),
            ("port: 1\n  host: x", ["2:", "settings.yaml"]),
            ("- port", ["mapping"]),
        ]
    )
    func badFiles(text: String, named: [String]) async throws {
        let failure = await #expect(throws: CommandFailure.self) { try await Self.settings("settings.yaml", text) }
        for words in named { #expect(failure?.description.contains(words) == true, "\(failure.map { "\($0)" } ?? "")") }
    }

    @Test("a file that cannot be parsed is refused without its lines, in which a password may stand")
    func noSecretsOfFiles() async throws {
        for (name, text) in [("a.yaml", "log: {level: info\n url: 'hunter2"), ("a.json", #"{"x": "hunter2", }"#)] {
            let failure = await #expect(throws: CommandFailure.self) { try await Self.settings(name, text) }
            #expect(failure?.description.contains(name) == true)
            #expect(failure?.description.contains("hunter2") == false)
        }
    }

    @Test("all faults are told at once")
    func allFaults() throws {
        let environment = ["WATCHER_PORT": "x", "WATCHER_JOBS_WORKERS": "y"]
        let failure = #expect(throws: CommandFailure.self) {
            try ServeSettings(SettingsReader(environment: environment).read())
        }
        #expect(failure?.description.split(separator: "\n").count == 3)
    }

    @Test("variables that are no settings are only a warning; those of clients and tests are none")
    func unknownVariables() throws {
        let environment = [
            "WATCHER_PROT": "1", "WATCHER_URL": "u", "WATCHER_TOKEN": "t", "WATCHER_DISABLED": "1",
            "WATCHER_TEST_POSTGRES": "p", "HOME": "/",
        ]
        let found = try SettingsReader(environment: environment).read()
        #expect(found.faults == [])
        #expect(found.warnings.count == 1)
        #expect(found.warnings.first?.contains("WATCHER_PROT is no setting: did you mean WATCHER_PORT?") == true)
    }

    @Test("docs/configuration.md has a row for every setting, and says what the program does")
    func document() async throws {
        let page = try #require(try Snippets.files(in: "docs") { $0 == "configuration.md" }.first)
        let rows = page.text.split(separator: "\n").filter { $0.hasPrefix("| `") }.map(String.init)
        #expect(rows == Settings.all.map(Self.row))
        for (language, name) in [("yaml", "a.yaml"), ("json", "a.json")] {
            let example = try #require(Snippets.blocks(of: page, in: language).first)
            _ = try await Self.settings(name, example.code)
        }
    }

    /// A setting as the page has it.
    private static func row(_ entry: SettingEntry) -> String {
        let fallback = entry.fallback.map { $0.isEmpty ? "none" : "`\($0)`" } ?? "none"
        let meaning = entry.meaning
        return "| `\(entry.key)` | `--\(entry.optionName)` | `\(entry.environmentName)` | \(fallback) | \(meaning) |"
    }

    /// What a server gets of a file.
    private static func settings(_ name: String, _ text: String) async throws -> ServeSettings {
        try await withTemporaryFolder { folder in
            let path = "\(folder)/\(name)"
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            return try ServeSettings(SettingsReader(file: path, environment: [:]).read())
        }
    }
}
