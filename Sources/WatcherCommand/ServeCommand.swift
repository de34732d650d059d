// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation
import Logging
import ServiceLifecycle
import UnixSignals
import WatcherCore
import WatcherDatabase
import WatcherServer
import WatcherServices
import WatcherStore

/// `watcher serve`: the composition root of the server.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the server.",
        discussion: """
            Listens until it gets SIGINT (Ctrl-C) or SIGTERM; then it takes no new connections, answers the requests \
            under way, and ends. Every answer that says something was written is sent after it is on durable storage.
            """
    )

    @Option(help: "The address to listen on. One that other machines can reach needs a token, or --insecure.")
    var host = "127.0.0.1"

    @Option(help: ArgumentHelp("The port to listen on; 0 takes a free one.", valueName: "port"))
    var port: UInt16 = 8000

    @Option(
        help: ArgumentHelp(
            """
            Where the ledger is: \(DatabaseLocation.forms). Without it, what \(DatabaseLocation.environmentVariable) \
            says, or else sqlite:watcher.sqlite.
            """,
            discussion: "A password in an option can be seen by other users: put it into the environment or ~/.pgpass."
        )
    )
    var database: String?

    @OptionGroup(title: "Security options") var security: ServeSecurityOptions

    @Option(
        help: ArgumentHelp(
            "What goes to standard error: \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "level"
        ),
        transform: Self.logLevel(named:)
    )
    var logLevel: Logger.Level = .info

    func validate() throws {
        _ = try DatabaseLocation(option: self.database)
    }

    func run() async throws {
        let logger = Logger(label: "watcher") { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = self.logLevel
            return handler
        }
        let now: @Sendable () -> Timestamp = { Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1e6)) }

        let location = try DatabaseLocation(option: self.database)
        let database = try location.open(logger: logger)
        do {
            try await database.read { try CopyProgressStore($0).requireNone() }
            try await Migrator(Schema.migrations).migrate(database, now: now().microseconds, logger: logger)
        } catch let error as DatabaseError {
            try await database.close()
            throw CommandFailure("the database cannot be used: \(error.message)")
        }

        var configuration = ServerConfiguration(host: self.host, port: Int(self.port))
        self.security.apply(to: &configuration)
        let ledger = Ledger(database: database, now: now)
        let authenticator = Authenticator(ledger, logger: logger)
        do {
            try await authenticator.refresh()
            try configuration.validate(hasTokens: authenticator.hasActiveTokens)
        } catch {
            try await database.close()
            throw CommandFailure("\(error)")
        }
        let scheme = configuration.tls == nil ? "http" : "https"
        let server = WatcherServer.application(
            WatcherServer.Services(ledger, authenticator: authenticator),
            configuration,
            logger: logger
        ) { port in
            print("watcher: listening on \(scheme)://\(self.host.contains(":") ? "[\(self.host)]" : self.host):\(port)")
            fflush(nil)
        }
        let cleanup = IdempotencyCleanup(database: database, now: now, logger: logger)
        let group = ServiceGroup(
            configuration: .init(
                services: [.init(service: server), .init(service: cleanup), .init(service: authenticator)],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
        )
        do {
            try await group.run()
        } catch {
            try await database.close()
            throw CommandFailure("the server stopped: \(Self.sentence(error, configuration))")
        }
        try await database.close()
        let statistics = database.writerStatistics
        logger.info("\(location.kind) writer: \(statistics.writes) writes in \(statistics.commits) commits")
    }

    private static func logLevel(named name: String) throws -> Logger.Level {
        guard let level = Logger.Level(rawValue: name) else {
            let known = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("'\(name)' is not a log level: use one of \(known)")
        }
        return level
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
}
