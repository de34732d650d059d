// SPDX-License-Identifier: Apache-2.0

/// What AWS gives for signing.
package struct AWSCredentials: Sendable, Redacted {
    let accessKeyID: String
    let secretAccessKey: String
    /// Sent along with temporary credentials.
    let sessionToken: String?

    /// Makes credentials.
    package init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
    }

    /// Whether a header can carry what is sent of them.
    var areSendable: Bool {
        let sent = [self.accessKeyID, self.sessionToken ?? "-"]
        return !self.secretAccessKey.isEmpty
            && sent.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (0x21...0x7E).contains($0) } }
    }
}
