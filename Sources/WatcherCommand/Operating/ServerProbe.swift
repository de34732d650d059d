// SPDX-License-Identifier: Apache-2.0
import Watcher
import WatcherDatabase
import WatcherWire

/// Asks a server whether it lives, and whether it reaches its database.
enum ServerProbe {
    private static let timeout: Duration = .seconds(5)

    /// What was found, good and bad.
    ///
    /// - Parameters:
    ///   - url: where the server is.
    ///   - mustAnswer: whether it is a problem when nobody answers there.
    /// - Returns: what was found.
    static func findings(of url: String, mustAnswer: Bool) async -> [Diagnosis] {
        let url = url.hasSuffix("/") ? String(url.dropLast()) : url
        let transport = AsyncHTTPClientTransport(configuration: .init(requestTimeout: Self.timeout))
        func status(_ endpoint: Endpoint) async throws -> Int {
            try await transport.send(TransportRequest(method: endpoint.method, url: url + endpoint.path)).status
        }
        do {
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
        } catch {
            guard mustAnswer else { return [.ok("server", "none answers at \(url), so none was asked")] }
            return [
                .problem(
                    "server",
                    "the server at \(url) does not answer: \(Self.sentence(error))",
                    remedy: "start it with 'watcher serve', and see that nothing on the way keeps others out"
                )
            ]
        }
    }

    private static func sentence(_ error: any Error) -> String {
        switch error {
        case TransportError.connection(let reason):
            reason.contains("Connection refused") ? "nobody listens there" : reason
        case TransportError.timedOut(let limit): "it was silent for \(limit)"
        default: "\(error)"
        }
    }
}
