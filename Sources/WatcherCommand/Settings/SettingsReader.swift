// SPDX-License-Identifier: Apache-2.0
import Configuration
import Foundation
import Synchronization

/// Looks settings up: a flag counts before the environment, the environment before the file, the file before defaults.
struct SettingsReader: Sendable {
    /// The environment variable that names the file when no option does.
    static let fileVariable = "WATCHER_CONFIG"

    /// The options that were given, by the keys of their settings.
    var flags: [String: String] = [:]
    /// The path of the file, when an option gives it.
    var file: String?
    /// The environment.
    var environment: [String: String] = ProcessInfo.processInfo.environment

    /// Looks every setting up.
    ///
    /// - Returns: what was found, which may have faults.
    /// - Throws: ``CommandFailure`` when the file cannot be read.
    func read() throws -> FoundSettings {
        // An empty variable is how a shell or a unit says that there is none.
        let environment = self.environment.filter { !$0.value.isEmpty }
        let file = try (self.file ?? environment[Self.fileVariable]).map(ConfigurationFile.init(path:))
        let places = self.places(environment, file)
        let record = LastAccess()
        let reader = ConfigReader(providers: places.map(\.provider), accessReporter: record)
        let findings = Settings.all.map { entry in
            let key = ConfigKey(entry.path)
            if entry.isList { _ = reader.stringArray(forKey: key) } else { _ = reader.string(forKey: key) }
            return Self.finding(entry, record.event, places.map(\.source))
        }
        return FoundSettings(
            findings: findings,
            otherFaults: (file?.faults ?? []) + Self.lonely(findings),
            warnings: Self.unknown(environment)
        )
    }

    /// A provider, and where its value of a setting comes from.
    private typealias Place = (
        provider: any ConfigProvider, source: @Sendable (SettingEntry) -> FoundSettings.Source
    )

    private func places(_ environment: [String: String], _ file: ConfigurationFile?) -> [Place] {
        var variables: [String: String] = [:]
        for entry in Settings.all { variables[entry.bareEnvironmentName] = environment[entry.environmentName] }
        let defaults = Settings.all.compactMap { entry in entry.fallback.map { (entry.key, $0) } }
        var places: [Place] = [
            (Self.provider("flags", self.flags), { .flag($0.optionName) }),
            (EnvironmentVariablesProvider(environmentVariables: variables), { .environment($0.environmentName) }),
        ]
        if let file { places.append((file.provider, { _ in .file(file.path) })) }
        places.append((Self.provider("defaults", Dictionary(uniqueKeysWithValues: defaults)), { _ in .fallback }))
        return places
    }

    private static func provider(_ name: String, _ texts: [String: String]) -> InMemoryProvider {
        var values: [AbsoluteConfigKey: ConfigValue] = [:]
        for entry in Settings.all {
            guard let text = texts[entry.key] else { continue }
            let content: ConfigContent =
                entry.isList ? .stringArray(text.split(separator: ",").map(String.init)) : .string(text)
            values[AbsoluteConfigKey(entry.path)] = ConfigValue(content, isSecret: true)
        }
        return InMemoryProvider(name: name, values: values)
    }

    private static func finding(
        _ entry: SettingEntry,
        _ event: AccessEvent?,
        _ sources: [@Sendable (SettingEntry) -> FoundSettings.Source]
    ) -> FoundSettings.Finding {
        // The providers were asked in their order, up to the one that had something to say.
        let asked = event?.providerResults.count ?? 0
        let source = asked > 0 ? sources[asked - 1](entry) : .fallback
        func found(_ text: String?, fault: String? = nil) -> FoundSettings.Finding {
            .init(entry: entry, text: text, source: text == nil && fault == nil ? .fallback : source, fault: fault)
        }
        let text: String
        switch event?.providerResults.last?.result {
        case .success(let result):
            switch result.value?.content {
            case .string(let content): text = content
            case .stringArray(let items): text = items.joined(separator: ",")
            default: return found(nil)
            }
        case nil: return found(nil)
        case .failure:
            let kind = entry.isList ? "must be a list" : "must be one value, not a list"
            return found(nil, fault: "\(entry.key) \(kind) (\(source)): give \(entry.accepts)")
        }
        guard !entry.isAccepted(text) else { return found(text) }
        let reason = entry.explain(text).map { "\($0); give" } ?? "give"
        let fault = "\(entry.key) cannot be '\(entry.shown(text))' (\(source)): \(reason) \(entry.accepts)"
        return found(text, fault: fault)
    }

    /// A certificate without its key, or a key without its certificate.
    private static func lonely(_ findings: [FoundSettings.Finding]) -> [String] {
        let pair = [Settings.certificate.entry.key, Settings.certificateKey.entry.key]
        let given = findings.filter { pair.contains($0.entry.key) && $0.text != nil }
        guard given.count == 1, let one = given.first, let other = pair.first(where: { $0 != one.entry.key }) else {
            return []
        }
        return ["\(other) is not set, and \(one.entry.key) is (\(one.source)): give both, or none"]
    }

    /// Variables that look like settings and are none, by mistake or because another version knows them.
    private static func unknown(_ environment: [String: String]) -> [String] {
        let known = Settings.all.map(\.environmentName)
        return environment.keys.sorted().filter { name in
            name.hasPrefix(SettingEntry.environmentPrefix) && !name.hasPrefix("WATCHER_TEST_")
                && !known.contains(name) && !Settings.otherEnvironmentNames.contains(name)
        }.map {
            "the environment variable \($0) is no setting: did you mean \(Spelling.nearest(to: $0, among: known))?"
        }
    }
}

/// Remembers the last look at a setting: which providers were asked, and what came of it.
private final class LastAccess: AccessReporter {
    private let last = Mutex<AccessEvent?>(nil)

    var event: AccessEvent? { self.last.withLock { $0 } }

    func report(_ event: AccessEvent) {
        self.last.withLock { $0 = event }
    }
}
