// SPDX-License-Identifier: Apache-2.0
package import Hummingbird
import HummingbirdCore
import HummingbirdTLS
package import Logging
package import WatcherCore
package import WatcherServices

/// The HTTP server.
package enum WatcherServer {
    /// The use cases that the server offers.
    package struct Services: Sendable {
        /// Of pipelines.
        package let pipelines: PipelineService
        /// Of pipeline types.
        package let pipelineTypes: PipelineTypeService
        /// Of addresses and their types.
        package let addresses: AddressService
        /// Of lineage.
        package let lineage: LineageService
        /// Of reports.
        package let reporting: ReportingService
        /// Of executions.
        package let executions: ExecutionService
        /// Of anomaly detection.
        package let anomalies: AnomalyService
        /// Looks for data that is too old.
        package let freshness: FreshnessService
        /// Looks for executions that take too long.
        package let timeliness: TimelinessService
        /// Deletes what has grown old.
        package let retention: RetentionService
        /// Of the queue of jobs.
        package let queue: QueueMonitorService
        /// Whether the database answers.
        package let health: HealthService
        /// What people see first.
        package let overview: OverviewService
        /// How the ledger is.
        package let diagnostics: DiagnosticsService
        /// Who may do what; run it beside the server, so that it notices changes.
        package let authenticator: Authenticator

        /// The figures of the ledger.
        package let metrics: MetricsService
        /// Counts the requests.
        package let requests = RequestMetrics()

        /// Makes all services on one ledger.
        ///
        /// - Parameters:
        ///   - ledger: the ledger.
        ///   - defaultAnomalyRules: the metrics for which a new pipeline gets an anomaly detection rule.
        ///   - authenticator: who may do what; `nil` asks the ledger.
        package init(
            _ ledger: Ledger,
            defaultAnomalyRules: [AnomalyMetric] = [],
            authenticator: Authenticator? = nil
        ) {
            self.authenticator = authenticator ?? Authenticator(ledger)
            self.pipelines = PipelineService(ledger, defaultAnomalyRules: defaultAnomalyRules)
            self.pipelineTypes = PipelineTypeService(ledger)
            self.addresses = AddressService(ledger)
            self.lineage = LineageService(ledger)
            self.reporting = ReportingService(ledger)
            self.executions = ExecutionService(ledger)
            self.anomalies = AnomalyService(ledger)
            self.freshness = FreshnessService(ledger)
            self.timeliness = TimelinessService(ledger)
            self.retention = RetentionService(ledger)
            self.queue = QueueMonitorService(ledger)
            self.health = HealthService(ledger)
            self.overview = OverviewService(ledger)
            self.diagnostics = DiagnosticsService(ledger)
            self.metrics = MetricsService(ledger)
        }
    }

    /// Builds the table of all routes.
    ///
    /// - Parameters:
    ///   - services: what the routes do.
    ///   - configuration: what they accept.
    /// - Returns: the router.
    package static func router(
        _ services: Services,
        _ configuration: ServerConfiguration
    ) -> Router<WatcherRequestContext> {
        let router = Router(context: WatcherRequestContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: ObservationMiddleware(metrics: services.requests))
        router.add(middleware: ProblemMiddleware())
        router.add(middleware: OverloadMiddleware(maximum: configuration.maximumConcurrentRequests))
        router.add(
            middleware: AuthenticationMiddleware(
                authenticator: services.authenticator,
                requiresToken: configuration.requiresToken,
                rates: configuration.rateLimit.map { RateLimiter($0) }
            )
        )
        router.add(middleware: TrailingSlashMiddleware())
        let routes = Routes(router: router, maximumBodySize: configuration.maximumBodySize)
        HealthController(health: services.health).add(to: routes)
        OverviewController(overview: services.overview, figures: services.metrics).add(to: routes)
        DiagnosticsController(diagnostics: services.diagnostics).add(to: routes)
        MetricsController(requests: services.requests, figures: services.metrics).add(to: routes)
        DocsController().add(to: routes)
        PipelineController(pipelines: services.pipelines).add(to: routes)
        PipelineTypeController(pipelineTypes: services.pipelineTypes).add(to: routes)
        AddressTypeController(addresses: services.addresses).add(to: routes)
        AddressController(addresses: services.addresses, lineage: services.lineage).add(to: routes)
        LineageGraphController(lineage: services.lineage).add(to: routes)
        ReportingController(reporting: services.reporting).add(to: routes)
        ExecutionController(executions: services.executions).add(to: routes)
        AnomalyController(anomalies: services.anomalies).add(to: routes)
        MonitoringController(
            freshness: services.freshness,
            timeliness: services.timeliness,
            retention: services.retention
        ).add(to: routes)
        QueueController(queue: services.queue).add(to: routes)
        return router
    }

    /// Builds the server.
    ///
    /// - Parameters:
    ///   - services: what the routes do.
    ///   - configuration: where it listens and what it accepts; ``ServerConfiguration/validate(hasTokens:)`` has had no
    ///     objection.
    ///   - logger: told about requests that failed by no fault of the client's.
    ///   - onListening: called with the port once connections are accepted.
    /// - Returns: a service that runs until graceful shutdown, and answers the requests under way before it ends.
    package static func application(
        _ services: Services,
        _ configuration: ServerConfiguration,
        logger: Logger,
        onListening: @escaping @Sendable (Int) async -> Void
    ) -> some ApplicationProtocol {
        Application(
            router: Self.router(services, configuration),
            server: Self.server(configuration),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port),
                serverName: "watcher",
                backlog: 1024
            ),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? configuration.port) },
            logger: logger
        )
    }

    /// The connections of a server: HTTP/1.1, perhaps in TLS, each of them watched.
    private static func server(_ configuration: ServerConfiguration) -> HTTPServerBuilder {
        let connections = ConnectionLimit(maximum: configuration.maximumConnections)
        let timeouts = configuration.timeouts
        let http = HTTP1Channel.Configuration(additionalChannelHandlers: [ConnectionGuard(timeouts, connections)])
        return HTTPServerBuilder { responder in
            let plain = HTTP1Channel(responder: responder, configuration: http)
            guard let tls = try configuration.tls?.configuration() else { return plain }
            return try TLSChannel(plain, tlsConfiguration: tls)
        }
    }
}
