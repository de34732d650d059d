// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import Watcher

struct AzureTests {
    private static let metadataPath = "/metadata/identity/oauth2/token"
    private static let loginPath = "/login/tenant/oauth2/v2.0/token"

    /// Asks once, with an endpoint of Azure that answers `reply`, and returns what that was sent.
    private static func asked(
        _ authentication: Watcher.Authentication,
        _ environment: @Sendable (ScriptedServer) -> [String: String] = { _ in [:] },
        reply: JSONValue = ["access_token": "token", "expires_in": "3600"]
    ) async throws -> ReceivedRequest {
        let script: ScriptedServer.Script = { request in
            request.path == Endpoints.syncPipeline.path ? nil : .answer(200, reply)
        }
        return try await ScriptedServer.run(script) { server in
            let sources = CredentialSources.standIn(server, environment(server))
            let watcher = try server.watcher(authentication, sources)
            try await watcher.ping()
            try await watcher.ping()
            #expect(server.authorizations == ["Bearer token", "Bearer token"])
            #expect(server.received.count == 3, "the token is kept")
            return try #require(server.received.first)
        }
    }

    @Test("the machine's managed identity is asked as Azure wants it")
    func asksTheMetadataService() async throws {
        let asked = try await Self.asked(.azure(resource: "api://watcher"))
        #expect(asked.method == "GET")
        #expect(asked.path == Self.metadataPath)
        #expect(asked.query == "api-version=2018-02-01&resource=api%3A%2F%2Fwatcher")
        #expect(asked.headers["metadata"] == "true")
        let named = try await Self.asked(.azure(resource: "api://watcher/.default", clientID: "c 1"))
        #expect(named.query == "api-version=2018-02-01&resource=api%3A%2F%2Fwatcher&client_id=c%201")
    }

    @Test("an App Service is asked at its own endpoint, with its header")
    func asksTheAppService() async throws {
        let asked = try await Self.asked(
            .azure(resource: "api://watcher"),
            { ["IDENTITY_ENDPOINT": $0.url + "/msi/token", "IDENTITY_HEADER": "h", "AZURE_CLIENT_ID": "c"] },
            reply: ["access_token": "token", "expires_on": "1736514000"]
        )
        #expect(asked.path == "/msi/token")
        #expect(asked.query == "api-version=2019-08-01&resource=api%3A%2F%2Fwatcher&client_id=c")
        #expect(asked.headers["x-identity-header"] == "h")
        #expect(asked.headers["metadata"] == nil)
    }

    @Test("an application's secret is sent as a form to its tenant, given or from the environment")
    func sendsASecret() async throws {
        let given = try await Self.asked(
            .azure(resource: "api://watcher", tenantID: "tenant", clientID: "c", clientSecret: "s/1"),
            reply: ["access_token": "token", "expires_in": 3600]
        )
        let fromEnvironment = try await Self.asked(
            .azure(resource: "api://watcher"),
            { _ in ["AZURE_TENANT_ID": "tenant", "AZURE_CLIENT_ID": "c", "AZURE_CLIENT_SECRET": "s/1"] }
        )
        for asked in [given, fromEnvironment] {
            #expect(asked.method == "POST")
            #expect(asked.path == Self.loginPath)
            #expect(
                asked.text == "grant_type=client_credentials&client_id=c&scope=api%3A%2F%2Fwatcher%2F.default"
                    + "&client_secret=s%2F1"
            )
        }
    }

    @Test("a federated token stands in for the secret")
    func sendsAFederatedToken() async throws {
        try await withTemporaryFolder { folder in
            let file = try folder.appending(path: "token").holding("f.e.d\n")
            let asked = try await Self.asked(
                .azure(resource: "api://watcher"),
                { _ in ["AZURE_TENANT_ID": "tenant", "AZURE_CLIENT_ID": "c", "AZURE_FEDERATED_TOKEN_FILE": file] }
            )
            #expect(asked.path == Self.loginPath)
            #expect(
                asked.text.hasSuffix(
                    "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
                        + "&client_assertion=f.e.d"
                )
            )
        }
    }

    @Test(
        "what is no token is refused with who was asked",
        arguments: [
            (ScriptedReply.answer(404), "it answered 404"), (.text(200, "garbage"), "no JSON object"),
            (.answer(200, ["access_token": "s3cret"]), "when the token expires"),
            (.answer(200, ["expires_in": 3600]), "no access_token"),
            (.answer(200, ["access_token": "s3cret", "expires_on": "1700000000"]), "has expired"),
            (.answer(400, ["error": "invalid_resource"]), "it answered 400 (invalid_resource)"),
            (.answer(429), "it answered 429, 3 times"),
        ]
    )
    func refusesBadAnswers(reply: ScriptedReply, reason: String) async throws {
        try await ScriptedServer.run({ $0.path == Self.metadataPath ? reply : nil }) { server in
            let error = await #expect(throws: WatcherError.self) {
                try await server.watcher(.azure(resource: "r"), .standIn(server)).ping()
            }
            #expect(error?.code == .authentication)
            #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
            #expect(error?.message.contains("metadata service of Azure") == true)
            #expect(error.map { String(reflecting: $0) }?.contains("s3cret") == false)
            #expect(server.authorizations.isEmpty)
        }
    }

    @Test("no secret is sent to an authority that is neither https nor this machine")
    func keepsSecretsFromPlainHTTP() async throws {
        try await ScriptedServer.run { server in
            var sources = CredentialSources.standIn(server)
            sources.azureAuthority = "http://login.example.com"
            let error = await #expect(throws: WatcherError.self) {
                try await server.watcher(
                    .azure(resource: "r", tenantID: "t", clientID: "c", clientSecret: "s"),
                    sources
                ).ping()
            }
            #expect(error?.message.contains("not https") == true)
        }
    }

    @Test("the environment's secret is sent for its own application only; another identity is asked of the machine")
    func keepsASecretWithItsApplication() async throws {
        let variables = ["AZURE_TENANT_ID": "tenant", "AZURE_CLIENT_ID": "c", "AZURE_CLIENT_SECRET": "s"]
        let other = try await Self.asked(.azure(resource: "r", clientID: "other"), { _ in variables })
        #expect(other.path == Self.metadataPath)
        #expect(other.query?.hasSuffix("&client_id=other") == true)
        #expect(other.text.isEmpty)
        let same = try await Self.asked(.azure(resource: "r", clientID: "c"), { _ in variables })
        #expect(same.path == Self.loginPath)
        var nameless = variables
        nameless["AZURE_CLIENT_ID"] = nil
        let unnamed = try await Self.asked(.azure(resource: "r", clientID: "c"), { [nameless] _ in nameless })
        #expect(unnamed.path == Self.metadataPath)
    }

    @Test(
        "the header of an App Service goes to no address outside of the machine",
        arguments: ["http://example.com/", "http://169.254.evil.example/", "http://10.0.0.1/", "ftp://127.0.0.1/"]
    )
    func keepsTheHeaderAtHome(endpoint: String) async throws {
        try await ScriptedServer.run { server in
            let environment = ["IDENTITY_ENDPOINT": endpoint, "IDENTITY_HEADER": "s3cret"]
            let error = await #expect(throws: WatcherError.self) {
                try await server.watcher(.azure(resource: "r"), .standIn(server, environment)).ping()
            }
            #expect(error?.code == .authentication)
            #expect(error?.message.contains("IDENTITY_ENDPOINT") == true)
        }
    }
}
