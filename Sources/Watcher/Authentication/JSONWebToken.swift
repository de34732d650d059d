// SPDX-License-Identifier: Apache-2.0

import Crypto
import CryptoExtras

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The little that the library needs of JSON web tokens (RFC 7519).
///
/// Written here, and not taken from a package for such tokens: that would bring the whole of X.509 into every program
/// that uses this library, for one header, one signature and one claim. The signature itself is swift-crypto's, which
/// the HTTP client's packages fetch anyway.
enum JSONWebToken {
    /// When a token expires, as it says itself; nothing is verified, which is up to the server.
    static func expiry(of token: String) -> WireTimestamp? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let claims = Self.bytes(base64URL: String(parts[1])),
            let seconds = (try? JSONParser.parse(claims))?["exp"]?.double, seconds.magnitude < 100_000_000_000
        else { return nil }
        return WireTimestamp(microseconds: Int64(seconds) * 1_000_000)
    }

    /// A token signed with RS256.
    static func signed(
        claims: [String: JSONValue],
        keyID: String?,
        key: _RSA.Signing.PrivateKey
    ) throws -> String {
        var header: [String: JSONValue] = ["alg": "RS256", "typ": "JWT"]
        header["kid"] = keyID.map { JSONValue($0) }
        let message = [header, claims]
            .map { Self.base64URL(Array(JSONValue.object($0).description.utf8)) }
            .joined(separator: ".")
        let signature = try key.signature(for: SHA256.hash(data: Array(message.utf8)), padding: .insecurePKCS1v1_5)
        return "\(message).\(Self.base64URL(Array(signature.rawRepresentation)))"
    }

    static func base64URL(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    static func bytes(base64URL text: String) -> [UInt8]? {
        let standard = text.replacing("-", with: "+").replacing("_", with: "/")
        let padding = String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4)
        return Data(base64Encoded: standard + padding).map(Array.init)
    }
}

extension WireTimestamp {
    /// How long it is from this moment to another one; negative when that has passed.
    func duration(to other: WireTimestamp) -> Duration {
        .microseconds(other.microseconds - self.microseconds)
    }
}
