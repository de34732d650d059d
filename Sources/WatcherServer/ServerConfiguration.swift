// SPDX-License-Identifier: Apache-2.0

/// Where the server listens, and what it accepts.
package struct ServerConfiguration: Sendable, Equatable {
    /// The address to listen on.
    package var host: String
    /// The port to listen on; 0 takes a free one.
    package var port: Int
    /// A larger request body is answered by 413; in bytes.
    package var maximumBodySize: Int

    /// Makes a configuration.
    package init(host: String = "127.0.0.1", port: Int = 8000, maximumBodySize: Int = 1 << 20) {
        self.host = host
        self.port = port
        self.maximumBodySize = maximumBodySize
    }
}
