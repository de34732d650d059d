// SPDX-License-Identifier: Apache-2.0

public import Logging

/// A client of a Watcher server: it declares pipelines, and records what their executions did.
///
/// ```swift
/// let watcher = try Watcher("https://api.watcher.example.com", token: token)
/// let synced = try await watcher.syncPipelineConfig(config)
/// let output = try await watcher.trackPipelineExecution(synced) { context in
///     ETLResults(completedSuccessfully: true, inserts: 100, totalRows: 100)
/// }
/// ```
///
/// A client is a value: make it once, copy it freely, use it from as many tasks as you like. There is nothing to shut
/// down: all clients share one pool of connections that lives as long as the process, unless
/// ``Configuration/httpClient`` names another one.
public struct Watcher: Sendable {
    /// How the client sends, waits and retries.
    public let configuration: Configuration

    let server: ServerAddress
    let surroundings: Surroundings
    let delivery: RequestDelivery
    var process: ProcessContext
    let heartbeats: HeartbeatSender
    let logger: Logger

    /// Makes a client; one that is disabled, where the environment says `WATCHER_DISABLED=1`.
    ///
    /// - Parameters:
    ///   - url: where the server is, such as `https://api.watcher.example.com`; a path before the server's own paths is
    ///     kept.
    ///   - token: sent as a bearer token with every request; never printed or logged.
    ///   - configuration: how the client sends, waits and retries.
    ///   - logger: where the client logs; without one, a logger with the label `watcher`.
    /// - Throws: ``WatcherError`` with the code ``WatcherError/Code/configuration`` when the URL, the token or the
    ///   configuration cannot be used.
    public init(
        _ url: String,
        token: String? = nil,
        configuration: Configuration = .init(),
        logger: Logger? = nil
    ) throws {
        try self.init(
            url,
            authentication: token.map { .bearer($0) } ?? .none,
            configuration: configuration,
            logger: logger
        )
    }

    /// Makes a client that authenticates in another way than with a token that stays the same.
    ///
    /// - Parameters:
    ///   - url: where the server is, such as `https://api.watcher.example.com`; a path before the server's own paths is
    ///     kept.
    ///   - authentication: how the client shows who it is.
    ///   - configuration: how the client sends, waits and retries.
    ///   - logger: where the client logs; without one, a logger with the label `watcher`.
    /// - Throws: ``WatcherError`` with the code ``WatcherError/Code/configuration`` when the URL, the authentication or
    ///   the configuration cannot be used.
    public init(
        _ url: String,
        authentication: Authentication,
        configuration: Configuration = .init(),
        logger: Logger? = nil
    ) throws {
        try self.init(
            url,
            authentication: authentication,
            configuration: configuration,
            logger: logger,
            surroundings: .live,
            environment: CredentialSources.live.environment
        )
    }

    /// Makes a client that sends through `transport`, takes time and randomness from `surroundings`, and knows of the
    /// orchestrator what `environment` says.
    package init(
        _ url: String,
        token: String? = nil,
        authentication: Authentication? = nil,
        configuration: Configuration = .init(),
        logger: Logger? = nil,
        transport: any Transport,
        surroundings: Surroundings,
        credentials: CredentialSources = .live,
        environment: [String: String] = [:]
    ) throws {
        let configuration = try configuration.heeding(environment)
        try configuration.validate()
        self.configuration = configuration
        self.server = try ServerAddress(url)
        self.surroundings = surroundings
        self.logger = logger ?? Logger(label: "watcher")
        self.process =
            configuration.readsOrchestration
            ? ProcessContext(environment: environment, server: self.server, logger: self.logger) : .none
        let given = authentication ?? token.map { .bearer($0) } ?? .none
        let used = configuration.isEnabled ? given : .none
        let authorizer = try used.authorizer(
            server: self.server,
            sources: credentials,
            within: configuration.requestTimeout,
            surroundings: surroundings,
            logger: self.logger
        )
        self.delivery = RequestDelivery(
            server: self.server,
            transport: authorizer.map { AuthenticatingTransport(transport: transport, authorizer: $0) } ?? transport,
            policy: configuration.retries,
            surroundings: surroundings,
            logger: self.logger,
            traceparent: self.process.traceparent,
            isEnabled: configuration.isEnabled
        )
        self.heartbeats = HeartbeatSender(
            policy: configuration.heartbeats,
            delivery: self.delivery,
            surroundings: surroundings,
            logger: self.logger
        )
    }

    /// Makes a client that sends over the network, with time and randomness from `surroundings`, and knows of the
    /// orchestrator what `environment` says.
    package init(
        _ url: String,
        token: String? = nil,
        authentication: Authentication? = nil,
        configuration: Configuration = .init(),
        logger: Logger? = nil,
        surroundings: Surroundings,
        credentials: CredentialSources = .live,
        environment: [String: String] = [:]
    ) throws {
        try self.init(
            url,
            token: token,
            authentication: authentication,
            configuration: configuration,
            logger: logger,
            transport: AsyncHTTPClientTransport(configuration: configuration),
            surroundings: surroundings,
            credentials: credentials,
            environment: environment
        )
    }
}

extension Watcher: CustomStringConvertible {
    /// Where the client sends to, without the token.
    public var description: String { "Watcher(\(self.server.text))" }
}
