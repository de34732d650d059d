// SPDX-License-Identifier: Apache-2.0
import WatcherDatabase
import WatcherServer

/// Looks for what is wrong with the configuration.
enum SettingsDiagnosis {
    /// What was found, good and bad.
    ///
    /// - Parameters:
    ///   - found: the settings.
    ///   - tokens: the ledger's; `nil` when they could not be read.
    /// - Returns: the findings.
    static func findings(_ found: FoundSettings, _ tokens: TokenCounts?) -> [Diagnosis] {
        var faults = found.faults
        let settings = try? ServeSettings(found)
        if let settings {
            // What 'watcher serve' itself asks before it opens the ledger.
            faults += Self.refusal { try settings.server.validate(hasTokens: true) }
            faults += Self.refusal { _ = try settings.notifier() }
        }
        var findings = faults.map {
            Diagnosis.problem("configuration", $0, remedy: "correct it: 'watcher serve' does not start like this")
        }
        findings += found.warnings.map {
            .warning("configuration", $0, remedy: "correct its name, or take it out of the environment")
        }
        guard let settings else { return findings }
        if findings.isEmpty {
            let sources = found.findings.filter { $0.source != .fallback }
            let text = "every value can be used; \(sources.count) of \(found.findings.count) differ from the defaults"
            findings.append(.ok("configuration", text))
        }
        return findings + Self.exposure(settings, tokens) + [Self.alerts(settings)]
    }

    /// Why something is refused; nothing when it is not.
    private static func refusal(_ check: () throws -> Void) -> [String] {
        do {
            try check()
            return []
        } catch {
            return ["\(error)"]
        }
    }

    /// Who can reach the server, what they may do there, and who can listen on the way.
    private static func exposure(_ settings: ServeSettings, _ tokens: TokenCounts?) -> [Diagnosis] {
        let host = settings.host
        guard !ServerConfiguration.isLoopback(host) else {
            return [.ok("exposure", "the server listens on \(host), which other machines do not reach")]
        }
        var findings: [Diagnosis] = []
        if let tokens, tokens.active == 0 {
            if settings.server.requiresToken {
                let remedy = "'watcher serve' does not start like this; on 127.0.0.1 it does"
                findings += Self.refusal { try settings.server.validate(hasTokens: false) }
                    .map { .problem("exposure", $0, remedy: remedy) }
            } else if tokens.revoked == 0 {
                let finding =
                    "insecure is set and there is no token: whoever reaches \(host) may read, change and delete everything"
                let remedy = "create a token with 'watcher token create', and take insecure out"
                findings.append(.warning("exposure", finding, remedy: remedy))
            }
        }
        if settings.tls == nil {
            let finding =
                "other machines reach the server on \(host) without TLS: tokens and data can be read on the way"
            let remedy = "set tls.certificate and tls.key, or listen on 127.0.0.1 behind a proxy that has TLS"
            findings.append(.warning("exposure", finding, remedy: remedy))
        }
        guard findings.isEmpty else { return findings }
        let key = tokens.map { $0.active > 0 ? " and with a token" : "" } ?? "; its tokens could not be read"
        return [.ok("exposure", "other machines reach the server on \(host) over TLS\(key)")]
    }

    private static func alerts(_ settings: ServeSettings) -> Diagnosis {
        guard settings.webhook == nil else { return .ok("alerts", "alerts are sent to a webhook") }
        return .warning(
            "alerts",
            "no webhook is configured: alerts are only stored and logged",
            remedy: "set alerts.webhook_url"
        )
    }
}
