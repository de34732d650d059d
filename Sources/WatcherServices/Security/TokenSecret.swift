// SPDX-License-Identifier: Apache-2.0
import Crypto
import Foundation

/// The secret part of a token: 256 random bits, as 43 characters of base64url.
package struct TokenSecret: Sendable, Equatable {
    /// How many characters a secret has.
    static let length = 43

    private let text: String

    /// Makes a new secret.
    ///
    /// - Parameter generator: chance that nobody can guess, such as `SystemRandomNumberGenerator`.
    package init(using generator: inout some RandomNumberGenerator) {
        let bytes = (0..<4).flatMap { _ in
            let word: UInt64 = generator.next()
            return (0..<8).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) }
        }
        self.text = Data(bytes).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    fileprivate init?(text: Substring) {
        guard text.utf8.count == Self.length, text.utf8.allSatisfy(Self.isDigit) else { return nil }
        self.text = String(text)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private var digest: SHA256Digest { SHA256.hash(data: Data(self.text.utf8)) }

    /// What the ledger keeps: the SHA-256, in hexadecimal digits.
    ///
    /// Slow hashes are for passwords, which can be guessed. Nobody guesses 256 random bits, however fast the hash is; and
    /// this one is made for every request.
    package var hash: String {
        let digits = Array("0123456789abcdef")
        return String(self.digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }

    /// Whether this is the secret of a hash.
    ///
    /// Takes equally long wherever the two differ: swift-crypto compares a digest in constant time.
    func matches(_ hash: [UInt8]) -> Bool {
        self.digest == hash
    }

    /// The token that a client sends, which is shown once, when it is created.
    package func token(id: Int64) -> String {
        "\(PresentedToken.prefix)\(id)_\(self.text)"
    }
}

extension TokenSecret: CustomStringConvertible, CustomReflectable {
    /// Nothing of the secret, so that it is in no log.
    package var description: String { "TokenSecret" }

    /// Nothing of the secret.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// A token that a client has sent: `wtr_<id>_<secret>`.
package struct PresentedToken: Sendable {
    /// What every token begins with, by which people and programs that look for leaked secrets know it.
    package static let prefix = "wtr_"

    /// Which token it says it is.
    let id: Int64
    /// What is to prove it.
    let secret: TokenSecret

    /// Reads a token; `nil` when the text cannot be one.
    package init?(_ text: Substring) {
        guard text.hasPrefix(Self.prefix) else { return nil }
        let parts = text.dropFirst(Self.prefix.count).split(
            separator: "_",
            maxSplits: 1,
            omittingEmptySubsequences: false
        )
        guard parts.count == 2, let id = Int64(parts[0]), let secret = TokenSecret(text: parts[1]) else { return nil }
        self.id = id
        self.secret = secret
    }
}

extension [UInt8] {
    /// Reads hexadecimal digits.
    init?(hexadecimal text: String) {
        let digits = Array<UInt8>(text.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        self = []
        self.reserveCapacity(digits.count / 2)
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[index..<index + 2], as: UTF8.self), radix: 16) else {
                return nil
            }
            self.append(byte)
        }
    }
}
