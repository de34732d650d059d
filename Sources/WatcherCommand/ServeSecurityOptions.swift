// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import WatcherServer

/// What `watcher serve` is told about who may use it, and how much.
struct ServeSecurityOptions: ParsableArguments {
    @Flag(help: "Let other machines in although there is no token.")
    var insecure = false

    @Option(help: ArgumentHelp("A certificate chain in PEM; the server then speaks HTTPS only.", valueName: "file"))
    var tlsCertificate: String?

    @Option(help: ArgumentHelp("The certificate's private key in PEM.", valueName: "file"))
    var tlsKey: String?

    @Option(help: ArgumentHelp("A larger request body is answered by 413.", valueName: "bytes"))
    var maxBodySize = 1 << 20

    @Option(help: ArgumentHelp("More connections are answered by 503.", valueName: "count"))
    var maxConnections = 4096

    @Option(
        help: ArgumentHelp(
            "More requests a second from a token, or from an address without one, are answered by 429.",
            valueName: "requests"
        )
    )
    var rateLimit: Double?

    func validate() throws {
        guard (self.tlsCertificate == nil) == (self.tlsKey == nil) else {
            throw ValidationError("--tls-certificate and --tls-key go together.")
        }
    }

    /// Writes the options into a configuration, which is checked as a whole later.
    func apply(to configuration: inout ServerConfiguration) {
        configuration.insecure = self.insecure
        if let certificate = self.tlsCertificate, let key = self.tlsKey {
            configuration.tls = TLSFiles(certificate: certificate, key: key)
        }
        configuration.maximumBodySize = self.maxBodySize
        configuration.maximumConnections = self.maxConnections
        configuration.rateLimit = self.rateLimit.map { RateLimit(requestsPerSecond: $0) }
    }
}
