// SPDX-License-Identifier: Apache-2.0
import Configuration
import Foundation
import Synchronization
import WatcherWire

/// A file with settings, read once: YAML, or JSON when its name ends in `.json`.
struct ConfigurationFile: Sendable {
    /// Where it is, as it was given.
    let path: String
    /// What stands in it.
    let provider: InMemoryProvider
    /// What is wrong with its keys, as sentences without full stops.
    let faults: [String]

    /// Reads a file.
    ///
    /// - Throws: ``CommandFailure``
    init(path: String) throws {
        let data = try Self.data(path)
        if path.lowercased().hasSuffix(".json") {
            do {
                _ = try JSONParser.parse(Array(data))
            } catch {
                throw CommandFailure(
                    "the configuration file \(path) is not JSON: \(error.message) (byte \(error.offset))"
                )
            }
        }
        // Every key is shown to whoever tells secrets from others; no other way leads to all of them.
        let seen = Keys()
        let options = YAMLSnapshot.ParsingOptions(
            secretsSpecifier: .dynamic { key, _ in
                seen.list.withLock { $0.append(key) }
                return true
            }
        )
        self.path = path
        guard !Self.isBlank(data) else {
            (self.provider, self.faults) = (InMemoryProvider(name: path, values: [:]), [])
            return
        }
        // JSON is YAML, so one reader does: it keeps every value as the text that stands there.
        let snapshot: YAMLSnapshot
        do {
            snapshot = try YAMLSnapshot(data: data.bytes, providerName: path, parsingOptions: options)
        } catch {
            throw CommandFailure("the configuration file \(path) cannot be understood: \(Self.place(error))")
        }
        let keys = seen.list.withLock { $0 }
        (self.provider, self.faults) = (Self.provider(path, snapshot), Self.faults(path, keys, snapshot))
    }

    /// The keys of a file as they are read.
    private final class Keys: Sendable {
        let list = Mutex<[String]>([])
    }

    private static func data(_ path: String) throws -> Data {
        do {
            return try Data(contentsOf: URL(filePath: path))
        } catch {
            var isFolder = false
            let reason =
                if !FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
                    "there is no such file"
                } else if isFolder {
                    "it is a folder"
                } else {
                    "this user may not read it"
                }
            throw CommandFailure("the configuration file \(path) cannot be read: \(reason)")
        }
    }

    /// Whether nothing but comments stands there.
    private static func isBlank(_ data: Data) -> Bool {
        String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline).allSatisfy { line in
            let text = line.drop(while: \.isWhitespace)
            return text.isEmpty || text.hasPrefix("#") || text == "---"
        }
    }

    /// What is wrong and where, without the line itself, in which a password may stand.
    private static func place(_ error: any Error) -> String {
        let text = "\(error)".split(whereSeparator: \.isNewline).prefix { !$0.hasPrefix("Context") }
        let line = text.first.map(String.init) ?? "it is not YAML"
        let context = text.dropFirst().first { $0.contains(": error: ") || $0.hasPrefix("did not find") }
        return (line + (context.map { " \($0)" } ?? "")).trimmingCharacters(in: [":", " ", "."])
    }

    private static func provider(_ path: String, _ snapshot: YAMLSnapshot) -> InMemoryProvider {
        var values: [AbsoluteConfigKey: ConfigValue] = [:]
        for entry in Settings.all {
            let key = AbsoluteConfigKey(entry.path)
            for type in [ConfigType.string, .stringArray] {
                // Of another type, which is found out when the setting is looked up.
                guard let value = (try? snapshot.value(forKey: key, type: type))?.value else { continue }
                if !Self.isNothing(value.content) { values[key] = value }
            }
        }
        return InMemoryProvider(name: path, values: values)
    }

    private static func faults(_ path: String, _ keys: [String], _ snapshot: YAMLSnapshot) -> [String] {
        let known = Settings.all.map(\.key)
        var faults: [String] = []
        for (key, occurrences) in Dictionary(grouping: keys, by: { $0 }).sorted(by: { $0.key < $1.key }) {
            if !known.contains(key) {
                let members = known.filter { $0.hasPrefix(key + ".") }
                if !members.isEmpty, Self.isEmpty(key, snapshot) { continue }
                faults.append(
                    members.isEmpty
                        ? "\(key) in the file \(path) is no setting: did you mean \(Spelling.nearest(to: key, among: known))?"
                        : "\(key) in the file \(path) is a group, and no setting itself: write \(members.joined(separator: " or "))"
                )
            } else if occurrences.count > 1 {
                faults.append("\(key) stands more than once in the file \(path): leave one")
            }
        }
        return faults
    }

    /// Whether nothing stands below a group, as when all of it is commented out.
    private static func isEmpty(_ key: String, _ snapshot: YAMLSnapshot) -> Bool {
        let path = AbsoluteConfigKey(key.split(separator: ".").map(String.init))
        return (try? snapshot.value(forKey: path, type: .string))?.value.map { Self.isNothing($0.content) } ?? false
    }

    /// Whether a value is how YAML and JSON say that there is none.
    private static func isNothing(_ content: ConfigContent) -> Bool {
        guard case .string(let text) = content else { return false }
        return ["", "~", "null"].contains(text)
    }
}
