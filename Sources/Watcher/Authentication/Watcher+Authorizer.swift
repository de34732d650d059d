// SPDX-License-Identifier: Apache-2.0

import Logging

extension Watcher.Authentication {
    /// Who adds the credentials; `nil` when there are none.
    ///
    /// What could take for ever, a closure and a file, has `time` to give a token; the other sources keep limits of their
    /// own.
    ///
    /// - Throws: ``WatcherError`` with the code ``WatcherError/Code/configuration`` for what can be known to be wrong
    ///   before the first request.
    func authorizer(
        server: ServerAddress,
        sources: CredentialSources,
        within time: Duration,
        surroundings: Surroundings,
        logger: Logger
    ) throws(WatcherError) -> (any RequestAuthorizer)? {
        let client = CredentialClient(surroundings: surroundings)
        switch self.kind {
        case .none: return nil
        case .bearer(let token): return StaticBearerAuthorizer(token: try BearerToken(token.value))
        case .bearerFile(let path):
            guard !path.isEmpty else { throw Self.error("the path of the bearer token's file is empty") }
            let source = FileTokenSource(path: path)
            let limit = FetchLimit(time: time, whom: source.name)
            return BearerFileAuthorizer(
                token: RenewedValue(surroundings, limit: limit) { try source.fetch() }
            )
        case .bearerFrom(let validFor, let token):
            guard validFor > .zero else { throw Self.error("validFor must be above zero") }
            let source = ClosureTokenSource(validFor: validFor, now: surroundings.now, token: token)
            // The closure is the caller's, and runs where the caller's tasks run.
            let limit = FetchLimit(time: time, whom: "The closure that gives the bearer token")
            return RenewedBearerAuthorizer(
                token: RenewedValue(surroundings, executor: nil, limit: limit) { try await source.fetch() }
            )
        case .google(let audience, let file):
            let source = GoogleTokenSource(
                audience: audience ?? server.text,
                serviceAccountFile: file,
                sources: sources,
                client: client
            )
            return Self.renewed(surroundings) { try await source.fetch() }
        case .azure(let identity):
            guard !identity.resource.isEmpty else { throw Self.error("the resource of Azure's token is empty") }
            let source = AzureTokenSource(identity: identity, sources: sources, client: client)
            return Self.renewed(surroundings) { try await source.fetch() }
        case .aws(let region, let service, let profile):
            guard let region = region ?? Self.region(sources), !region.isEmpty, !service.isEmpty else {
                throw Self.error("AWS's signature needs a region and a service: give them, or set AWS_REGION")
            }
            let chain = AWSCredentialChain(profile: profile, sources: sources, client: client)
            return SignatureAuthorizer(
                region: region,
                service: service,
                now: surroundings.now,
                credentials: RenewedValue(surroundings) { try await chain.fetch() }
            )
        case .automatic:
            var candidates: [(name: String, authorizer: any RequestAuthorizer)] = []
            for (name, way) in Self.offered(sources) {
                let authorizer = try way.authorizer(
                    server: server,
                    sources: sources,
                    within: time,
                    surroundings: surroundings,
                    logger: logger
                )
                if let authorizer { candidates.append((name, authorizer)) }
            }
            guard !candidates.isEmpty else { return nil }
            return AutomaticAuthorizer(
                finding: RenewedValue(surroundings) { [candidates] in
                    let finding = try await AutomaticAuthorizer.find(
                        candidates,
                        within: sources.detectionTime,
                        logger: logger
                    )
                    // What gave nothing may come up later; who sends meanwhile does not wait for it.
                    let renewAfter = finding.authorizer == nil ? AutomaticAuthorizer.pause : nil
                    return .init(value: finding, validFor: nil, renewAfter: renewAfter)
                }
            )
        }
    }

    /// What the environment says is there; nothing is asked for it.
    private static func offered(_ sources: CredentialSources) -> [(name: String, way: Self)] {
        func has(_ names: String...) -> Bool { names.contains { sources.variable($0) != nil } }
        var ways: [(String, Self)] = []
        if let token = sources.variable("WATCHER_TOKEN") {
            ways.append(("WATCHER_TOKEN", TokenSource.file(token).map { .bearerFile($0) } ?? .bearer(token)))
        }
        let containerOrRole = has(
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
            "AWS_EXECUTION_ENV"
        )
        if containerOrRole || has("AWS_ACCESS_KEY_ID") && has("AWS_SECRET_ACCESS_KEY"), Self.region(sources) != nil {
            ways.append(("aws", .aws()))
        }
        if has("GOOGLE_APPLICATION_CREDENTIALS", "K_SERVICE", "CLOUD_RUN_JOB", "GAE_SERVICE", "GCE_METADATA_HOST") {
            ways.append(("gcp", .gcp()))
        }
        return ways
    }

    private static func region(_ sources: CredentialSources) -> String? {
        sources.variable("AWS_REGION") ?? sources.variable("AWS_DEFAULT_REGION")
    }

    private static func renewed(
        _ surroundings: Surroundings,
        _ fetch: @escaping @Sendable () async throws -> RenewedValue<BearerToken>.Fetched
    ) -> RenewedBearerAuthorizer {
        RenewedBearerAuthorizer(token: RenewedValue(surroundings, fetch: fetch))
    }

    private static func error(_ reason: String) -> WatcherError {
        WatcherError(.configuration, "The authentication cannot be used: \(reason).")
    }
}
