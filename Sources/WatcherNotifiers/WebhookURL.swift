// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The URL of a webhook: who knows it can write to the channel, so that only its host is ever said.
struct WebhookURL: Sendable {
    /// The URL to send to, without user and password.
    let text: String
    /// The host, which may be said.
    let host: String
    /// What the URL says before the host, for basic authentication.
    let login: (user: String, password: String)?
    /// What must not be said, in lower case.
    private let secrets: [String]

    /// Checks a URL.
    ///
    /// - Parameter url: with `http` or `https`; blanks around it do not count.
    /// - Throws: ``NotifierError``, which does not repeat it.
    init(_ url: String) throws(NotifierError) {
        let trimmed = String(url.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
        guard var components = URLComponents(string: trimmed, encodingInvalidCharacters: false) else {
            throw Self.error("it is not a URL")
        }
        guard let scheme = components.scheme?.lowercased(), ["http", "https"].contains(scheme) else {
            throw Self.error("it does not begin with http:// or https://")
        }
        guard let host = components.host, !host.isEmpty else { throw Self.error("it names no host") }
        if let port = components.port, !(1...65_535).contains(port) {
            throw Self.error("its port is not from 1 to 65535")
        }
        self.login = components.user.map { ($0, components.password ?? "") }
        var secrets = [
            components.user, components.password, components.percentEncodedUser, components.percentEncodedPassword,
        ].compactMap(\.self)
        // A short word of the path says nothing when it stands alone, and stands in many an answer.
        secrets += [components.path, components.percentEncodedPath].filter { $0.count > 1 }
        secrets += [components.path, components.query ?? "", components.percentEncodedQuery ?? ""]
            .flatMap { $0.split { "/&=".contains($0) } }.map(String.init).filter { $0.count > 5 }
        self.secrets = secrets.filter { !$0.isEmpty }.map { $0.lowercased() }
        components.user = nil
        components.password = nil
        components.fragment = nil
        guard let text = components.string else { throw Self.error("it is not a URL") }
        self.text = text
        self.host = host
    }

    private static func error(_ reason: String) -> NotifierError {
        NotifierError(
            "The webhook's URL, not repeated here because it is a secret, cannot be used: \(reason). "
                + "Give one such as https://hooks.example.com/services/…"
        )
    }

    /// A text of somebody else's that may be said; many a server repeats the path of what it refuses.
    func censored(_ text: String) -> String {
        let lowercase = text.lowercased()
        guard !self.secrets.contains(where: lowercase.contains) else { return "(not shown: it repeats the URL)" }
        return text
    }
}

extension WebhookURL: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    var description: String { self.host }
    var debugDescription: String { self.host }
    var customMirror: Mirror { Mirror(self, children: []) }
}
