// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Tracing
package import WatcherCore
import WatcherServices

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Sends alerts to a webhook that understands Slack's messages.
///
/// Each alert has an `Idempotency-Key` of its own, by which a webhook that heeds it recognises an alert that comes again.
package struct WebhookNotifier: Notifier {
    /// What is sent.
    private struct Message: Encodable {
        let text: String
    }

    /// The client of all webhooks; never shut down, so nobody has to.
    ///
    /// Redirects are not followed: they would carry the alert to a place that nobody named. There are no traces of the
    /// client's own, because they hold the whole URL. What fails is tried again by the alert's job.
    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.tracing.tracer = nil
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    /// How many bytes of a refusal are read; what is shown of it is shorter.
    private static let answerSize = 8192
    /// How many characters of a refusal are shown.
    private static let shownAnswerLength = 200

    private let url: WebhookURL
    private let timeout: Duration

    /// Makes a notifier.
    ///
    /// - Parameters:
    ///   - url: where the webhook is: `http` or `https`, perhaps with a user and a password for basic authentication.
    ///   - timeout: how long one try may take.
    /// - Throws: ``NotifierError`` when the URL cannot be used, without repeating it.
    package init(url: String, timeout: Duration = .seconds(10)) throws(NotifierError) {
        self.url = try WebhookURL(url)
        self.timeout = timeout
    }

    /// Sends an alert; returns when the webhook has answered that it has it.
    ///
    /// - Parameter alert: what to send.
    /// - Throws: ``NotifierError``, which names the webhook's host and nothing else of its URL; `CancellationError`.
    package func send(_ alert: StoredAlert) async throws {
        try await withSpan("send alert", ofKind: .client) { span in
            span.attributes["server.address"] = self.url.host
            var headers = HTTPHeaders()
            InstrumentationSystem.instrument.inject(span.context, into: &headers, using: HeaderInjector())
            try await self.sendInTime(alert, headers)
        }
    }

    private func sendInTime(_ alert: StoredAlert, _ headers: HTTPHeaders) async throws {
        do {
            // The client's own deadline ends with the head of the answer; ours covers the body of a refusal too.
            try await withThrowingTaskGroup(of: Void.self) { group in
                defer { group.cancelAll() }
                group.addTask { try await self.exchange(alert, headers) }
                group.addTask {
                    try await Task.sleep(for: self.timeout)
                    throw NotifierError("The webhook at \(self.url.host) did not answer within \(self.timeout)")
                }
                try await group.next()
            }
        } catch let error as NotifierError {
            throw error
        } catch {
            if Task.isCancelled { throw CancellationError() }
            let reason = self.url.censored(String(describing: error))
            throw NotifierError("The webhook at \(self.url.host) was not reached: \(reason)")
        }
    }

    private func exchange(_ alert: StoredAlert, _ headers: HTTPHeaders) async throws {
        var request = HTTPClientRequest(url: self.url.text)
        request.method = .POST
        request.headers = headers
        request.headers.add(name: "Content-Type", value: "application/json")
        // With the moment, because two installations may have one receiver.
        let key = "watcher-alert-\(alert.id)-\(alert.raisedAt.microseconds)"
        request.headers.add(name: "Idempotency-Key", value: key)
        if let login = self.url.login { request.setBasicAuth(username: login.user, password: login.password) }
        request.body = .bytes(ByteBuffer(bytes: try JSONEncoder().encode(Message(text: alert.slackText))))
        // A little more than ours, which says what happened.
        let response = try await Self.client.execute(request, timeout: TimeAmount(self.timeout + .seconds(1)))
        let status = response.status.code
        guard !(200...299).contains(status) else { return }
        guard !(300...399).contains(status) else {
            throw NotifierError(
                "The webhook at \(self.url.host) answered \(status), a redirect, which is not followed: "
                    + "give the URL to which it leads"
            )
        }
        let answer = self.url.censored(try await Self.beginning(of: response.body))
        throw NotifierError(
            "The webhook at \(self.url.host) answered \(status): "
                + String(answer.unicodeScalars.prefix(Self.shownAnswerLength))
        )
    }

    private static func beginning(of body: HTTPClientResponse.Body) async throws -> String {
        var bytes: [UInt8] = []
        for try await chunk in body {
            bytes += chunk.readableBytesView.prefix(Self.answerSize - bytes.count)
            if bytes.count == Self.answerSize { break }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension WebhookNotifier: CustomStringConvertible {
    /// Says the webhook's host, and nothing else of its URL.
    package var description: String { "webhook at \(self.url.host)" }
}

/// Writes the trace that an alert belongs to into a request.
private struct HeaderInjector: Injector {
    func inject(_ value: String, forKey key: String, into headers: inout HTTPHeaders) {
        headers.replaceOrAdd(name: key, value: value)
    }
}
