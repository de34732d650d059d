// SPDX-License-Identifier: Apache-2.0

/// What was found for every setting, and where.
struct FoundSettings: Sendable {
    /// Where a value came from.
    enum Source: Sendable, Equatable, CustomStringConvertible {
        case flag(String)
        case environment(String)
        case file(String)
        case fallback

        var description: String {
            switch self {
            case .flag(let name): "flag --\(name)"
            case .environment(let name): "environment \(name)"
            case .file(let path): "file \(path)"
            case .fallback: "default"
            }
        }
    }

    /// What was found for a setting.
    struct Finding: Sendable {
        let entry: SettingEntry
        /// `nil` when nothing was found, or nothing that is a text.
        let text: String?
        let source: Source
        /// Why it cannot be used, as a sentence without its full stop.
        let fault: String?
    }

    /// One for each setting, in the order of ``Settings/all``.
    let findings: [Finding]
    /// What else is wrong: keys that no setting has, settings that do not go together.
    let otherFaults: [String]
    /// What is only odd.
    let warnings: [String]

    /// Everything that is wrong, as sentences without full stops.
    var faults: [String] { self.findings.compactMap(\.fault) + self.otherFaults }

    /// - Throws: ``CommandFailure`` that says everything that is wrong.
    func requireNoFaults() throws {
        switch self.faults.count {
        case 0: break
        case 1: throw CommandFailure(self.faults[0])
        case let count:
            throw CommandFailure(
                "\(count) settings cannot be used:\n" + self.faults.map { "  \($0)" }.joined(separator: "\n")
            )
        }
    }

    /// The value of a setting that has one always.
    ///
    /// - Throws: ``CommandFailure`` when what was found cannot be used; what is wrong with others does not matter.
    func value<Value>(of setting: Setting<Value>) throws -> Value {
        guard let value = try self.valueIfAny(of: setting) else {
            throw CommandFailure("\(setting.entry.key) is not set: give \(setting.entry.accepts)")
        }
        return value
    }

    /// The value of a setting that may have none.
    ///
    /// - Throws: ``CommandFailure`` when what was found cannot be used; what is wrong with others does not matter.
    func valueIfAny<Value>(of setting: Setting<Value>) throws -> Value? {
        guard let finding = self.findings.first(where: { $0.entry.key == setting.entry.key }) else { return nil }
        if let fault = finding.fault { throw CommandFailure(fault) }
        return finding.text.flatMap(setting.read)
    }

    /// A table of all settings with their values and where these came from; without passwords.
    var table: String {
        let rows = self.findings.map { finding in
            let text = finding.text.flatMap { $0.isEmpty ? nil : finding.entry.shown($0) }
            return [finding.entry.key, text ?? "none", finding.source.description]
        }
        let table = TextTable(
            columns: [
                .init(title: "KEY", importance: 3), .init(title: "VALUE", importance: 2),
                .init(title: "SOURCE", importance: 1),
            ],
            rows: rows
        )
        return table.lines(width: nil).joined(separator: "\n")
    }
}
