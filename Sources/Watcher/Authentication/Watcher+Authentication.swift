// SPDX-License-Identifier: Apache-2.0

extension Watcher {
    /// How a client shows the server who it is.
    ///
    /// Tokens that expire are renewed before they do, once for all tasks that wait. When the server answers 401, the
    /// token is fetched anew and the request is sent once more. Nothing of a credential is ever printed or logged.
    public struct Authentication: Sendable {
        enum Kind: Sendable {
            case none
            case bearer(Secret)
            case bearerFile(String)
            case bearerFrom(validFor: Duration, @Sendable () async throws -> String)
            case google(audience: String?, serviceAccountFile: String?)
            case azure(AzureIdentity)
            case aws(region: String?, service: String, profile: String?)
            case automatic
        }

        let kind: Kind

        /// Sends no credentials.
        public static let none = Self(kind: .none)

        /// Sends a token that stays the same, in the header field `Authorization: Bearer …`.
        public static func bearer(_ token: String) -> Self {
            Self(kind: .bearer(Secret(token)))
        }

        /// Sends the token that a file holds, without the blanks and line ends around it.
        ///
        /// The file is read for every request, so a token that is rotated by replacing the file is used at once.
        ///
        /// - Parameter path: the file, such as `/var/run/secrets/tokens/watcher`.
        /// - Returns: the way to authenticate.
        public static func bearerFile(_ path: String) -> Self {
            Self(kind: .bearerFile(path))
        }

        /// Sends the token that `token` returns.
        ///
        /// It is asked for one before the first request, and again shortly before the token expires or when the server
        /// refuses it; many requests at once ask once. The result of an error is not kept. It has as long as a request
        /// (``Watcher/Configuration/requestTimeout``): what it returns later is not used.
        ///
        /// - Parameters:
        ///   - validFor: for how long a token counts that does not say so itself; 5 minutes when not given. A JSON web
        ///     token says so.
        ///   - token: gets a token. Its error is the cause of the error that the call of the client throws.
        /// - Returns: the way to authenticate.
        public static func bearer(
            validFor: Duration = .seconds(300),
            _ token: @escaping @Sendable () async throws -> String
        ) -> Self {
            Self(kind: .bearerFrom(validFor: validFor, token))
        }

        /// Sends an identity token of Google Cloud.
        ///
        /// It comes from a service account's key, when there is one, and otherwise from the metadata server of the
        /// machine, which only Google's machines have. `GCE_METADATA_HOST` names another host for that.
        ///
        /// - Parameters:
        ///   - audience: for whom the token is; without one, the URL of the Watcher server.
        ///   - serviceAccountFile: the JSON file with the service account's key; without one, the file that
        ///     `GOOGLE_APPLICATION_CREDENTIALS` names, if any.
        /// - Returns: the way to authenticate.
        public static func gcp(audience: String? = nil, serviceAccountFile: String? = nil) -> Self {
            Self(kind: .google(audience: audience, serviceAccountFile: serviceAccountFile))
        }

        /// Sends an access token of Microsoft Entra ID that Azure gives to this machine or its environment.
        ///
        /// Tried is what the environment names first: a secret (`AZURE_TENANT_ID`, `AZURE_CLIENT_ID`,
        /// `AZURE_CLIENT_SECRET`; not for another `clientID`), a federated token (`AZURE_FEDERATED_TOKEN_FILE`), the identity of an App Service
        /// (`IDENTITY_ENDPOINT`, `IDENTITY_HEADER`); and else the managed identity of the machine.
        ///
        /// - Parameters:
        ///   - resource: what the token is for, such as `api://watcher`; a scope with `/.default` at its end is as good.
        ///   - clientID: which of several managed identities; without one, that of `AZURE_CLIENT_ID`, if any.
        /// - Returns: the way to authenticate.
        public static func azure(resource: String, clientID: String? = nil) -> Self {
            Self(kind: .azure(AzureIdentity(resource: resource, clientID: clientID)))
        }

        /// Sends an access token that Microsoft Entra ID gives for the secret of an application.
        ///
        /// - Parameters:
        ///   - resource: what the token is for, such as `api://watcher`; a scope with `/.default` at its end is as good.
        ///   - tenantID: the directory.
        ///   - clientID: the application.
        ///   - clientSecret: the secret of the application.
        /// - Returns: the way to authenticate.
        public static func azure(
            resource: String,
            tenantID: String,
            clientID: String,
            clientSecret: String
        ) -> Self {
            let application = AzureIdentity.Application(
                tenantID: tenantID,
                clientID: clientID,
                proof: .secret(Secret(clientSecret))
            )
            return Self(kind: .azure(AzureIdentity(resource: resource, application: application)))
        }

        /// Signs every request as AWS wants it (Signature Version 4), for a server behind an API Gateway.
        ///
        /// The credentials come from the first that has some: the environment (`AWS_ACCESS_KEY_ID`,
        /// `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`), the shared file (`~/.aws/credentials`), the container
        /// (`AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` or `…_FULL_URI`), the metadata of the machine (version 2, unless
        /// `AWS_EC2_METADATA_DISABLED` is true).
        ///
        /// - Parameters:
        ///   - region: such as `eu-central-1`; without one, that of `AWS_REGION` or `AWS_DEFAULT_REGION`.
        ///   - service: the name that AWS has for what receives the requests; `execute-api` is the API Gateway.
        ///   - profile: the part of the shared file; without one, that of `AWS_PROFILE`, or else `default`. One that is
        ///     named must have keys, and one that is given here comes before the environment's keys.
        /// - Returns: the way to authenticate.
        public static func aws(
            region: String? = nil,
            service: String = "execute-api",
            profile: String? = nil
        ) -> Self {
            Self(kind: .aws(region: region, service: service, profile: profile))
        }

        /// Uses what the environment offers, and nothing when it offers nothing.
        ///
        /// | the environment has | the client uses |
        /// | --- | --- |
        /// | `WATCHER_TOKEN` | ``bearer(_:)`` |
        /// | `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI`, `AWS_CONTAINER_CREDENTIALS_FULL_URI` or `AWS_EXECUTION_ENV`, and a region | ``aws(region:service:profile:)`` |
        /// | `GOOGLE_APPLICATION_CREDENTIALS`, `K_SERVICE`, `CLOUD_RUN_JOB`, `GAE_SERVICE` or `GCE_METADATA_HOST` | ``gcp(audience:serviceAccountFile:)`` |
        ///
        /// The first line that applies and gives a credential within one second counts. When none does, requests are
        /// sent without one, and the log warns; the client looks again after 10 seconds, and after a 401 or 403. No address of the network is asked
        /// unless the environment says that it is there. Azure is left out, because its tokens need a resource.
        public static let automatic = Self(kind: .automatic)
    }
}

extension Watcher.Authentication: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The kind of authentication, without anything secret.
    public var description: String {
        switch self.kind {
        case .none: "none"
        case .bearer: "bearer token <REDACTED>"
        case .bearerFile(let path): "bearer token of the file \(path)"
        case .bearerFrom: "bearer token of a closure"
        case .google: "identity token of Google Cloud"
        case .azure: "access token of Azure"
        case .aws: "signature of AWS"
        case .automatic: "automatic"
        }
    }

    /// The same as ``description``.
    public var debugDescription: String { self.description }

    /// Shows nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
