// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1

/// Who asks Azure, and for what.
struct AzureIdentity: Sendable {
    /// An application of Microsoft Entra ID.
    struct Application: Sendable {
        /// How it shows who it is.
        enum Proof: Sendable {
            case secret(Secret)
            case federatedTokenFile(String)
        }

        let tenantID: String
        let clientID: String
        let proof: Proof
    }

    /// What the token is for, without `/.default`.
    let resource: String
    let clientID: String?
    let application: Application?

    init(resource: String, clientID: String? = nil, application: Application? = nil) {
        let suffix = "/.default"
        self.resource = resource.hasSuffix(suffix) ? String(resource.dropLast(suffix.count)) : resource
        self.clientID = clientID
        self.application = application
    }
}

/// Gets access tokens of Microsoft Entra ID.
struct AzureTokenSource: Sendable {
    let identity: AzureIdentity
    let sources: CredentialSources
    let client: CredentialClient

    func fetch() async throws -> RenewedValue<BearerToken>.Fetched {
        let (request, advice) = try self.request()
        do {
            let answer = try await self.client.askForObject(request)
            guard let text = answer["access_token"]?.string else {
                throw self.client.error("the answer holds no access_token", request)
            }
            guard let left = self.timeLeft(answer) else {
                throw self.client.error("the answer does not say when the token expires", request)
            }
            guard left > .zero else {
                throw self.client.error("the token it gave has expired; is this machine's clock right?", request)
            }
            return .init(value: try BearerToken(issued: text, by: request.whom), validFor: left)
        } catch let error as WatcherError {
            throw error.advising(advice)
        }
    }

    private func request() throws -> (CredentialRequest, advice: String) {
        if let application = try self.identity.application ?? self.environmentApplication() {
            return (
                try self.tokenRequest(application), "Check the tenant, the application and its secret or federation."
            )
        }
        let clientID = self.identity.clientID ?? self.sources.variable("AZURE_CLIENT_ID")
        let whose = clientID.map { [("client_id", $0)] } ?? []
        if let endpoint = self.sources.variable("IDENTITY_ENDPOINT"),
            let header = self.sources.variable("IDENTITY_HEADER")
        {
            // An App Service names an address within the machine, which may be a link-local one.
            guard CredentialSources.mayReceiveSecrets(endpoint, alsoLinkLocal: true) else {
                throw WatcherError(
                    .authentication,
                    "IDENTITY_ENDPOINT is neither https nor an address within this machine: no secret is sent there."
                )
            }
            let query: [(name: String, value: String)] =
                [("api-version", "2019-08-01"), ("resource", self.identity.resource)] + whose
            return (
                CredentialRequest(
                    url: "\(endpoint)?\(FormEncoding.text(query))",
                    headers: [("X-IDENTITY-HEADER", header)],
                    whom: "The identity endpoint of this App Service",
                    timeout: self.sources.localTimeout
                ),
                "Switch a managed identity on for this app, and check the resource."
            )
        }
        let query: [(name: String, value: String)] =
            [("api-version", "2018-02-01"), ("resource", self.identity.resource)] + whose
        return (
            CredentialRequest(
                url: "\(self.sources.azureMetadata)/metadata/identity/oauth2/token?\(FormEncoding.text(query))",
                headers: [("Metadata", "true")],
                whom: "The metadata service of Azure",
                timeout: self.sources.localTimeout
            ),
            "Run on a machine of Azure that has a managed identity, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and "
                + "AZURE_CLIENT_SECRET."
        )
    }

    private func environmentApplication() throws -> AzureIdentity.Application? {
        guard let tenant = self.sources.variable("AZURE_TENANT_ID") else { return nil }
        let variable = self.sources.variable("AZURE_CLIENT_ID")
        // A secret belongs to the application it was set with, and no other is to see it.
        if let clientID = variable, clientID == self.identity.clientID ?? clientID,
            let secret = self.sources.variable("AZURE_CLIENT_SECRET")
        {
            return .init(tenantID: tenant, clientID: clientID, proof: .secret(Secret(secret)))
        }
        // A federated token says who this machine is; several identities may trust it.
        if let clientID = self.identity.clientID ?? variable,
            let file = self.sources.variable("AZURE_FEDERATED_TOKEN_FILE")
        {
            return .init(tenantID: tenant, clientID: clientID, proof: .federatedTokenFile(file))
        }
        return nil
    }

    private func tokenRequest(_ application: AzureIdentity.Application) throws -> CredentialRequest {
        guard CredentialSources.mayReceiveSecrets(self.sources.azureAuthority) else {
            throw WatcherError(.authentication, "AZURE_AUTHORITY_HOST is not https: no secret is sent there.")
        }
        var form: [(name: String, value: String)] = [
            ("grant_type", "client_credentials"), ("client_id", application.clientID),
            ("scope", "\(self.identity.resource)/.default"),
        ]
        switch application.proof {
        case .secret(let secret): form.append(("client_secret", secret.value))
        case .federatedTokenFile(let file):
            let assertion: String
            do {
                assertion = try CredentialSources.text(ofFile: file)
            } catch {
                throw WatcherError(
                    .authentication,
                    "The federated token's file, \(file), cannot be read. Check AZURE_FEDERATED_TOKEN_FILE.",
                    cause: error
                )
            }
            form.append(("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"))
            form.append(("client_assertion", assertion))
        }
        let tenant = ServerAddress.percentEncoded(application.tenantID)
        return CredentialRequest(
            method: .POST,
            url: "\(self.sources.azureAuthority)/\(tenant)/oauth2/v2.0/token",
            form: form,
            whom: "Microsoft Entra ID",
            timeout: self.sources.remoteTimeout
        )
    }

    /// Seconds from now, or else since 1970; metadata services send them as texts.
    private func timeLeft(_ answer: [String: JSONValue]) -> Duration? {
        func seconds(_ key: String) -> Int64? {
            let value = answer[key]
            guard let seconds = value?.integer ?? value?.string.flatMap({ Int64($0) }),
                (0...100_000_000_000).contains(seconds)
            else { return nil }
            return seconds
        }
        if let left = seconds("expires_in") { return .seconds(left) }
        guard let end = seconds("expires_on") else { return nil }
        return self.client.surroundings.now().duration(to: WireTimestamp(microseconds: end * 1_000_000))
    }
}
