// SPDX-License-Identifier: Apache-2.0

import Logging

/// Uses the first of several ways to authenticate that works, or none.
struct AutomaticAuthorizer: RequestAuthorizer, Redacted {
    /// What was found: a way, or that there is none.
    struct Finding: Sendable {
        let authorizer: (any RequestAuthorizer)?
    }

    let finding: RenewedValue<Finding>

    func authorize(_ request: TransportRequest) async throws -> AuthorizedRequest {
        let held = try await self.finding.current()
        guard let authorizer = held.value.authorizer else {
            return AuthorizedRequest(request: request, version: held.version)
        }
        return try await authorizer.authorize(request)
    }

    func authorizeAtOnce(_ request: TransportRequest) -> AuthorizedRequest? {
        guard let held = self.finding.atHand() else { return nil }
        guard let authorizer = held.value.authorizer else {
            return AuthorizedRequest(request: request, version: held.version)
        }
        return authorizer.authorizeAtOnce(request)
    }

    func discard(_ refused: AuthorizedRequest, status: Int) -> Bool {
        guard let held = self.finding.atHand() else { return true }
        if let authorizer = held.value.authorizer { return authorizer.discard(refused, status: status) }
        guard status == 401 else { return false }
        self.finding.discard(version: held.version)
        return true
    }

    /// Tries the ways in turn until one gives a credential or the time is over.
    static func find(
        _ candidates: [(name: String, authorizer: any RequestAuthorizer)],
        within time: Duration,
        logger: Logger
    ) async throws -> Finding {
        let trial = TransportRequest(method: .get, url: "https://localhost/")
        return try await withThrowingTaskGroup(of: Finding?.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                for (name, authorizer) in candidates {
                    do {
                        _ = try await authorizer.authorize(trial)
                        logger.info("Requests are authenticated", metadata: [LogKey.authentication: "\(name)"])
                        return Finding(authorizer: authorizer)
                    } catch {
                        if Task.isCancelled { return nil }
                        logger.warning(
                            "A way to authenticate that the environment offers does not work",
                            metadata: [LogKey.authentication: "\(name)", LogKey.error: "\(error)"]
                        )
                    }
                }
                return Finding(authorizer: nil)
            }
            group.addTask {
                try await Task.sleep(for: time)
                return nil
            }
            if let first = try await group.next(), let finding = first { return finding }
            logger.warning("Requests are sent without authentication: nothing gave a credential within \(time)")
            return Finding(authorizer: nil)
        }
    }
}
