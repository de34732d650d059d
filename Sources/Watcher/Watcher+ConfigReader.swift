// SPDX-License-Identifier: Apache-2.0

public import Configuration
public import Logging

extension Watcher {
    /// Makes a client from configuration; by default from environment variables.
    ///
    /// | key | environment | meaning |
    /// | --- | --- | --- |
    /// | `watcher.url` | `WATCHER_URL` | Where the server is. Required. |
    /// | `watcher.token` | `WATCHER_TOKEN` | The bearer token, read as a secret, or `file:PATH` of a file with it, which is read for every request. None when empty. |
    /// | `watcher.disabled` | `WATCHER_DISABLED` | `1` runs the work without a server and a URL: ``Configuration/isEnabled``. |
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
        var configuration = configuration
        if try Self.isDisabled(reader) { configuration.isEnabled = false }
        let urlOfNobody = configuration.isEnabled ? nil : "http://watcher.invalid"
        guard let url = reader.string(forKey: "watcher.url").flatMap({ $0.isEmpty ? nil : $0 }) ?? urlOfNobody else {
            throw WatcherError(
                .configuration,
                "No server is set: set WATCHER_URL (configuration key watcher.url), for example to http://127.0.0.1:8000."
            )
        }
        let token = reader.string(forKey: "watcher.token", isSecret: true)
        // The file of a token that nobody is shown need not be there.
        let isUsed = authentication == nil && configuration.isEnabled
        let bearer = isUsed ? try Self.bearer(token) : nil
        try self.init(
            url,
            authentication: authentication ?? bearer ?? .none,
            configuration: configuration,
            logger: logger
        )
    }

    private static func bearer(_ setting: String?) throws(WatcherError) -> Authentication? {
        guard let setting, let token = try TokenSource.token(setting) else { return nil }
        guard let path = TokenSource.file(setting) else { return .bearer(token) }
        // Who rotates the token replaces the file, so it is read again; what is wrong with it now is told now.
        _ = try BearerToken(token)
        return .bearerFile(path)
    }

    private static func isDisabled(_ reader: ConfigReader) throws(WatcherError) -> Bool {
        if let value = reader.bool(forKey: "watcher.disabled") { return value }
        // A text that is no truth value is read as none; who sets it wants something.
        guard let text = reader.string(forKey: "watcher.disabled"), !text.isEmpty else { return false }
        throw WatcherError(
            .configuration,
            "WATCHER_DISABLED (configuration key watcher.disabled) is '\(text)', but must be 1, 0, true, false, yes or no."
        )
    }
}
