// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Where credentials come from: the environment, and the addresses that clouds keep for that; tests name others.
package struct CredentialSources: Sendable {
    /// The variables of the process, as they were when the client was made.
    package var environment: [String: String]
    /// The metadata server of Google's machines.
    package var googleMetadata: String
    /// The metadata service of Azure's machines.
    package var azureMetadata: String
    /// Where Microsoft Entra ID gives tokens.
    package var azureAuthority: String
    /// The metadata service of AWS's machines.
    package var awsMetadata: String
    /// What a relative address of container credentials belongs to.
    package var awsContainer: String
    /// How long one question to an address within the machine may take.
    package var localTimeout: Duration = .seconds(5)
    /// How long one question to an address on the network may take.
    package var remoteTimeout: Duration = .seconds(10)
    /// How long the automatic detection may take in all.
    package var detectionTime: Duration = .seconds(1)

    /// Makes sources for an environment, with the addresses that its variables name.
    package init(environment: [String: String]) {
        self.environment = environment
        func value(_ name: String, _ standard: String) -> String {
            guard let value = environment[name], !value.isEmpty else { return standard }
            return value.hasSuffix("/") ? String(value.dropLast()) : value
        }
        self.googleMetadata = "http://" + value("GCE_METADATA_HOST", "metadata.google.internal")
        self.azureMetadata = value("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://169.254.169.254")
        self.azureAuthority = value("AZURE_AUTHORITY_HOST", "https://login.microsoftonline.com")
        self.awsMetadata = value("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://169.254.169.254")
        self.awsContainer = "http://169.254.170.2"
    }

    /// The environment of this process.
    package static var live: Self { Self(environment: ProcessInfo.processInfo.environment) }

    /// A variable that is set and not empty.
    func variable(_ name: String) -> String? {
        self.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Reads a small text file, without the blanks around its content.
    static func text(ofFile path: String) throws -> String {
        let text = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
        return String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }

    /// Whether a secret may be sent there: over TLS, or without leaving the machine.
    static func mayReceiveSecrets(
        _ url: String,
        alsoAt hosts: [String] = [],
        alsoLinkLocal: Bool = false
    ) -> Bool {
        guard let components = URLComponents(string: url), let host = components.host, !host.isEmpty else {
            return false
        }
        switch components.scheme?.lowercased() {
        case "https": return true
        case "http":
            let bare = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
            let numbers = bare.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
            let isLinkLocal = numbers.count == 4 && !numbers.contains(nil) && Array(numbers.prefix(2)) == [169, 254]
            return alsoLinkLocal && isLinkLocal
                || (["127.0.0.1", "localhost", "::1"] + hosts).contains(bare.lowercased())
        default: return false
        }
    }
}
