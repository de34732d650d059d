// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation
import Instrumentation
import Logging
import ServiceLifecycle
import UnixSignals
import WatcherCore
import WatcherDatabase
import WatcherServer
import WatcherServices

/// `watcher serve`: the composition root of the server.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the server.",
        discussion: """
            Listens until it gets SIGINT (Ctrl-C) or SIGTERM; then it takes no new connections, answers the requests \
            under way, and ends. Every answer that says something was written is sent after it is on durable storage.

            Every option can also be an environment variable or stand in a file, and then an option counts before a \
            variable, and a variable before the file: --log-level is \(Settings.logLevel.entry.environmentName), and \
            level below log.
            """
    )

    @OptionGroup(title: "Ledger and configuration")
    var ledger: LedgerOptions

    @OptionGroup(title: "Listening")
    var listen: ListenOptions

    @OptionGroup(title: "Log")
    var log: LogOptions

    @OptionGroup(title: "Limits")
    var limits: LimitOptions

    @OptionGroup(title: "Checks and alerts")
    var watch: WatchOptions

    @Flag(help: "Print every setting, its value and where that came from, and do nothing else.")
    var printConfig = false

    func run() async throws {
        let found = try self.reader.read()
        if self.printConfig {
            print(found.table)
            for warning in found.warnings { StandardError.shared.write("Warning: \(warning)\n") }
            return try found.requireNoFaults()
        }
        let settings = try ServeSettings(found)
        let logger = settings.logFormat.logger(level: settings.logLevel)
        for warning in found.warnings { logger.warning("\(warning)") }
        try await Self.serve(settings, logger: logger)
    }

    /// Where the settings are looked up.
    private var reader: SettingsReader {
        let options: [[String: String]] = [
            self.ledger.flags, self.listen.flags, self.log.flags, self.limits.flags, self.watch.flags,
        ]
        let flags = options.reduce(into: [:]) { all, some in all.merge(some) { _, newer in newer } }
        return SettingsReader(flags: flags, file: self.ledger.config)
    }

    private static func serve(_ settings: ServeSettings, logger: Logger) async throws {
        InstrumentationSystem.bootstrap(LogTracer(logger: logger, generator: SystemRandomNumberGenerator()))
        let notifier = try settings.notifier()
        let configuration = settings.server
        try await Self.validate(configuration, settings.database)
        let database = try await settings.database.open(logger: logger)
        do {
            try await database.migrate(logger: logger)
        } catch {
            try await database.close()
            throw error
        }

        let ledger = Ledger(database: database, now: SystemTime.now)
        let authenticator = Authenticator(ledger, logger: logger)
        do {
            try await authenticator.refresh()
            try configuration.validate(hasTokens: authenticator.hasActiveTokens)
        } catch {
            try await database.close()
            throw CommandFailure("\(error)")
        }
        let services = WatcherServer.Services(
            ledger,
            defaultAnomalyRules: settings.defaultRules,
            authenticator: authenticator
        )
        let (listening, hasBegun) = AsyncStream<Never>.makeStream()
        let server = WatcherServer.application(services, configuration, logger: logger) { port in
            let host = settings.host.contains(":") ? "[\(settings.host)]" : settings.host
            let scheme = configuration.tls == nil ? "http" : "https"
            print("watcher: listening on \(scheme)://\(host):\(port)")
            fflush(nil)
            hasBegun.finish()
        }
        let background = BackgroundWork(
            ledger,
            database: database,
            notifier: notifier,
            settings: settings,
            authenticator: authenticator,
            // Ends when the stream does, or when the task is cancelled.
            whenListening: { for await _ in listening {} },
            logger: logger
        )
        // The group ends its services last first: leases are no longer judged once heartbeats are refused, and while the
        // server answers its last requests, the rest still runs.
        let parts: [any Service] = background.services + [server, background.leases]
        var groupConfiguration = ServiceGroupConfiguration(
            services: parts.map { .init(service: $0) },
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        // Service managers kill after 30 s; what a request or a job is in the middle of is given up before.
        groupConfiguration.maximumGracefulShutdownDuration = .seconds(25)
        let group = ServiceGroup(configuration: groupConfiguration)
        do {
            try await group.run()
        } catch {
            try await database.close()
            throw CommandFailure("the server stopped: \(Self.sentence(error, configuration))")
        }
        try await database.close()
        let statistics = database.writerStatistics
        logger.info("\(settings.database.kind) writer: \(statistics.writes) writes in \(statistics.commits) commits")
    }

    /// Refuses what cannot be served before the ledger is made or moved forward: then nothing has been changed.
    private static func validate(_ configuration: ServerConfiguration, _ location: DatabaseLocation) async throws {
        do {
            try configuration.validate(hasTokens: true)
            guard configuration.requiresToken else { return }
            if let tokens = await location.tokens() { try configuration.validate(hasTokens: tokens.active > 0) }
        } catch {
            throw CommandFailure("\(error)")
        }
    }

    private static func sentence(_ error: any Error, _ configuration: ServerConfiguration) -> String {
        let text = "\(error)"
        guard text.contains("errno: \(EADDRINUSE)") else { return text }
        return "port \(configuration.port) on \(configuration.host) is taken; choose another with --port"
    }
}

/// A failure that the user is told in one sentence.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }

    /// Says why a database cannot be used.
    init(_ error: DatabaseError) {
        let remedy = error.code == .foreign ? "; name another file or database with --database" : ""
        self.init("the database cannot be used: \(error.message)\(remedy)")
    }
}
