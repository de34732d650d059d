// SPDX-License-Identifier: Apache-2.0

/// The file in which AWS's tools keep credentials: parts in brackets, lines of a name and a value.
enum SharedCredentialsFile {
    /// The credentials of one part; `nil` when it is not there or has none.
    static func credentials(in text: String, profile: String) -> AWSCredentials? {
        var values: [String: String] = [:]
        var isInside = false
        for line in text.split(whereSeparator: \.isNewline) {
            let line = Self.trimmed(line)
            if line.isEmpty || line.hasPrefix("#") || line.hasPrefix(";") { continue }
            if line.hasPrefix("[") {
                isInside = Self.trimmed(line.dropFirst().prefix { $0 != "]" }) == profile
                continue
            }
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard isInside, parts.count == 2 else { continue }
            values[Self.trimmed(parts[0]).lowercased()] = Self.trimmed(parts[1])
        }
        guard let id = values["aws_access_key_id"], let secret = values["aws_secret_access_key"] else { return nil }
        return AWSCredentials(
            accessKeyID: id,
            secretAccessKey: secret,
            sessionToken: values["aws_session_token"].flatMap { $0.isEmpty ? nil : $0 }
        )
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
