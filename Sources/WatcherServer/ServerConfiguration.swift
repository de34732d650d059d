// SPDX-License-Identifier: Apache-2.0
import NIOCore

/// Where the server listens, and what it accepts.
package struct ServerConfiguration: Sendable, Equatable {
    /// The address to listen on.
    package var host: String
    /// The port to listen on; 0 takes a free one.
    package var port: Int
    /// A larger request body is answered by 413; in bytes.
    package var maximumBodySize: Int
    /// More connections are told 503, and closed.
    package var maximumConnections = 4096
    /// More requests at a time are answered by 503.
    package var maximumConcurrentRequests = 1024
    /// What a client sends beyond this is answered by 429; `nil` for no limit.
    ///
    /// A client is the holder of a token or else a machine.
    package var rateLimit: RateLimit?
    /// How long clients may take.
    package var timeouts = ConnectionTimeouts()
    /// The certificate for HTTPS; `nil` for HTTP.
    package var tls: TLSFiles?
    /// Whether other machines may be answered although no token was ever created.
    package var insecure = false

    /// Makes a configuration.
    package init(host: String = "127.0.0.1", port: Int = 8000, maximumBodySize: Int = 1 << 20) {
        self.host = host
        self.port = port
        self.maximumBodySize = maximumBodySize
    }

    /// Whether requests need a token although none was ever created.
    package var requiresToken: Bool { !self.insecure && !Self.isLoopback(self.host) }

    /// Checks the whole before the server is started.
    ///
    /// - Parameter hasTokens: whether there is a token that counts.
    /// - Throws: ``ConfigurationError`` when other machines could do what they want, when nobody could do anything, or
    ///   when the certificate cannot be used.
    package func validate(hasTokens: Bool) throws(ConfigurationError) {
        if self.requiresToken, !hasTokens {
            throw ConfigurationError(
                """
                \(self.host) is reachable from other machines and there is no token: create one with \
                'watcher token create', or say --insecure
                """
            )
        }
        let counts = [
            ("body size", self.maximumBodySize), ("number of connections", self.maximumConnections),
            ("number of requests at a time", self.maximumConcurrentRequests),
        ]
        for (name, value) in counts where value < 1 {
            throw ConfigurationError("the maximum \(name) must be 1 or more, and is \(value)")
        }
        if let rate = self.rateLimit?.requestsPerSecond, !(rate > 0 && rate.isFinite) {
            throw ConfigurationError("the rate limit must be more than 0 requests a second, and is \(rate)")
        }
        for timeout in [self.timeouts.header, self.timeouts.body, self.timeouts.idle] where timeout <= .zero {
            throw ConfigurationError("a timeout must be longer than nothing")
        }
        _ = try self.tls?.configuration()
    }

    /// Whether only this machine can reach an address.
    ///
    /// Only what is so without doubt: of names `localhost`, of addresses 127.0.0.0/8 and ::1.
    package static func isLoopback(_ host: String) -> Bool {
        if host.lowercased() == "localhost" { return true }
        guard let address = try? SocketAddress(ipAddress: host, port: 0), let text = address.ipAddress else {
            return false
        }
        switch address {
        case .v4: return text.hasPrefix("127.")
        case .v6: return text == "::1"
        case .unixDomainSocket: return false
        }
    }
}

/// A configuration with which the server does not start.
package struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong and what to do about it, as a sentence without its full stop.
    package let description: String

    /// Makes an error.
    package init(_ description: String) {
        self.description = description
    }
}
