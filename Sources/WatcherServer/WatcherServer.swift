// SPDX-License-Identifier: Apache-2.0
package import Hummingbird
package import Logging
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
        /// Whether the database answers.
        package let health: HealthService

        /// Makes all services on one ledger.
        package init(_ ledger: Ledger) {
            self.pipelines = PipelineService(ledger)
            self.pipelineTypes = PipelineTypeService(ledger)
            self.addresses = AddressService(ledger)
            self.lineage = LineageService(ledger)
            self.reporting = ReportingService(ledger)
            self.executions = ExecutionService(ledger)
            self.health = HealthService(ledger)
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
        router.add(middleware: ProblemMiddleware())
        let routes = Routes(router: router, maximumBodySize: configuration.maximumBodySize)
        HealthController(health: services.health).add(to: routes)
        PipelineController(pipelines: services.pipelines).add(to: routes)
        PipelineTypeController(pipelineTypes: services.pipelineTypes).add(to: routes)
        AddressTypeController(addresses: services.addresses).add(to: routes)
        AddressController(addresses: services.addresses, lineage: services.lineage).add(to: routes)
        LineageGraphController(lineage: services.lineage).add(to: routes)
        ReportingController(reporting: services.reporting).add(to: routes)
        ExecutionController(executions: services.executions).add(to: routes)
        return router
    }

    /// Builds the server.
    ///
    /// - Parameters:
    ///   - services: what the routes do.
    ///   - configuration: where it listens and what it accepts.
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
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port),
                serverName: "watcher",
                backlog: 1024
            ),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? configuration.port) },
            logger: logger
        )
    }
}
