// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Where a server is: checked once, so that every request's URL is sound.
struct ServerAddress: Sendable, Hashable {
    /// The URL without a slash at its end.
    let text: String

    init(_ url: String) throws(WatcherError) {
        let trimmed = String(url.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
        guard let components = URLComponents(string: trimmed, encodingInvalidCharacters: false) else {
            throw Self.error("it is not a URL")
        }
        // Passwords first: the other messages repeat the URL.
        guard components.user == nil, components.password == nil else {
            throw WatcherError(
                .configuration,
                "The server's URL holds a user or password, which is not supported: leave them out and give a token instead."
            )
        }
        guard let scheme = components.scheme?.lowercased(), ["http", "https"].contains(scheme) else {
            throw Self.error("'\(trimmed)' does not begin with http:// or https://")
        }
        guard let host = components.host, !host.isEmpty else { throw Self.error("'\(trimmed)' names no host") }
        guard components.query == nil, components.fragment == nil else {
            throw Self.error("'\(trimmed)' has a query or a fragment, which the server's own paths cannot follow")
        }
        if let port = components.port, !(1...65_535).contains(port) {
            throw Self.error("'\(trimmed)' has a port that is not from 1 to 65535")
        }
        var text = trimmed
        while text.hasSuffix("/") { text.removeLast() }
        self.text = text
    }

    /// Whether a text is the URL of this server; one that cannot be used is not.
    func isNamed(by url: String) -> Bool {
        do throws(WatcherError) {
            return try ServerAddress(url).text.lowercased() == self.text.lowercased()
        } catch {
            return false
        }
    }

    private static func error(_ reason: String) -> WatcherError {
        WatcherError(
            .configuration,
            "The server's URL cannot be used: \(reason). Give one such as https://api.watcher.example.com."
        )
    }

    /// The URL of a path, with those query items that have a value.
    func url(_ path: String, query: [(name: String, value: String?)] = []) -> String {
        let items = query.compactMap { item in item.value.map { "\(item.name)=\(Self.percentEncoded($0))" } }
        return items.isEmpty ? self.text + path : "\(self.text)\(path)?\(items.joined(separator: "&"))"
    }

    /// Escapes every byte that RFC 3986 does not call unreserved.
    static func percentEncoded(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                encoded += byte < 16 ? "%0" : "%"
                encoded += String(byte, radix: 16, uppercase: true)
            }
        }
        return encoded
    }
}
