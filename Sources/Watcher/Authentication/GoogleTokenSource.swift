// SPDX-License-Identifier: Apache-2.0

import CryptoExtras
import NIOHTTP1

/// Gets identity tokens of Google Cloud, from the key of a service account or from the machine's metadata server.
struct GoogleTokenSource: Sendable {
    let audience: String
    let serviceAccountFile: String?
    let sources: CredentialSources
    let client: CredentialClient

    func fetch() async throws -> RenewedValue<BearerToken>.Fetched {
        if let file = self.serviceAccountFile ?? self.sources.variable("GOOGLE_APPLICATION_CREDENTIALS") {
            return try await self.exchange(try ServiceAccount(file: file))
        }
        return try await self.askMetadata()
    }

    private func askMetadata() async throws -> RenewedValue<BearerToken>.Fetched {
        let path = "/computeMetadata/v1/instance/service-accounts/default/identity"
        let query = FormEncoding.text([("audience", self.audience), ("format", "full")])
        let request = CredentialRequest(
            url: "\(self.sources.googleMetadata)\(path)?\(query)",
            headers: [("Metadata-Flavor", "Google")],
            whom: "The metadata server of Google Cloud",
            timeout: self.sources.localTimeout
        )
        let answer: [UInt8]
        do {
            answer = try await self.client.ask(request)
        } catch let error as WatcherError {
            throw error.advising(
                "Run on a machine of Google Cloud that has a service account, or name a service account's key file in "
                    + "GOOGLE_APPLICATION_CREDENTIALS."
            )
        }
        let token = String(decoding: answer, as: UTF8.self).split(whereSeparator: \.isWhitespace).joined()
        return try self.fetched(token, request)
    }

    private func exchange(_ account: ServiceAccount) async throws -> RenewedValue<BearerToken>.Fetched {
        let now = self.client.surroundings.now().microseconds / 1_000_000
        let assertion = try JSONWebToken.signed(
            claims: [
                "iss": JSONValue(account.email), "sub": JSONValue(account.email), "aud": JSONValue(account.tokenURL),
                "iat": JSONValue(now), "exp": JSONValue(now + 3600), "target_audience": JSONValue(self.audience),
            ],
            keyID: account.keyID,
            key: account.key
        )
        let request = CredentialRequest(
            method: .POST,
            url: account.tokenURL,
            form: [("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", assertion)],
            whom: "Google's token service",
            timeout: self.sources.remoteTimeout
        )
        let answer: [String: JSONValue]
        do {
            answer = try await self.client.askForObject(request)
        } catch let error as WatcherError {
            throw error.advising(
                "Check that the service account \(account.email) and its key exist, and that this machine's clock is right."
            )
        }
        guard let token = answer["id_token"]?.string else {
            throw self.client.error("the answer holds no id_token", request)
        }
        return try self.fetched(token, request)
    }

    private func fetched(_ token: String, _ request: CredentialRequest) throws -> RenewedValue<BearerToken>.Fetched {
        guard let expiry = JSONWebToken.expiry(of: token) else {
            throw self.client.error("the answer is no identity token", request)
        }
        let left = self.client.surroundings.now().duration(to: expiry)
        guard left > .zero else {
            throw self.client.error("the token it gave has expired; is this machine's clock right?", request)
        }
        return .init(value: try BearerToken(issued: token, by: request.whom), validFor: left)
    }
}

/// The key of a service account, as Google's console gives it.
private struct ServiceAccount: Redacted {
    let email: String
    let keyID: String?
    let key: _RSA.Signing.PrivateKey
    let tokenURL: String

    init(file: String) throws {
        let name = "The service account's file, \(file),"
        let text: String
        do {
            text = try CredentialSources.text(ofFile: file)
        } catch {
            throw WatcherError(
                .authentication,
                "\(name) cannot be read. Check GOOGLE_APPLICATION_CREDENTIALS, or the path that was given.",
                cause: error
            )
        }
        let object = (try? JSONParser.parse(text))?.object ?? [:]
        guard object["type"]?.string == "service_account", let email = object["client_email"]?.string,
            let pem = object["private_key"]?.string
        else {
            throw WatcherError(
                .authentication,
                "\(name) is no key of a service account (\"type\": \"service_account\", with client_email and private_key). "
                    + "Other kinds of credentials give no identity token for an audience."
            )
        }
        let tokenURL = object["token_uri"]?.string ?? "https://oauth2.googleapis.com/token"
        guard CredentialSources.mayReceiveSecrets(tokenURL) else {
            throw WatcherError(.authentication, "\(name) names a token_uri that is not https.")
        }
        // The error of the parser is left out: it is about the key.
        guard let key = try? _RSA.Signing.PrivateKey(pemRepresentation: pem) else {
            throw WatcherError(.authentication, "\(name) holds a private_key that cannot be read. Make a new key.")
        }
        self.email = email
        self.keyID = object["private_key_id"]?.string
        self.key = key
        self.tokenURL = tokenURL
    }
}

extension WatcherError {
    /// The same error, with what to do about it.
    func advising(_ advice: String) -> WatcherError {
        WatcherError(self.code, "\(self.message) \(advice)", status: self.status, cause: self.cause)
    }
}
