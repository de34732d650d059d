// SPDX-License-Identifier: Apache-2.0
import Hummingbird
import Synchronization
import Testing
import WatcherCore
import WatcherNotifiers

struct WebhookNotifierTests {
    private static let alert = StoredAlert(
        id: 42,
        alert: Alert(
            .warning,
            "Queue",
            "\u{0}\u{1f}\"quoted\" \\ back\u{2028}slash / tab\t",
            details: [.init("größe", "<100> 👩‍👩‍👧")]
        ),
        raisedAt: Timestamp(microseconds: 1_736_467_800_000_000)
    )
    /// The parts of the tests' URLs that must not be said.
    private static let secrets = ["T0000AAA", "xyzSECRETxyz", "tok=en123456", "en123456", "user7", "pass77"]

    @Test("the webhook gets Slack's message, with a key by which it recognises a repetition")
    func sends() async throws {
        try await WebhookServer.run { _ in
            Response(status: .created)
        } body: { server in
            let notifier = try WebhookNotifier(url: server.url(login: "user7:p%40ss77@"))
            for _ in 0..<2 { try await notifier.send(Self.alert) }
            let request = try #require(server.received.first)
            #expect(server.received == [request, request])
            #expect(request.method == "POST")
            #expect(request.target == "/services/T0000AAA/xyzSECRETxyz?tok=en123456")
            #expect(request.contentType == "application/json")
            #expect(request.idempotencyKey == "watcher-alert-42-1736467800000000")
            #expect(request.authorization == "Basic dXNlcjc6cEBzczc3")
            #expect(
                request.text == """
                    ⚠️ *WARNING*
                    *Queue*
                    *Timestamp:* 2025-01-10 00:10:00 UTC
                    *Message:* \u{0}\u{1f}"quoted" \\ back\u{2028}slash / tab\t

                    *Details:*
                    • *größe:* &lt;100&gt; 👩‍👩‍👧
                    """
            )
        }
    }

    @Test(
        "a refusal is told with its status and the beginning of its text, and never with the URL",
        arguments: [
            (500, "no_service", "answered 500: no_service"),
            (404, String(repeating: "ä", count: 9000), "answered 404: " + String(repeating: "ä", count: 200)),
            (404, "Cannot POST /services/t0000aaa/x", "answered 404: (not shown: it repeats the URL)"),
            (403, "token en123456 is revoked", "answered 403: (not shown: it repeats the URL)"),
            (429, "", "answered 429: "),
            (302, "", "answered 302, a redirect, which is not followed: give the URL to which it leads"),
        ]
    )
    func refusals(status: Int, answer: String, says: String) async throws {
        try await WebhookServer.run { _ in
            let headers: HTTPFields = status == 302 ? [.location: "/elsewhere/xyzSECRETxyz"] : [:]
            return Response(
                status: .init(code: status),
                headers: headers,
                body: .init(byteBuffer: ByteBuffer(string: answer))
            )
        } body: { server in
            let notifier = try WebhookNotifier(url: server.url(login: "user7:pass77@"))
            let error = await #expect(throws: NotifierError.self) { try await notifier.send(Self.alert) }
            #expect(error?.description == "The webhook at 127.0.0.1 \(says)")
            #expect(server.received.count == 1)
            #expect("\(notifier)" == "webhook at 127.0.0.1")
            var dumped = ""
            dump(notifier, to: &dumped)
            for secret in Self.secrets { #expect(!dumped.contains(secret)) }
        }
    }

    @Test("a webhook that says nothing is given up after the timeout, one that is not there at once")
    func unreachable() async throws {
        // The answer comes when the notifier has given up.
        let (silence, end) = AsyncStream<Void>.makeStream()
        let address = try await WebhookServer.run { _ in
            for await _ in silence {}
            return Response(status: .ok)
        } body: { server in
            defer { end.finish() }
            let url = server.url(login: "user7:pass77@")
            let notifier = try WebhookNotifier(url: url, timeout: .milliseconds(200))
            let error = await #expect(throws: NotifierError.self) { try await notifier.send(Self.alert) }
            #expect(error?.description == "The webhook at 127.0.0.1 did not answer within 0.2 seconds")
            return url
        }
        let notifier = try WebhookNotifier(url: address)
        let error = await #expect(throws: NotifierError.self) { try await notifier.send(Self.alert) }
        #expect(error?.description.hasPrefix("The webhook at 127.0.0.1 was not reached: ") == true)
        for secret in Self.secrets { #expect(error?.description.contains(secret) == false) }
    }

    @Test("a task that is cancelled while it sends is cancelled, not refused")
    func cancelled() async throws {
        let (silence, end) = AsyncStream<Void>.makeStream()
        try await WebhookServer.run { _ in
            for await _ in silence {}
            return Response(status: .ok)
        } body: { server in
            defer { end.finish() }
            let notifier = try WebhookNotifier(url: server.url())
            let outcome = await withTaskGroup(of: Result<Void, any Error>.self) { group in
                group.addTask {
                    do { return .success(try await notifier.send(Self.alert)) } catch { return .failure(error) }
                }
                await server.firstRequest()
                group.cancelAll()
                return await group.next()
            }
            #expect(throws: CancellationError.self) { try outcome?.get() }
        }
    }

    @Test(
        "a URL that cannot be used is not repeated",
        arguments: [
            ("", "it does not begin with http:// or https://"),
            ("hooks.example.com/T0000AAA", "it does not begin with http:// or https://"),
            ("ftp://user7:pass77@hooks.example.com/T0000AAA", "it does not begin with http:// or https://"),
            ("https:///T0000AAA?tok=en123456", "it names no host"),
            ("https://hooks.example.com:99999/T0000AAA", "its port is not from 1 to 65535"),
            ("https://hooks.example.com/T0000AAA/x y", "it is not a URL"),
        ]
    )
    func wrongURLs(url: String, reason: String) {
        let error = #expect(throws: NotifierError.self) { try WebhookNotifier(url: url) }
        #expect(
            error?.description
                == "The webhook's URL, not repeated here because it is a secret, cannot be used: \(reason). "
                + "Give one such as https://hooks.example.com/services/…"
        )
    }
}
