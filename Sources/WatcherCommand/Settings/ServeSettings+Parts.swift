// SPDX-License-Identifier: Apache-2.0
import NIOCore
import WatcherNotifiers
import WatcherServer
import WatcherServices

extension ServeSettings {
    /// What the server listens on and accepts.
    var server: ServerConfiguration {
        var configuration = ServerConfiguration(
            host: self.host,
            port: self.port,
            maximumBodySize: self.limits.bodySize
        )
        configuration.maximumConnections = self.limits.connections
        configuration.rateLimit = self.limits.requestsPerSecond.map { RateLimit(requestsPerSecond: Double($0)) }
        configuration.timeouts = ConnectionTimeouts(
            header: TimeAmount(self.limits.headerTimeout),
            idle: TimeAmount(self.limits.idleTimeout)
        )
        configuration.tls = self.tls.map { TLSFiles(certificate: $0.certificate, key: $0.key) }
        configuration.insecure = self.isInsecure
        return configuration
    }

    /// Where alerts go; `nil` when they are only stored and logged.
    ///
    /// - Throws: ``CommandFailure``
    func notifier() throws -> (any Notifier)? {
        do {
            return try self.webhook.map { try WebhookNotifier(url: $0) }
        } catch let error as NotifierError {
            throw CommandFailure("\(Settings.webhook.entry.key) cannot be used: \(error)")
        }
    }
}
