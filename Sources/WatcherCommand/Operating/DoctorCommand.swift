// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Logging
import WatcherCore
import WatcherDatabase
import WatcherSQLite
import WatcherServices

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

    func run() async throws {
        var findings: [Diagnosis] = []
        do {
            let found = try SettingsReader(flags: self.ledger.flags, file: self.ledger.config).read()
            findings += SettingsDiagnosis.findings(found)
            if let location = try? found.value(of: Settings.database) {
                findings += await Self.database(location)
            }
            findings += await self.server(found)
        } catch let error as CommandFailure {
            let remedy = "name another file with --config, or correct this one"
            findings.append(.problem("configuration", error.description, remedy: remedy))
        }
        print(Self.text(findings))
        if findings.contains(where: { $0.level == .problem }) { throw ExitCode.failure }
    }

    private static func database(_ location: DatabaseLocation) async -> [Diagnosis] {
        var findings: [Diagnosis] = []
        if case .sqlite(let path) = location {
            let file = SQLiteDatabase.diagnoseFile(at: path)
            findings += file.findings
            if findings.contains(where: { $0.level == .problem }) { return findings }
            guard file.exists else {
                let remedy = "run 'watcher migrate' or 'watcher serve', which make it, or name another with --database"
                return findings + [.warning("database", "there is no ledger at \(path) yet", remedy: remedy)]
            }
        }
        do {
            findings += try await location.lend(logger: LogFormat.text.logger(level: .critical)) { database in
                let itself = try await database.diagnose { SystemTime.now().microseconds }
                return try await itself + LedgerDiagnosis(database: database, now: SystemTime.now).findings()
            }
        } catch {
            let message = (error as? DatabaseError)?.message ?? "\(error)"
            let remedy = "see that the database runs, and that --database and its password are right"
            findings.append(.problem("database", message, remedy: remedy))
        }
        return findings
    }

    private func server(_ found: FoundSettings) async -> [Diagnosis] {
        if let server = self.server { return await ServerProbe.findings(of: server, mustAnswer: true) }
        guard let settings = try? ServeSettings(found), settings.port != 0 else { return [] }
        let scheme = settings.tls == nil ? "http" : "https"
        let host = ["0.0.0.0", "::", "*"].contains(settings.host) ? "127.0.0.1" : settings.host
        let url = "\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(settings.port)"
        return await ServerProbe.findings(of: url, mustAnswer: false)
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
