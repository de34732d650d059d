// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Where a token stands: in the setting itself, or in a file that it names.
package enum TokenSource {
    /// The token that a setting means.
    ///
    /// - Parameter setting: the token, or `file:` and the path of a file that holds it and nothing else but white space.
    /// - Returns: the token; `nil` when the setting is absent or empty.
    /// - Throws: ``WatcherError`` with the code ``WatcherError/Code/configuration`` when the file cannot be read or holds
    ///   no token.
    package static func token(_ setting: String?) throws(WatcherError) -> String? {
        guard let setting, !setting.isEmpty else { return nil }
        guard let path = Self.file(setting) else { return setting }
        let text: String
        do {
            text = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
        } catch {
            throw WatcherError(
                .configuration,
                "The file of the token cannot be read: '\(path)'. Check WATCHER_TOKEN, and who may read the file.",
                cause: error
            )
        }
        let token = String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
        guard !token.isEmpty else {
            throw WatcherError(.configuration, "The file of the token is empty: '\(path)'. Put the token into it.")
        }
        return token
    }

    /// The file that a setting names.
    static func file(_ setting: String) -> String? {
        let prefix = "file:"
        return setting.hasPrefix(prefix) ? String(setting.dropFirst(prefix.count)) : nil
    }
}
