// SPDX-License-Identifier: Apache-2.0
import Logging
import WatcherCore
import WatcherNotifiers

/// The table of all settings: the flags, the environment variables, the file and `docs/configuration.md` follow from it.
enum Settings {
    // MARK: Listening

    static let host = Setting(
        "host",
        default: "127.0.0.1",
        "host",
        accepts: "a name or an address of this machine",
        "The address to listen on.",
        read: SettingText.text
    )
    static let port = Setting(
        "port",
        default: "8000",
        "port",
        accepts: "a number from 0 to 65535",
        "The port to listen on; 0 takes a free one."
    ) { SettingText.number($0, in: 0...65_535) }
    static let insecure = Setting(
        "insecure",
        default: "false",
        "truth",
        accepts: "true or false",
        "Listen beyond this machine although there is no token.",
        read: SettingText.truth
    )
    static let certificate = Setting(
        "tls.certificate",
        default: nil,
        "file",
        accepts: "the path of a PEM file",
        "The certificate for HTTPS, with those that vouch for it, as a PEM file.",
        read: SettingText.text
    )
    static let certificateKey = Setting(
        "tls.key",
        default: nil,
        "file",
        accepts: "the path of a PEM file",
        "The certificate's private key, as a PEM file.",
        read: SettingText.text
    )

    // MARK: Ledger

    static let database = Setting(
        "database",
        default: "sqlite:watcher.sqlite",
        "database",
        accepts: DatabaseLocation.forms,
        """
        Where the ledger is: \(DatabaseLocation.forms). Other users can see a password in an option: put it into the \
        environment or ~/.pgpass.
        """,
        environmentName: DatabaseLocation.environmentVariable,
        shown: DatabaseLocation.shown,
        explain: Self.failure { _ = try DatabaseLocation($0) },
        read: { try? DatabaseLocation($0) }
    )

    // MARK: Log

    static let logLevel = Setting(
        "log.level",
        default: Logger.Level.info.rawValue,
        "level",
        accepts: "one of \(Self.listed(Logger.Level.allCases))",
        "What goes to standard error: \(Self.listed(Logger.Level.allCases)).",
        read: Logger.Level.init(rawValue:)
    )
    static let logFormat = Setting(
        "log.format",
        default: LogFormat.text.rawValue,
        "format",
        accepts: "one of \(Self.listed(LogFormat.allCases))",
        "How: text for people, json for programs, one object on each line.",
        read: LogFormat.init(rawValue:)
    )

    // MARK: Limits

    static let bodySize = Setting(
        "limits.body_size",
        default: "1MiB",
        "size",
        accepts: "a size from 1 byte to 1GiB, such as 1048576, 512KiB or 1MiB",
        "The largest body of a request; a larger one is answered by 413."
    ) { SettingText.size($0).flatMap { (1...1 << 30).contains($0) ? $0 : nil } }
    static let connections = Setting(
        "limits.connections",
        default: "4096",
        "count",
        accepts: "a number from 1 to 1000000",
        "How many connections are open at once."
    ) { SettingText.number($0, in: 1...1_000_000) }
    static let requestsPerSecond = Setting<Int?>(
        "limits.requests_per_second",
        default: "off",
        "count",
        accepts: "a number from 1 to 1000000, or off",
        "How many requests a client may send in a second; more are answered by 429."
    ) { SettingText.orOff($0) { SettingText.number($0, in: 1...1_000_000) } }
    static let headerTimeout = Setting(
        "limits.header_timeout",
        default: "10s",
        "time",
        accepts: Self.times,
        "How long a client may take to send the head of a request.",
        read: Self.time
    )
    static let idleTimeout = Setting(
        "limits.idle_timeout",
        default: "75s",
        "time",
        accepts: Self.times,
        "How long a connection without requests stays open.",
        read: Self.time
    )

    // MARK: Watching

    static let webhook = Setting(
        "alerts.webhook_url",
        default: nil,
        "url",
        accepts: "an address that begins with http:// or https:// and has a port from 1 to 65535, if any",
        "Where alerts are sent; without it they are only stored and logged. It is a secret: better not an option.",
        shown: { _ in "<redacted>" },
        read: { text in (try? WebhookNotifier(url: text)).map { _ in text } }
    )
    static let freshness = Self.schedule("freshness", "0 * * * *", "When it is checked whether data is fresh.")
    static let timeliness = Self.schedule(
        "timeliness",
        "*/15 * * * *",
        "When it is checked whether runs take too long."
    )
    static let queue = Self.schedule("queue", "*/5 * * * *", "When it is checked whether jobs pile up.")
    static let defaultRules = Setting(
        "anomalies.default_rules",
        default: "",
        "names",
        accepts: "a list of names among \(Self.metrics.joined(separator: ", "))",
        "Which numbers of a new pipeline's runs are watched for anomalies: \(Self.metrics.joined(separator: ", ")).",
        isList: true
    ) { try? AnomalyMetric.list($0) }
    static let workers = Setting(
        "jobs.workers",
        default: "2",
        "count",
        accepts: "a number from 1 to 64",
        "How many jobs, such as checks and alerts, are done at once."
    ) { SettingText.number($0, in: 1...64) }

    /// All settings, in the order in which people read them.
    static let all: [SettingEntry] = [
        host.entry, port.entry, insecure.entry, certificate.entry, certificateKey.entry, database.entry,
        logLevel.entry, logFormat.entry, bodySize.entry, connections.entry, requestsPerSecond.entry,
        headerTimeout.entry, idleTimeout.entry, webhook.entry, freshness.entry, timeliness.entry, queue.entry,
        defaultRules.entry, workers.entry,
    ]

    /// Environment variables that begin like those of settings, and are none.
    static let otherEnvironmentNames: Set = [
        "WATCHER_URL", "WATCHER_TOKEN", "WATCHER_DISABLED", SettingsReader.fileVariable,
    ]

    /// The numbers of a run that can be watched for anomalies.
    private static let metrics = AnomalyMetric.allCases.map(\.rawValue)

    private static let times = "a time from 1ms to 1d, such as 500ms, 10s, 2m or 1h"

    private static let time: @Sendable (String) -> Duration? = { text in
        SettingText.duration(text).flatMap { (.milliseconds(1)...(.seconds(86_400))).contains($0) ? $0 : nil }
    }

    private static func schedule(_ name: String, _ fallback: String, _ meaning: String) -> Setting<CronSchedule?> {
        Setting(
            "schedule.\(name)",
            default: fallback,
            "cron",
            accepts: "minute, hour, day, month and weekday as cron has them, such as '*/15 * * * *', or off",
            "\(meaning) In UTC, as cron writes it, or off.",
            explain: Self.failure { _ = try CronSchedule($0) }
        ) { text in SettingText.orOff(text) { try? CronSchedule($0) } }
    }

    /// Says what a reader of a text has against it.
    private static func failure(
        _ read: @escaping @Sendable (String) throws -> Void
    ) -> @Sendable (String) -> String? {
        { text in
            do {
                try read(text)
                return nil
            } catch {
                return "\(error)"
            }
        }
    }

    private static func listed<Value: RawRepresentable<String>>(_ values: [Value]) -> String {
        values.map(\.rawValue).joined(separator: ", ")
    }
}
