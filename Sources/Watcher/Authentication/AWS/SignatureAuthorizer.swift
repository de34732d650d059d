// SPDX-License-Identifier: Apache-2.0

/// Signs every request with AWS's credentials, at the time it is sent.
struct SignatureAuthorizer: RequestAuthorizer, Redacted {
    let region: String
    let service: String
    let now: @Sendable () -> WireTimestamp
    let credentials: RenewedValue<AWSCredentials>

    func authorize(_ request: TransportRequest) async throws -> AuthorizedRequest {
        self.signed(request, try await self.credentials.current())
    }

    func authorize(_ request: TransportRequest, whenDone: @escaping AuthorizedRequest.Receiver) {
        self.credentials.whenUsable { result in whenDone(result.map { self.signed(request, $0) }) }
    }

    private func signed(_ request: TransportRequest, _ held: RenewedValue<AWSCredentials>.Held) -> AuthorizedRequest {
        let signature = SignatureV4(
            credentials: held.value,
            region: self.region,
            service: self.service,
            now: self.now()
        )
        return AuthorizedRequest(request: signature.sign(request), version: held.version)
    }

    /// AWS answers 403 to signatures with credentials that have expired.
    func discard(_ refused: AuthorizedRequest, status: Int) -> Bool {
        self.credentials.discard(version: refused.version)
    }
}
