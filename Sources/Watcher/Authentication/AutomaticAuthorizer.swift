// SPDX-License-Identifier: Apache-2.0

import Logging

/// Uses the first of several ways to authenticate that works, or none.
struct AutomaticAuthorizer: RequestAuthorizer, Redacted {
    /// What was found: a way, or that there is none.
    struct Finding: Sendable {
        let authorizer: (any RequestAuthorizer)?
    }

    /// How long it takes until what gave nothing is tried again.
    static var pause: Duration { .seconds(10) }

    let finding: RenewedValue<Finding>

    func authorize(_ request: TransportRequest) async throws -> AuthorizedRequest {
        let held = try await self.finding.current()
        guard let authorizer = held.value.authorizer else { return self.unsigned(request, held) }
        return try await authorizer.authorize(request)
    }

    func authorize(_ request: TransportRequest, whenDone: @escaping AuthorizedRequest.Receiver) {
        self.finding.whenUsable { result in
            switch result {
            case .success(let held):
                guard let authorizer = held.value.authorizer else {
                    return whenDone(.success(self.unsigned(request, held)))
                }
                authorizer.authorize(request, whenDone: whenDone)
            case .failure(let error): whenDone(.failure(error))
            }
        }
    }

    /// Requests without a credential have versions below zero, which no authorizer gives.
    private func unsigned(_ request: TransportRequest, _ held: RenewedValue<Finding>.Held) -> AuthorizedRequest {
        AuthorizedRequest(request: request, version: -held.version)
    }

    /// What stands before a server may answer 403 to those who say nothing of themselves.
    func discard(_ refused: AuthorizedRequest, status: Int) -> Bool {
        if refused.version < 0 { return self.finding.discard(version: -refused.version) }
        return self.finding.held?.value.authorizer?.discard(refused, status: status) ?? true
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
