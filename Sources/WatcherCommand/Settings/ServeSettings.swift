// SPDX-License-Identifier: Apache-2.0
import Logging
import WatcherCore

/// How a server is to run: the values of all settings.
struct ServeSettings: Sendable, Equatable {
    /// A certificate and its private key, as paths of PEM files.
    struct TLS: Sendable, Equatable {
        let certificate: String
        let key: String
    }

    /// What the server takes of its clients.
    struct Limits: Sendable, Equatable {
        /// In bytes.
        let bodySize: Int
        let connections: Int
        /// Of one client; `nil` for any number.
        let requestsPerSecond: Int?
        let headerTimeout: Duration
        let idleTimeout: Duration
    }

    /// When the checks run; `nil` for never.
    struct Schedules: Sendable, Equatable {
        let freshness: CronSchedule?
        let timeliness: CronSchedule?
        let queue: CronSchedule?

        /// All of them, by the names that the ledger has for them.
        var byName: [String: CronSchedule?] {
            ["freshness": self.freshness, "timeliness": self.timeliness, "queue": self.queue]
        }
    }

    let host: String
    /// 0 takes a free one.
    let port: Int
    let isInsecure: Bool
    /// `nil` for plain HTTP.
    let tls: TLS?
    let database: DatabaseLocation
    let logLevel: Logger.Level
    let logFormat: LogFormat
    let limits: Limits
    /// A secret; `nil` when alerts are only stored and logged.
    let webhook: String?
    let schedules: Schedules
    /// The metrics for which a new pipeline gets an anomaly detection rule.
    let defaultRules: [AnomalyMetric]
    let workers: Int

    /// Takes the values that were found.
    ///
    /// - Throws: ``CommandFailure`` that names every value that cannot be used.
    init(_ found: FoundSettings) throws {
        try found.requireNoFaults()
        self.host = try found.value(of: Settings.host)
        self.port = try found.value(of: Settings.port)
        self.isInsecure = try found.value(of: Settings.insecure)
        let certificate = try found.valueIfAny(of: Settings.certificate)
        let key = try found.valueIfAny(of: Settings.certificateKey)
        self.tls = certificate.flatMap { certificate in key.map { TLS(certificate: certificate, key: $0) } }
        self.database = try found.value(of: Settings.database)
        self.logLevel = try found.value(of: Settings.logLevel)
        self.logFormat = try found.value(of: Settings.logFormat)
        self.limits = Limits(
            bodySize: try found.value(of: Settings.bodySize),
            connections: try found.value(of: Settings.connections),
            requestsPerSecond: try found.value(of: Settings.requestsPerSecond),
            headerTimeout: try found.value(of: Settings.headerTimeout),
            idleTimeout: try found.value(of: Settings.idleTimeout)
        )
        self.webhook = try found.valueIfAny(of: Settings.webhook)
        self.schedules = Schedules(
            freshness: try found.value(of: Settings.freshness),
            timeliness: try found.value(of: Settings.timeliness),
            queue: try found.value(of: Settings.queue)
        )
        self.defaultRules = try found.value(of: Settings.defaultRules)
        self.workers = try found.value(of: Settings.workers)
    }
}
