// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import Foundation
import NIOSSL
import Watcher
import WatcherDatabase
import WatcherWire

/// Asks a server whether it lives, and whether it reaches its database.
enum ServerProbe {
    private static let timeout: Duration = .seconds(5)

    /// The address of a server without user, password and what follows the path; `nil` when the text is none.
    static func address(_ text: String) -> String? {
        guard var address = SettingText.webAddress(text).flatMap({ URLComponents(string: $0) }) else { return nil }
        (address.user, address.password, address.query, address.fragment) = (nil, nil, nil, nil)
        while address.path.hasSuffix("/") { address.path.removeLast() }
        return address.string
    }

    /// What was found, good and bad.
    ///
    /// - Parameters:
    ///   - url: where the server is; an ``address(_:)``.
    ///   - isOwn: whether it is the server that the configuration of this machine describes, which need not run.
    /// - Returns: what was found.
    static func findings(of url: String, isOwn: Bool) async -> [Diagnosis] {
        do {
            return try await HTTPClient.withHTTPClient(configuration: Self.configuration(isOwn: isOwn)) { client in
                try await Self.findings(of: url, client)
            }
        } catch TransportError.connection(let reason) where isOwn && Self.isRefused(reason) {
            return [.ok("server", "none answers at \(url), so none was asked")]
        } catch  where isOwn {
            let finding = "whether a server lives at \(url) is not known: \(Self.sentence(error))"
            let remedy = "look into its log; when another program has the port, choose another with --port"
            return [.warning("server", finding, remedy: remedy)]
        } catch {
            let finding = "the server at \(url) does not answer: \(Self.sentence(error))"
            return [.problem("server", finding, remedy: Self.remedy(error))]
        }
    }

    private static func configuration(isOwn: Bool) -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.connectionPool.retryConnectionEstablishment = false
        if isOwn {
            // The certificate is for the name by which others know this machine, and perhaps signed by itself; here the
            // server is asked by its address. Nothing is sent that anybody could misuse, and who has the port of this
            // machine is not told by a certificate.
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.certificateVerification = .none
            configuration.tlsConfiguration = tls
        }
        return configuration
    }

    private static func findings(of url: String, _ client: HTTPClient) async throws -> [Diagnosis] {
        let transport = AsyncHTTPClientTransport(
            configuration: .init(requestTimeout: Self.timeout, httpClient: client)
        )
        func status(_ endpoint: Endpoint) async throws -> Int {
            try await transport.send(TransportRequest(method: endpoint.method, url: url + endpoint.path)).status
        }
        let live = try await status(Endpoints.live)
        guard live == 200 else {
            let remedy = "name the watcher server with --server, or look into its log"
            return [
                .problem("server", "\(url) answers \(live), as no watcher server that is well does", remedy: remedy)
            ]
        }
        let ready = try await status(Endpoints.ready)
        guard ready == 200 else {
            return [
                .problem(
                    "server",
                    "the server at \(url) lives, and says that it is not ready (\(ready))",
                    remedy: "see that it reaches its database: its log says what is wrong"
                )
            ]
        }
        return [.ok("server", "the server at \(url) lives and reaches its database")]
    }

    private static func isRefused(_ reason: String) -> Bool { reason.contains("Connection refused") }

    private static func isUntrusted(_ reason: String) -> Bool { reason.contains("CERTIFICATE_VERIFY_FAILED") }

    private static func sentence(_ error: any Error) -> String {
        switch error {
        case TransportError.connection(let reason) where Self.isRefused(reason): "nobody listens there"
        case TransportError.connection(let reason) where Self.isUntrusted(reason):
            "this machine does not trust its certificate"
        case TransportError.connection(let reason): reason
        case TransportError.timedOut(let limit): "it was silent for \(limit)"
        default: "\(error)"
        }
    }

    private static func remedy(_ error: any Error) -> String {
        switch error {
        case TransportError.connection(let reason) where Self.isUntrusted(reason):
            "name it by the name in the certificate, and let this machine trust who signed that"
        default: "start it with 'watcher serve', and see that nothing on the way keeps others out"
        }
    }
}
