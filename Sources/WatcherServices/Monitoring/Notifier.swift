// SPDX-License-Identifier: Apache-2.0
package import WatcherCore

/// A place where alerts go.
package protocol Notifier: Sendable {
    /// Sends an alert; returns when the place has accepted it.
    ///
    /// May be called again for an alert that was accepted, when the server dies before it could note so.
    ///
    /// - Parameter alert: what to send.
    /// - Throws: what went wrong, without secrets such as the place's address: the alert is sent again later.
    func send(_ alert: StoredAlert) async throws
}
