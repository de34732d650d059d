// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import WatcherDatabase

/// `watcher doctor`: says in plain words what is wrong, and what to do.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look for what is wrong, and say what to do about it.",
        discussion: """
            Looks at the configuration, the database, the ledger in it and the server, and changes nothing. A problem \
            stops work or loses it, and makes the exit code 1; with nothing worse than warnings it is 0. Run it where the \
            server runs, as its user and with its environment.
            """
    )

    @OptionGroup var ledger: LedgerOptions

    @Option(
        help: ArgumentHelp("A server to ask (default: the one that the configuration describes).", valueName: "url")
    )
    var server: String?

    func validate() throws {
        // Never repeated: it may hold a password.
        guard let server, ServerProbe.address(server) == nil else { return }
        throw ValidationError(
            "--server must be an address such as http://127.0.0.1:8000, with http:// or https:// before it."
        )
    }

    func run() async throws {
        var findings: [Diagnosis] = []
        do {
            let found = try SettingsReader(flags: self.ledger.flags, file: self.ledger.config).read()
            let settings = try? ServeSettings(found)
            var (ledger, tokens): ([Diagnosis], TokenCounts?) = ([], nil)
            if let location = try? found.value(of: Settings.database) {
                (ledger, tokens) = await location.findings(settings?.schedules.byName ?? [:])
            }
            findings += SettingsDiagnosis.findings(found, tokens) + ledger + [tokens?.diagnosis].compactMap { $0 }
            findings += await self.server(settings)
        } catch let error as CommandFailure {
            let remedy = "name another file with --config, or correct this one"
            findings.append(.problem("configuration", error.description, remedy: remedy))
        }
        print(Self.text(findings))
        if findings.contains(where: { $0.level == .problem }) { throw ExitCode.failure }
    }

    private func server(_ settings: ServeSettings?) async -> [Diagnosis] {
        if let server = self.server.flatMap(ServerProbe.address) {
            return await ServerProbe.findings(of: server, isOwn: false)
        }
        guard let settings, settings.port != 0 else { return [] }
        let scheme = settings.tls == nil ? "http" : "https"
        let host = ["0.0.0.0", "::", "*"].contains(settings.host) ? "127.0.0.1" : settings.host
        let url = "\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(settings.port)"
        return await ServerProbe.findings(of: url, isOwn: true)
    }

    /// A line for each finding, the remedy below it, and how many are bad at the end.
    static func text(_ findings: [Diagnosis]) -> String {
        func padded(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(width - text.count, 0))
        }
        let width = findings.map(\.subject.count).max() ?? 0
        let indent = String(repeating: " ", count: "problem  ".count + width + 2)
        let lines = findings.flatMap { finding in
            ["\(padded(finding.level.rawValue, 7))  \(padded(finding.subject, width))  \(finding.finding)"]
                + (finding.remedy.map { ["\(indent)-> \($0)"] } ?? [])
        }
        func count(_ level: Diagnosis.Level) -> String {
            let count = findings.count { $0.level == level }
            return "\(count) \(level.rawValue)\(count == 1 ? "" : "s")"
        }
        return (lines + ["\(count(.problem)), \(count(.warning))"]).joined(separator: "\n")
    }
}
