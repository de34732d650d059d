// SPDX-License-Identifier: Apache-2.0

import Watcher

/// The examples of the guide to authentication; `GuideAuthenticationTests` runs them.
enum GuideAuthenticationExamples {
    static func clients(_ token: @escaping @Sendable () async throws -> String) throws -> [Watcher] {
        let url = "https://watcher.example.com"
        // snippet.begin authentication
        let ways: [Watcher.Authentication] = [
            .bearerFile("/var/run/secrets/tokens/watcher"),
            .bearer { try await token() },
            .gcp(audience: "https://watcher-abc.a.run.app"),
            .azure(resource: "api://watcher"),
            .aws(region: "eu-central-1"),
            .automatic,
        ]
        let clients = try ways.map { try Watcher(url, authentication: $0) }
        // snippet.end
        return clients
    }
}
