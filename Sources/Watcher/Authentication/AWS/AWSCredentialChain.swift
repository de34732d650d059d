// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1

/// Gets AWS's credentials from the first place that has some.
struct AWSCredentialChain: Sendable {
    typealias Fetched = RenewedValue<AWSCredentials>.Fetched

    /// How long credentials of a file count: tools rewrite it.
    static let fileValidity: Duration = .seconds(300)

    let profile: String?
    let sources: CredentialSources
    let client: CredentialClient

    /// Asks the environment, the shared file, the container and the machine, in this order.
    ///
    /// A place that is not there is passed over; one that is there and gives nothing usable is an error, because what
    /// comes after it would be somebody else's. So is a profile that was named and has no keys. The environment is not
    /// asked when the program names a profile.
    func fetch() async throws -> Fetched {
        var tried: [String] = []
        let places: [(inout [String]) async throws -> Fetched?] = [
            self.environment, self.sharedFile, self.container, self.machine,
        ]
        for place in places {
            guard let found = try await place(&tried) else { continue }
            guard found.value.areSendable else {
                throw WatcherError(
                    .authentication,
                    "The AWS credentials that were found cannot be used: a part is empty or no plain text."
                )
            }
            if let left = found.validFor, left <= .zero {
                throw WatcherError(
                    .authentication,
                    "The AWS credentials that were found have expired. Is this machine's clock right?"
                )
            }
            return found
        }
        throw WatcherError(
            .authentication,
            "There are no AWS credentials. Tried: \(tried.joined(separator: "; ")). "
                + "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give the machine or the container a role."
        )
    }

    private func environment(_ tried: inout [String]) -> Fetched? {
        guard self.profile == nil else { return nil }
        guard let id = self.sources.variable("AWS_ACCESS_KEY_ID"),
            let secret = self.sources.variable("AWS_SECRET_ACCESS_KEY")
        else {
            tried.append("the environment (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both set)")
            return nil
        }
        let token = self.sources.variable("AWS_SESSION_TOKEN")
        return Fetched(
            value: AWSCredentials(accessKeyID: id, secretAccessKey: secret, sessionToken: token),
            validFor: nil
        )
    }

    private func sharedFile(_ tried: inout [String]) throws -> Fetched? {
        let named = self.profile ?? self.sources.variable("AWS_PROFILE")
        let home = self.sources.variable("HOME").map { "\($0)/.aws/credentials" }
        let reason: String
        if let path = self.sources.variable("AWS_SHARED_CREDENTIALS_FILE") ?? home {
            let profile = named ?? "default"
            // Most machines have no such file; that it cannot be read is part of what was tried.
            let text = try? CredentialSources.text(ofFile: path)
            if let credentials = text.flatMap({ SharedCredentialsFile.credentials(in: $0, profile: profile) }) {
                return Fetched(value: credentials, validFor: Self.fileValidity)
            }
            reason =
                "the shared file \(path) (\(text == nil ? "cannot be read" : "no keys in its part [\(profile)]"))"
        } else {
            reason = "the shared file (no HOME)"
        }
        if let named {
            throw WatcherError(
                .authentication,
                "The AWS profile '\(named)' gives no credentials. Tried: \(reason). Put its keys there, or name no profile "
                    + "(AWS_PROFILE); roles and single sign-on are not supported."
            )
        }
        tried.append(reason)
        return nil
    }

    private func container(_ tried: inout [String]) async throws -> Fetched? {
        let url: String
        if let relative = self.sources.variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") {
            // Anything else could go on with the host's name.
            guard relative.hasPrefix("/") else {
                throw WatcherError(
                    .authentication,
                    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI does not begin with a slash: nothing is asked there."
                )
            }
            url = self.sources.awsContainer + relative
        } else if let full = self.sources.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI") {
            // The addresses of ECS and EKS, which are within the machine.
            let hosts = ["169.254.170.2", "169.254.170.23", "fd00:ec2::23"]
            guard CredentialSources.mayReceiveSecrets(full, alsoAt: hosts) else {
                throw WatcherError(
                    .authentication,
                    "AWS_CONTAINER_CREDENTIALS_FULL_URI is neither https nor an address within this machine."
                )
            }
            url = full
        } else {
            tried.append(
                "the container (no AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or AWS_CONTAINER_CREDENTIALS_FULL_URI)"
            )
            return nil
        }
        let request = CredentialRequest(
            url: url,
            headers: try self.containerToken().map { [("Authorization", $0)] } ?? [],
            whom: "The container's credential service",
            timeout: self.sources.localTimeout
        )
        return try self.credentials(try await self.client.askForObject(request), request)
    }

    private func containerToken() throws -> String? {
        var token = self.sources.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN")
        if let file = self.sources.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") {
            do {
                token = try CredentialSources.text(ofFile: file)
            } catch {
                throw WatcherError(
                    .authentication,
                    "The file that AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names, \(file), cannot be read.",
                    cause: error
                )
            }
        }
        guard token?.contains(where: \.isNewline) != true else {
            throw WatcherError(.authentication, "The container's authorization token holds a line end.")
        }
        return token
    }

    private func machine(_ tried: inout [String]) async throws -> Fetched? {
        guard self.sources.variable("AWS_EC2_METADATA_DISABLED")?.lowercased() != "true" else {
            tried.append("the machine's metadata (AWS_EC2_METADATA_DISABLED is true)")
            return nil
        }
        func request(_ path: String, _ headers: [(String, String)], method: HTTPMethod = .GET) -> CredentialRequest {
            CredentialRequest(
                method: method,
                url: "\(self.sources.awsMetadata)/latest/\(path)",
                headers: headers,
                whom: "The machine's metadata service",
                timeout: self.sources.localTimeout
            )
        }
        do {
            let ticket = try await self.client.ask(
                request("api/token", [("X-aws-ec2-metadata-token-ttl-seconds", "21600")], method: .PUT)
            )
            let headers = [("X-aws-ec2-metadata-token", String(decoding: ticket, as: UTF8.self))]
            let folder = "meta-data/iam/security-credentials/"
            let roles = String(decoding: try await self.client.ask(request(folder, headers)), as: UTF8.self)
            let role = roles.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? ""
            let last = request(folder + ServerAddress.percentEncoded(role), headers)
            guard !role.isEmpty else { throw self.client.error("the machine has no role", last) }
            return try self.credentials(try await self.client.askForObject(last), last)
        } catch let error as WatcherError {
            // The last place: its error ends the list.
            tried.append("the machine's metadata (\(error.message))")
            return nil
        }
    }

    private func credentials(_ answer: [String: JSONValue], _ request: CredentialRequest) throws -> Fetched {
        guard let id = answer["AccessKeyId"]?.string, let secret = answer["SecretAccessKey"]?.string else {
            throw self.client.error("the answer holds no AccessKeyId and SecretAccessKey", request)
        }
        let expiration = answer["Expiration"]?.string
        let expiry = expiration.flatMap { WireTimestamp($0) }
        guard expiration == nil || expiry != nil else {
            throw self.client.error("the answer does not say in a known form when it expires", request)
        }
        return Fetched(
            value: AWSCredentials(accessKeyID: id, secretAccessKey: secret, sessionToken: answer["Token"]?.string),
            validFor: expiry.map { self.client.surroundings.now().duration(to: $0) }
        )
    }
}
