// SPDX-License-Identifier: Apache-2.0
import WatcherDatabase

/// Looks for what is wrong with the configuration.
enum SettingsDiagnosis {
    /// What was found, good and bad.
    static func findings(_ found: FoundSettings) -> [Diagnosis] {
        var findings = found.faults.map {
            Diagnosis.problem("configuration", $0, remedy: "correct it: 'watcher serve' does not start like this")
        }
        findings += found.warnings.map {
            .warning("configuration", $0, remedy: "correct its name, or take it out of the environment")
        }
        guard let settings = try? ServeSettings(found) else { return findings }
        if findings.isEmpty {
            let sources = found.findings.filter { $0.source != .fallback }
            let text = "every value can be used; \(sources.count) of \(found.findings.count) differ from the defaults"
            findings.append(.ok("configuration", text))
        }
        return findings + [Self.exposure(settings), Self.alerts(settings)]
    }

    /// Who can reach the server, and who can listen on the way.
    private static func exposure(_ settings: ServeSettings) -> Diagnosis {
        guard !Self.isLoopback(settings.host) else {
            return .ok("exposure", "the server listens on \(settings.host), which other machines do not reach")
        }
        guard settings.tls == nil else {
            return .ok("exposure", "other machines reach the server on \(settings.host), over TLS")
        }
        let finding =
            "other machines reach the server on \(settings.host) without TLS: tokens and data can be read on the way"
        let remedy = "set tls.certificate and tls.key, or listen on 127.0.0.1 behind a proxy that has TLS"
        return settings.isInsecure
            ? .warning("exposure", finding, remedy: remedy)
            : .problem("exposure", finding, remedy: remedy)
    }

    private static func alerts(_ settings: ServeSettings) -> Diagnosis {
        guard settings.webhook == nil else { return .ok("alerts", "alerts are sent to a webhook") }
        return .warning(
            "alerts",
            "no webhook is configured: alerts are only stored and logged",
            remedy: "set alerts.webhook_url"
        )
    }

    /// Whether only this machine reaches an address.
    static func isLoopback(_ host: String) -> Bool {
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false)
        let isV4 = numbers.count == 4 && numbers.allSatisfy { UInt8($0) != nil }
        return host == "localhost" || host == "::1" || (isV4 && numbers[0] == "127")
    }
}
