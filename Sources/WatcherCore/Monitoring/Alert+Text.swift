// SPDX-License-Identifier: Apache-2.0

extension StoredAlert {
    /// How long a text may be, in UTF-16 units; Slack cuts texts of more than 40,000 characters.
    package static let longestText = 30_000
    private static let longestTitle = 1000
    private static let longestMessage = 15_000
    private static let longestDetail = 3000

    /// The alert in Slack's markup, as people read it.
    ///
    /// Names in it come from those who report to the server; they are escaped, so that a pipeline that is called
    /// `<!channel>` calls nobody. What is too long is cut, and the details that find no room are counted.
    package var slackText: String {
        let alert = self.alert
        var text = "\(alert.level.emoji) *\(alert.level.rawValue.uppercased())*\n"
        text += "*\(Self.markup(alert.title, atMost: Self.longestTitle, onOneLine: true))*\n"
        text += "*Timestamp:* \(self.raisedAt.textUTC)\n"
        text += "*Message:* \(Self.markup(alert.message, atMost: Self.longestMessage))"
        guard !alert.details.isEmpty else { return text }
        text += "\n\n*Details:*"
        // Kept free for the line that counts what was left out.
        var room = Self.longestText - text.utf16.count - 100
        for (index, detail) in alert.details.enumerated() {
            let key = Self.markup(detail.key, atMost: Self.longestDetail, onOneLine: true)
            let line = "\n• *\(key):* \(Self.markup(detail.value, atMost: Self.longestDetail))"
            room -= line.utf16.count
            guard room >= 0 else { return text + "\n… and \(alert.details.count - index) more" }
            text += line
        }
        return text
    }

    /// A text with the three characters escaped that mean something to Slack, cut when it is too long.
    ///
    /// Goes by Unicode scalars: a `<` with an accent behind it is another character for Swift, but not for Slack.
    private static func markup(_ text: String, atMost limit: Int, onOneLine: Bool = false) -> String {
        var result = String.UnicodeScalarView()
        var length = 0
        for scalar in text.unicodeScalars {
            let written: String =
                switch scalar {
                case "&": "&amp;"
                case "<": "&lt;"
                case ">": "&gt;"
                case "\n", "\r": onOneLine ? " " : String(scalar)
                default: String(scalar)
                }
            length += written.utf16.count
            guard length < limit else { return String(result) + "…" }
            result.append(contentsOf: written.unicodeScalars)
        }
        return String(result)
    }
}

extension Alert.Level {
    /// What catches the eye.
    fileprivate var emoji: String {
        switch self {
        case .info: "ℹ️"
        case .warning: "⚠️"
        case .error: "❌"
        case .critical: "🚨"
        }
    }
}
