// SPDX-License-Identifier: Apache-2.0
import CLibpq
import Foundation
import WatcherDatabase

/// How to reach a PostgreSQL server, in libpq's own terms.
///
/// The URL goes to libpq as it is, which adds what the environment (`PGHOST`, `PGSSLMODE`, …), the service file and the
/// password file say: <https://www.postgresql.org/docs/current/libpq-connect.html>.
package struct PostgresSettings: Sendable, CustomStringConvertible {
    /// Seconds to wait for a connection when nothing else says how many.
    private static let defaultConnectTimeout = "5"

    /// Whether the sessions may only read.
    package var isReadOnly = false

    private let url: String
    private let defaults: [(keyword: String, value: String)]

    /// Reads a connection URL.
    ///
    /// - Parameter url: `postgres://…` or `postgresql://…`.
    /// - Throws: ``DatabaseError`` with code `cannotOpen` when libpq does not understand it.
    package init(url: String) throws {
        var message: UnsafeMutablePointer<CChar>?
        defer { PQfreemem(message) }
        guard let options = PQconninfoParse(url, &message) else {
            let reason = message.map { String(cString: $0) } ?? "libpq is out of memory"
            throw DatabaseError(
                .cannotOpen,
                "the database URL is wrong: \(Self.oneLine(Self.withoutPassword(reason, of: url)))"
            )
        }
        defer { PQconninfoFree(options) }
        var given: Set<String> = []
        var option = options
        while let keyword = option.pointee.keyword {
            if option.pointee.val != nil { given.insert(String(cString: keyword)) }
            option += 1
        }
        guard !Self.hasBarePassword(url) else {
            throw DatabaseError(
                .cannotOpen,
                """
                the database URL is wrong: its password holds a character with a meaning of its own: write @ as %40, \
                / as %2F, ? as %3F and # as %23
                """
            )
        }
        // A server that is gone without a word is noticed after a minute at the latest.
        var defaults = [
            ("fallback_application_name", "watcher"), ("keepalives_idle", "30"), ("keepalives_interval", "10"),
            ("keepalives_count", "3"), ("tcp_user_timeout", "30000"),
        ]
        let environment = ProcessInfo.processInfo.environment
        if !given.contains("connect_timeout"), environment["PGCONNECT_TIMEOUT"] == nil {
            defaults.append(("connect_timeout", Self.defaultConnectTimeout))
        }
        self.url = url
        self.defaults = defaults
    }

    /// Opens a connection; blocks until it is there or the timeout of the settings has passed.
    ///
    /// - Returns: the connection, good or bad; `nil` when there is no memory.
    func connect() -> OpaquePointer? {
        // The last one counts, and `dbname` stands for all that the URL says.
        let parameters = self.defaults + [("dbname", self.url), ("client_encoding", "UTF8")]
        let keywords = parameters.map { strdup($0.0) }
        let values = parameters.map { strdup($0.1) }
        defer { for text in keywords + values { free(text) } }
        let keywordPointers = keywords.map { UnsafePointer($0) } + [nil]
        let valuePointers = values.map { UnsafePointer($0) } + [nil]
        return PQconnectdbParams(keywordPointers, valuePointers, 1)
    }

    /// The URL without its password.
    package var description: String { Self.withoutPassword(self.url) }

    /// A URL without its password, of whatever scheme; of a text that is no URL, nothing.
    package static func withoutPassword(_ url: String) -> String {
        url.contains("://") ? Self.withoutPassword(url, of: url) : "…"
    }

    /// Takes the password out of a text.
    func withoutPassword(_ text: String) -> String {
        Self.withoutPassword(text, of: self.url)
    }

    /// Whether what stands before the host holds a character that ends it.
    private static func hasBarePassword(_ url: String) -> Bool {
        guard let scheme = url.firstRange(of: "://") else { return false }
        let rest = url[scheme.upperBound...].prefix { $0 != "?" }
        guard let at = rest.lastIndex(of: "@") else { return false }
        return rest[..<at].contains { "@/#".contains($0) }
    }

    /// Takes the password of a URL out of a text, wherever it stands in it.
    private static func withoutPassword(_ text: String, of url: String) -> String {
        var text = text
        for password in Self.passwords(in: url) where !password.isEmpty {
            text = text.replacing(password, with: "****")
        }
        return text
    }

    private static func passwords(in url: String) -> [Substring] {
        guard let scheme = url.firstRange(of: "://") else { return [] }
        let rest = url[scheme.upperBound...]
        var passwords: [Substring] = []
        // A password may hold an unencoded `@` or `/` by mistake: everything up to the last `@` is suspect.
        if let at = rest.lastIndex(of: "@") {
            if let colon = rest[..<at].firstIndex(of: ":") { passwords.append(rest[rest.index(after: colon)..<at]) }
        } else if let colon = rest.firstIndex(of: ":") {
            // A host and its port, or a name and a password whose host has been forgotten.
            let port = rest[rest.index(after: colon)...].prefix { !"/?".contains($0) }
            if !port.allSatisfy(\.isNumber) { passwords.append(port) }
        }
        let query = rest.firstIndex(of: "?").map { rest[rest.index(after: $0)...] } ?? ""
        for parameter in query.split(separator: "&") {
            let pair = parameter.split(separator: "=", maxSplits: 1)
            if pair.count == 2, ["password", "sslpassword"].contains(pair[0].lowercased()) {
                passwords.append(pair[1])
            }
        }
        let decoded: [Substring] = passwords.compactMap { $0.removingPercentEncoding }.map { Substring($0) }
        return (passwords + decoded).sorted { $0.count > $1.count }
    }

    /// libpq's messages have several lines.
    static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
            .joined(separator: "; ")
    }
}
