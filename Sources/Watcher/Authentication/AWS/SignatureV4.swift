// SPDX-License-Identifier: Apache-2.0

import Crypto

/// Signs requests as AWS wants it: Signature Version 4.
///
/// A pure function of its fields and a request. What is signed is what is sent: method, path, query, body, host, and all
/// header fields but those that stations on the way may change.
package struct SignatureV4: Sendable {
    /// What to sign with.
    package var credentials: AWSCredentials
    /// Where the service runs, such as `eu-central-1`.
    package var region: String
    /// The name that AWS has for the service.
    package var service: String
    /// The time of the signature; AWS accepts some minutes of difference.
    package var now: WireTimestamp

    /// Makes a signature's inputs.
    package init(credentials: AWSCredentials, region: String, service: String, now: WireTimestamp) {
        self.credentials = credentials
        self.region = region
        self.service = service
        self.now = now
    }

    static let algorithm = "AWS4-HMAC-SHA256"
    /// Changed or added on the way, so not signed.
    static let unsigned: Set<String> = [
        "authorization", "connection", "expect", "traceparent", "tracestate", "transfer-encoding", "user-agent",
        "x-amzn-trace-id",
    ]

    /// The request with the fields `Host`, `X-Amz-Date`, `X-Amz-Security-Token` (of temporary credentials) and
    /// `Authorization`.
    package func sign(_ request: TransportRequest) -> TransportRequest {
        let target = Target(url: request.url)
        var signed = request
        signed.headers.removeAll { ["host", "x-amz-date", "x-amz-security-token"].contains($0.name.lowercased()) }
        signed.headers += [("Host", target.host), ("X-Amz-Date", self.time)]
        if let token = self.credentials.sessionToken { signed.headers.append(("X-Amz-Security-Token", token)) }
        let scope = "\(self.time.prefix(8))/\(self.region)/\(self.service)/aws4_request"
        let canonical = Self.canonicalRequest(signed, target)
        let message =
            "\(Self.algorithm)\n\(self.time)\n\(scope)\n\(Self.hex(SHA256.hash(data: Array(canonical.text.utf8))))"
        let authorization =
            "\(Self.algorithm) Credential=\(self.credentials.accessKeyID)/\(scope), "
            + "SignedHeaders=\(canonical.signedHeaders), Signature=\(self.signature(of: message))"
        signed.headers.append(("Authorization", authorization))
        return signed
    }

    /// The time as `20130524T000000Z`.
    private var time: String {
        self.now.text.prefix(19).filter { $0 != "-" && $0 != ":" } + "Z"
    }

    private func signature(of message: String) -> String {
        var key = SymmetricKey(data: Array("AWS4\(self.credentials.secretAccessKey)".utf8))
        for part in [String(self.time.prefix(8)), self.region, self.service, "aws4_request"] {
            key = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Array(part.utf8), using: key))
        }
        return Self.hex(HMAC<SHA256>.authenticationCode(for: Array(message.utf8), using: key))
    }

    // MARK: - The canonical form

    private static func canonicalRequest(
        _ request: TransportRequest,
        _ target: Target
    ) -> (text: String, signedHeaders: String) {
        var fields: [String: [String]] = [:]
        for (name, value) in request.headers {
            let name = name.lowercased()
            guard !Self.unsigned.contains(name) else { continue }
            let words = value.split(whereSeparator: { $0 == " " || $0 == "\t" })
            fields[name, default: []].append(words.joined(separator: " "))
        }
        let names = fields.keys.sorted()
        let lines = names.map { "\($0):\(fields[$0, default: []].joined(separator: ","))\n" }.joined()
        let signedHeaders = names.joined(separator: ";")
        let body = Self.hex(SHA256.hash(data: request.body ?? []))
        let parts = [request.method.rawValue, target.path, target.query, lines, signedHeaders, body]
        return (parts.joined(separator: "\n"), signedHeaders)
    }

    private static func hex(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef")
        return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }

    /// The parts of a URL as the signature sees them.
    private struct Target {
        /// As the HTTP client sends it: with the port unless it is the scheme's own.
        let host: String
        let path: String
        let query: String

        init(url: String) {
            let parts = url.split(separator: "://", maxSplits: 1).map(String.init)
            let rest = parts.last ?? ""
            let hostAndPort = String(rest.prefix { $0 != "/" && $0 != "?" })
            let ownPort = parts.first?.lowercased() == "https" ? ":443" : ":80"
            self.host = hostAndPort.hasSuffix(ownPort) ? String(hostAndPort.dropLast(ownPort.count)) : hostAndPort
            let target = rest.dropFirst(hostAndPort.count).split(
                separator: "?",
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            self.path = Self.canonicalPath(String(target.first ?? ""))
            self.query = Self.canonicalQuery(target.count > 1 ? String(target[1]) : "")
        }

        /// Without empty and dot segments, and with every segment escaped once more, as all services but S3 want it.
        private static func canonicalPath(_ path: String) -> String {
            var segments: [Substring] = []
            for segment in path.split(separator: "/") where segment != "." {
                if segment == ".." { _ = segments.popLast() } else { segments.append(segment) }
            }
            guard !segments.isEmpty else { return "/" }
            let end = path.hasSuffix("/") ? "/" : ""
            return "/" + segments.map { ServerAddress.percentEncoded(String($0)) }.joined(separator: "/") + end
        }

        /// Sorted by name and value, with values that are missing made empty.
        private static func canonicalQuery(_ query: String) -> String {
            query.split(separator: "&")
                .map { item -> (name: String, value: String) in
                    let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                    return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
                }
                .sorted { $0.name == $1.name ? Self.precedes($0.value, $1.value) : Self.precedes($0.name, $1.name) }
                .map { "\($0.name)=\($0.value)" }
                .joined(separator: "&")
        }

        private static func precedes(_ left: String, _ right: String) -> Bool {
            left.utf8.lexicographicallyPrecedes(right.utf8)
        }
    }
}
