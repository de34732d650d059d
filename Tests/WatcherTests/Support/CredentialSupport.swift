// SPDX-License-Identifier: Apache-2.0

import Foundation
import InMemoryLogging
import Logging
import Watcher

extension CredentialSources {
    /// An environment whose clouds are all played by one server; a busy machine keeps their time limits.
    static func standIn(_ server: ScriptedServer, _ environment: [String: String] = [:]) -> Self {
        var sources = Self(environment: environment)
        sources.googleMetadata = server.url
        sources.azureMetadata = server.url
        sources.azureAuthority = server.url + "/login"
        sources.awsMetadata = server.url
        sources.awsContainer = server.url
        sources.localTimeout = .seconds(120)
        sources.remoteTimeout = .seconds(120)
        sources.detectionTime = .seconds(120)
        return sources
    }
}

extension ScriptedServer {
    /// A client of this server that authenticates.
    func watcher(
        _ authentication: Watcher.Authentication,
        _ sources: CredentialSources = .init(environment: [:]),
        maximumAttempts: Int = 1,
        time: ManualTime = ManualTime(),
        logs: InMemoryLogHandler = InMemoryLogHandler()
    ) throws -> Watcher {
        try Watcher(
            self.url,
            authentication: authentication,
            configuration: .init(
                requestTimeout: .seconds(120),
                retries: .init(maximumAttempts: maximumAttempts),
                heartbeats: .off
            ),
            logger: .recording(logs),
            surroundings: time.surroundings,
            credentials: sources
        )
    }

    /// The `Authorization` fields of the requests to `POST /pipeline`, in order.
    var authorizations: [String?] {
        self.received(at: Endpoints.syncPipeline).map { $0.headers["authorization"] }
    }
}

extension Watcher {
    /// Sends one request that a good server accepts.
    func ping() async throws {
        _ = try await self.syncPipelineConfig(.init(pipeline: .init(name: "a", pipelineTypeName: "b")))
    }
}

/// Lets other tasks go on until something has come about; returns whether it has within a minute.
func comesAbout(_ condition: () async throws -> Bool) async rethrows -> Bool {
    let limit = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < limit {
        if try await condition() { return true }
        await Task.yield()
    }
    return false
}

/// A token that says when it expires and is signed by nobody.
func webToken(_ name: String, expiring: WireTimestamp) -> String {
    func part(_ json: JSONValue) -> String {
        Data(json.description.utf8).base64EncodedString().replacing("=", with: "")
            .replacing("+", with: "-").replacing("/", with: "_")
    }
    return
        "\(part(["alg": "none"])).\(part(["sub": JSONValue(name), "exp": JSONValue(expiring.microseconds / 1_000_000)])).x"
}

/// Runs `body` with a folder that is gone afterwards.
func withTemporaryFolder<Value>(_ body: (URL) async throws -> Value) async throws -> Value {
    let folder = FileManager.default.temporaryDirectory.appending(path: "watcher-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await body(folder)
}

extension URL {
    /// Writes a text, and returns the path.
    func holding(_ text: String) throws -> String {
        try Data(text.utf8).write(to: self)
        return self.path(percentEncoded: false)
    }
}
