// SPDX-License-Identifier: Apache-2.0
import Foundation
import NIOSSL

/// Where the server's certificate and its key are, in PEM.
///
/// They are read when the server starts; after they were renewed, it must be started again.
package struct TLSFiles: Sendable, Equatable {
    /// The path of the certificate, with those of the authorities between it and the root behind it.
    package var certificate: String
    /// The path of the certificate's private key, which has no passphrase.
    package var key: String

    /// Names the two files.
    package init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }

    /// Reads the files.
    ///
    /// - Returns: TLS 1.2 or newer with this certificate.
    /// - Throws: ``ConfigurationError`` that names the file which cannot be used.
    func configuration() throws(ConfigurationError) -> TLSConfiguration {
        let chain = try Self.read(self.certificate, "a certificate") { bytes in
            let certificates = try NIOSSLCertificate.fromPEMBytes(bytes)
            return certificates.isEmpty ? nil : certificates
        }
        let key = try Self.read(self.key, "a private key without passphrase") {
            try NIOSSLPrivateKey(bytes: $0, format: .pem) { (setPassphrase: ([UInt8]) -> Void) in setPassphrase([]) }
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(key)
        )
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        do {
            _ = try NIOSSLContext(configuration: configuration)
        } catch {
            throw ConfigurationError("the key in '\(self.key)' is not that of the certificate in '\(self.certificate)'")
        }
        return configuration
    }

    private static func read<Value>(
        _ path: String,
        _ kind: String,
        _ parse: ([UInt8]) throws -> Value?
    ) throws(ConfigurationError) -> Value {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ConfigurationError("the file '\(path)' cannot be read; it should hold \(kind) in PEM")
        }
        do {
            if let value = try parse([UInt8](data)) { return value }
        } catch {
            // What is wrong in the file is said in the library's terms, and may quote it: a key must be in no log.
        }
        throw ConfigurationError("the file '\(path)' does not hold \(kind) in PEM")
    }
}
