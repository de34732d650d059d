// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
package import WatcherCore
import WatcherServices

/// Sends alerts to a webhook that understands Slack's messages.
package struct WebhookNotifier: Notifier {
    /// Sends an alert.
    package func send(_ alert: StoredAlert) async throws {
        throw HTTPClientError.cancelled
    }
}
