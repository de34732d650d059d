// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

/// A setting, and how its text becomes a value.
struct Setting<Value: Sendable>: Sendable {
    /// Its names, and what people are told about it.
    let entry: SettingEntry
    /// Reads a text; `nil` when the setting does not accept it.
    let read: @Sendable (String) -> Value?
}

/// What all settings have, whatever their values are.
struct SettingEntry: Sendable {
    /// Its place in a file: `limits.body_size` is `body_size` below `limits`.
    let key: String
    /// Its environment variable.
    let environmentName: String
    /// What holds when it is not set, as text; `nil` for nothing.
    let fallback: String?
    /// What stands for its value in the help.
    let valueName: String
    /// What it accepts, as part of the sentence "give …".
    let accepts: String
    /// What it means, in a sentence.
    let meaning: String
    /// Whether it is a list: in a file a list, elsewhere a text with commas.
    let isList: Bool
    /// Whether it has this text as a value.
    let isAccepted: @Sendable (String) -> Bool
    /// What of a text may be shown: never a password.
    let shown: @Sendable (String) -> String
    /// Says what is wrong with a text that is not accepted, where more can be said than what would be.
    let explain: @Sendable (String) -> String?

    /// Its option on the command line, without the dashes.
    var optionName: String { Self.spelled(self.key, with: "-") }

    /// Its option, for the parser of the command line.
    var optionSpecification: NameSpecification { .customLong(self.optionName) }

    /// The help of its option.
    var optionHelp: ArgumentHelp {
        let fallback = self.fallback.flatMap { $0.isEmpty ? nil : " (default: \($0))" } ?? ""
        return ArgumentHelp("\(self.meaning)\(fallback)", valueName: self.valueName)
    }

    /// Its environment variable without what all of them begin with, as the provider of the environment looks for it.
    var bareEnvironmentName: String { Self.spelled(self.key, with: "_").uppercased() }

    /// Its key, step by step.
    var path: [String] { self.key.split(separator: ".").map(String.init) }

    /// What the environment variables of all settings begin with.
    static let environmentPrefix = "WATCHER_"

    private static func spelled(_ key: String, with separator: Character) -> String {
        String(key.map { $0 == "." || $0 == "_" ? separator : $0 })
    }
}

extension Setting {
    /// Makes a setting.
    ///
    /// - Parameters:
    ///   - key: its place in a file; option and environment variable follow from it.
    ///   - fallback: what holds when it is not set; `nil` for nothing.
    ///   - valueName: what stands for its value in the help.
    ///   - accepts: what it accepts, as part of the sentence "give …".
    ///   - meaning: what it means, in a sentence.
    ///   - environmentName: its environment variable, where another name is older than the rule.
    ///   - isList: whether it is a list.
    ///   - shown: what of a text may be shown.
    ///   - explain: says what is wrong with a text that is not accepted.
    ///   - read: reads a text.
    init(
        _ key: String,
        default fallback: String?,
        _ valueName: String,
        accepts: String,
        _ meaning: String,
        environmentName: String? = nil,
        isList: Bool = false,
        shown: @escaping @Sendable (String) -> String = { $0 },
        explain: @escaping @Sendable (String) -> String? = { _ in nil },
        read: @escaping @Sendable (String) -> Value?
    ) {
        let mechanical = SettingEntry.environmentPrefix + key.replacing(".", with: "_").uppercased()
        self.entry = SettingEntry(
            key: key,
            environmentName: environmentName ?? mechanical,
            fallback: fallback,
            valueName: valueName,
            accepts: accepts,
            meaning: meaning,
            isList: isList,
            isAccepted: { read($0) != nil },
            shown: shown,
            explain: explain
        )
        self.read = read
    }
}
