// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherCore

struct AlertTextTests {
    private static func text(_ alert: Alert) -> String {
        StoredAlert(id: 1, alert: alert, raisedAt: Timestamp(microseconds: 1_736_467_800_999_999)).slackText
    }

    @Test("an alert is written in Slack's markup")
    func markup() {
        let alert = Alert(
            .warning,
            "Freshness check failed",
            "2 pipelines are stale",
            details: [.init("load orders", "no insert since 2025-01-09"), .init("load items", "never")]
        )
        #expect(
            Self.text(alert) == """
                ⚠️ *WARNING*
                *Freshness check failed*
                *Timestamp:* 2025-01-10 00:10:00 UTC
                *Message:* 2 pipelines are stale

                *Details:*
                • *load orders:* no insert since 2025-01-09
                • *load items:* never
                """
        )
    }

    @Test(
        "each level has its sign, and without details there is no heading for them",
        arguments: zip(Alert.Level.allCases, ["ℹ️ *INFO*", "⚠️ *WARNING*", "❌ *ERROR*", "🚨 *CRITICAL*"])
    )
    func levels(level: Alert.Level, head: String) {
        #expect(
            Self.text(Alert(level, "t", "m")) == "\(head)\n*t*\n*Timestamp:* 2025-01-10 00:10:00 UTC\n*Message:* m"
        )
    }

    @Test("no name calls anybody or breaks out of its line")
    func escapes() {
        let alert = Alert(
            .info,
            "<!channel>\n*R&D*",
            "<\u{301}!here>\n&amp;",
            details: [.init("<@U1>\r\nkey", "<https://example.com|here>")]
        )
        let lines = Self.text(alert).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[1] == "*&lt;!channel&gt; *R&amp;D**")
        #expect(lines[3...4] == ["*Message:* &lt;\u{301}!here&gt;", "&amp;amp;"])
        #expect(lines[7] == "• *&lt;@U1&gt;  key:* &lt;https://example.com|here&gt;")
    }

    @Test("a long alert is cut, never within an escape, and says how many details are left out")
    func bounds() {
        let long = String(repeating: "<", count: 50_000)
        let details = (0..<100).map { Alert.Detail("\($0)\(long)", "🚨\(long)") }
        let text = Self.text(Alert(.critical, long, long, details: details))
        #expect(text.utf16.count <= StoredAlert.longestText)
        #expect(text.contains("*&lt;") && text.contains("&lt;…*\n") && !text.contains(/&(?!lt;)/))
        let shown = text.split(separator: "\n").count { $0.hasPrefix("• ") }
        #expect(shown > 0)
        #expect(text.hasSuffix("\n… and \(100 - shown) more"))
        let fitting = Self.text(Alert(.info, "t", "m", details: (0..<100).map { .init("\($0)", "value") }))
        #expect(fitting.hasSuffix("• *99:* value"))
    }
}
