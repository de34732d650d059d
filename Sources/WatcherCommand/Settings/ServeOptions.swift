// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

/// The options of `watcher serve` that are settings: all are optional, so that what is not given falls through to the
/// environment and the file.
protocol SettingOptions: ParsableArguments {
    /// The options that were given, each with its setting.
    var given: [(SettingEntry, String?)] { get }
}

/// Where and how the server listens.
struct ListenOptions: SettingOptions {
    @Option(name: Settings.host.entry.optionSpecification, help: Settings.host.entry.optionHelp)
    var host: String?

    @Option(name: Settings.port.entry.optionSpecification, help: Settings.port.entry.optionHelp)
    var port: String?

    @Option(name: Settings.certificate.entry.optionSpecification, help: Settings.certificate.entry.optionHelp)
    var certificate: String?

    @Option(name: Settings.certificateKey.entry.optionSpecification, help: Settings.certificateKey.entry.optionHelp)
    var certificateKey: String?

    @Flag(
        name: Settings.insecure.entry.optionSpecification,
        inversion: .prefixedNo,
        help: Settings.insecure.entry.optionHelp
    )
    var insecure: Bool?

    var given: [(SettingEntry, String?)] {
        [
            (Settings.host.entry, self.host), (Settings.port.entry, self.port),
            (Settings.certificate.entry, self.certificate), (Settings.certificateKey.entry, self.certificateKey),
            (Settings.insecure.entry, self.insecure.map { "\($0)" }),
        ]
    }
}

/// What is logged.
struct LogOptions: SettingOptions {
    @Option(name: Settings.logLevel.entry.optionSpecification, help: Settings.logLevel.entry.optionHelp)
    var level: String?

    @Option(name: Settings.logFormat.entry.optionSpecification, help: Settings.logFormat.entry.optionHelp)
    var format: String?

    var given: [(SettingEntry, String?)] {
        [(Settings.logLevel.entry, self.level), (Settings.logFormat.entry, self.format)]
    }
}

/// What the server takes of its clients.
struct LimitOptions: SettingOptions {
    @Option(name: Settings.bodySize.entry.optionSpecification, help: Settings.bodySize.entry.optionHelp)
    var bodySize: String?

    @Option(name: Settings.connections.entry.optionSpecification, help: Settings.connections.entry.optionHelp)
    var connections: String?

    @Option(
        name: Settings.requestsPerSecond.entry.optionSpecification,
        help: Settings.requestsPerSecond.entry.optionHelp
    )
    var requestsPerSecond: String?

    @Option(name: Settings.headerTimeout.entry.optionSpecification, help: Settings.headerTimeout.entry.optionHelp)
    var headerTimeout: String?

    @Option(name: Settings.idleTimeout.entry.optionSpecification, help: Settings.idleTimeout.entry.optionHelp)
    var idleTimeout: String?

    var given: [(SettingEntry, String?)] {
        [
            (Settings.bodySize.entry, self.bodySize), (Settings.connections.entry, self.connections),
            (Settings.requestsPerSecond.entry, self.requestsPerSecond),
            (Settings.headerTimeout.entry, self.headerTimeout), (Settings.idleTimeout.entry, self.idleTimeout),
        ]
    }
}

/// What the server looks after by itself.
struct WatchOptions: SettingOptions {
    @Option(name: Settings.webhook.entry.optionSpecification, help: Settings.webhook.entry.optionHelp)
    var webhook: String?

    @Option(name: Settings.freshness.entry.optionSpecification, help: Settings.freshness.entry.optionHelp)
    var freshness: String?

    @Option(name: Settings.timeliness.entry.optionSpecification, help: Settings.timeliness.entry.optionHelp)
    var timeliness: String?

    @Option(name: Settings.queue.entry.optionSpecification, help: Settings.queue.entry.optionHelp)
    var queue: String?

    @Option(name: Settings.defaultRules.entry.optionSpecification, help: Settings.defaultRules.entry.optionHelp)
    var defaultRules: String?

    @Option(name: Settings.workers.entry.optionSpecification, help: Settings.workers.entry.optionHelp)
    var workers: String?

    var given: [(SettingEntry, String?)] {
        [
            (Settings.webhook.entry, self.webhook), (Settings.freshness.entry, self.freshness),
            (Settings.timeliness.entry, self.timeliness), (Settings.queue.entry, self.queue),
            (Settings.defaultRules.entry, self.defaultRules), (Settings.workers.entry, self.workers),
        ]
    }
}

extension SettingOptions {
    /// The options that were given, by the keys of their settings.
    var flags: [String: String] {
        var flags: [String: String] = [:]
        for (entry, text) in self.given { flags[entry.key] = text }
        return flags
    }
}
