// SPDX-License-Identifier: Apache-2.0

public import Configuration
public import Logging

extension Watcher {
    /// Makes a client from configuration; by default from environment variables.
    ///
    /// | key | environment | meaning |
    /// | --- | --- | --- |
    /// | `watcher.url` | `WATCHER_URL` | Where the server is. Required. |
    /// | `watcher.token` | `WATCHER_TOKEN` | The bearer token, read as a secret. None when absent or empty. |
    ///
    /// - Parameters:
    ///   - reader: where the keys are looked up.
    ///   - authentication: how the client shows who it is; without one, with `watcher.token`.
    ///   - configuration: how the client sends, waits and retries.
    ///   - logger: where the client logs; without one, a logger with the label `watcher`.
    /// - Throws: ``WatcherError`` with the code ``WatcherError/Code/configuration`` when the URL is missing, or a value
    ///   cannot be used.
    public init(
        reader: ConfigReader = ConfigReader(
            provider: EnvironmentVariablesProvider(secretsSpecifier: .specific(["WATCHER_TOKEN"]))
        ),
        authentication: Authentication? = nil,
        configuration: Configuration = .init(),
        logger: Logger? = nil
    ) throws {
        guard let url = reader.string(forKey: "watcher.url"), !url.isEmpty else {
            throw WatcherError(
                .configuration,
                "No server is set: set WATCHER_URL (configuration key watcher.url), for example to http://127.0.0.1:8000."
            )
        }
        let token = reader.string(forKey: "watcher.token", isSecret: true)
        try self.init(
            url,
            authentication: authentication ?? token.flatMap { $0.isEmpty ? nil : .bearer($0) } ?? .none,
            configuration: configuration,
            logger: logger
        )
    }
}
