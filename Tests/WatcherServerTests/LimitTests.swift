// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing
import WatcherWire

@testable import WatcherServer

struct LimitTests {
    private let start = ContinuousClock.now

    @Test("a budget allows a burst, fills with time up to that burst, and belongs to one client")
    func budgets() {
        var budgets = ClientBudgets(RateLimit(requestsPerSecond: 2, burst: 3))
        let (client, other) = (Client.token(id: 1), Client.address(1))
        for _ in 0..<3 { #expect(budgets.take(from: client, now: self.start) == nil) }
        #expect(budgets.take(from: client, now: self.start) == 0.5)
        #expect(budgets.take(from: other, now: self.start) == nil)
        let later = self.start.advanced(by: .milliseconds(500))
        #expect(budgets.take(from: client, now: later) == nil)
        #expect(
            budgets.take(from: client, now: self.start) == 0.5,
            "a clock that another task read earlier adds nothing"
        )
        let muchLater = self.start.advanced(by: .seconds(3600))
        for _ in 0..<3 { #expect(budgets.take(from: client, now: muchLater) == nil) }
        #expect(budgets.take(from: client, now: muchLater) != nil)
    }

    @Test("however many clients there are, memory is bounded, and a busy client is not forgotten")
    func boundedBudgets() {
        var budgets = ClientBudgets(RateLimit(requestsPerSecond: 0.001, burst: 1))
        #expect(budgets.take(from: .token(id: 0), now: self.start) == nil)
        for address in 1...UInt64(5 * ClientBudgets.generation) {
            #expect(budgets.take(from: .address(address), now: self.start) == nil)
            if address.isMultiple(of: 1000) { #expect(budgets.take(from: .token(id: 0), now: self.start) != nil) }
            #expect(budgets.count <= 2 * ClientBudgets.generation)
        }
    }

    @Test("a machine is known by its IPv4 address at any socket, and by its network with IPv6")
    func clients() throws {
        func client(_ address: String) throws -> Client {
            Client(address: try SocketAddress(ipAddress: address, port: 1))
        }
        #expect(try client("10.0.0.1") == client("::ffff:10.0.0.1"))
        #expect(try client("10.0.0.1") != client("10.0.0.2"))
        #expect(try client("2001:db8::1") == client("2001:db8::ffff:1"))
        #expect(try client("2001:db8::1") != client("2001:db8:0:1::1"))
    }

    @Test("requests beyond the number at a time get 503, liveness does not")
    func overload() async throws {
        let router = Router(context: WatcherRequestContext.self)
        router.add(middleware: ProblemMiddleware())
        router.add(middleware: OverloadMiddleware(maximum: 1))
        let (gate, opener) = AsyncStream<Void>.makeStream()
        let (arrivals, arrived) = AsyncStream<Void>.makeStream()
        router.get("/wait") { _, _ in
            arrived.yield()
            for await _ in gate { break }
            return Response(status: .ok)
        }
        router.get("/livez") { _, _ in Response(status: .ok) }
        try await Application(router: router).test(.router) { client in
            try await withThrowingTaskGroup(of: HTTPResponse.Status.self) { group in
                group.addTask {
                    try await client.executeRequest(uri: "/wait", method: .get, headers: [:], body: nil).status
                }
                for await _ in arrivals { break }
                let refused = try await client.executeRequest(uri: "/wait", method: .get, headers: [:], body: nil)
                #expect(refused.status == .serviceUnavailable && refused.headers[.retryAfter] == "1")
                #expect(String(buffer: refused.body).contains("overloaded"))
                let live = try await client.executeRequest(uri: "/livez", method: .get, headers: [:], body: nil)
                #expect(live.status == .ok)
                opener.yield()
                #expect(try await group.next() == .ok)
                opener.yield()
                let next = try await client.executeRequest(uri: "/wait", method: .get, headers: [:], body: nil)
                #expect(next.status == .ok, "the first one's place is free again")
            }
        }
    }

    @Test("an address counts as loopback only without doubt")
    func loopback() {
        for host in ["127.0.0.1", "127.8.9.10", "::1", "0:0:0:0:0:0:0:1", "localhost", "LOCALHOST"] {
            #expect(ServerConfiguration.isLoopback(host), "\(host)")
        }
        let others = [
            "0.0.0.0", "::", "128.0.0.1", "10.0.0.1", "127.example.org", "localhost.example.org", "example.org", "",
            "127.1", "::2", "fe80::1", "::ffff:10.0.0.1",
        ]
        for host in others { #expect(!ServerConfiguration.isLoopback(host), "\(host)") }
    }

    @Test("a configuration that lets anybody in, nobody in, or nothing through is refused with a sentence")
    func validation() {
        func refusal(hasTokens: Bool = true, _ change: (inout ServerConfiguration) -> Void) -> String? {
            var configuration = ServerConfiguration(host: "0.0.0.0")
            change(&configuration)
            do {
                try configuration.validate(hasTokens: hasTokens)
                return nil
            } catch {
                return error.description
            }
        }
        #expect(refusal { _ in } == nil)
        #expect(refusal(hasTokens: false) { $0.host = "127.0.0.1" } == nil)
        #expect(refusal(hasTokens: false) { $0.insecure = true } == nil)
        let exposed = refusal(hasTokens: false) { _ in }
        for word in ["0.0.0.0", "watcher token create", "--insecure"] { #expect(exposed?.contains(word) == true) }
        #expect(refusal { $0.maximumBodySize = 0 }?.contains("body size") == true)
        #expect(refusal { $0.maximumConnections = -1 }?.contains("connections") == true)
        #expect(refusal { $0.rateLimit = RateLimit(requestsPerSecond: 0) }?.contains("rate") == true)
        #expect(refusal { $0.rateLimit = RateLimit(requestsPerSecond: .nan, burst: 1) }?.contains("rate") == true)
        #expect(refusal { $0.timeouts.idle = .zero }?.contains("timeout") == true)
        let missing = TLSFiles(certificate: "/no/such/file.pem", key: "/no/key.pem")
        #expect(refusal { $0.tls = missing }?.contains("/no/such/file.pem") == true)
    }

    // MARK: The timeline of a connection

    private static let timeouts = ConnectionTimeouts(header: .seconds(10), body: .seconds(30), idle: .seconds(60))

    private static func at(_ seconds: Int64) -> NIODeadline {
        .uptimeNanoseconds(UInt64(1000 + seconds) * 1_000_000_000)
    }

    /// The next deadline, in seconds.
    private static func deadline(_ timeline: ConnectionTimeline) -> (Int64, ConnectionTimeline.Overrun)? {
        timeline.deadline.map { ($0.at - Self.at(0)).nanoseconds / 1_000_000_000 }.flatMap { seconds in
            timeline.deadline.map { (seconds, $0.overrun) }
        }
    }

    @Test("headers have one deadline, a body one that progress moves, an answer none")
    func timeline() throws {
        var timeline = ConnectionTimeline(Self.timeouts, now: Self.at(0))
        timeline.headerBegan(Self.at(9))
        #expect(try #require(Self.deadline(timeline)) == (10, .header), "bytes that come do not move it")
        timeline.headerEnded(Self.at(5))
        #expect(try #require(Self.deadline(timeline)) == (35, .body))
        timeline.bodyGrew(by: 1, Self.at(20))
        #expect(try #require(Self.deadline(timeline)) == (35, .body), "a byte is no progress")
        timeline.bodyGrew(by: 512 * 100, Self.at(25))
        #expect(try #require(Self.deadline(timeline)) == (55, .body))
        timeline.bodyEnded(Self.at(26))
        #expect(timeline.deadline == nil, "now it is the server's turn")
        timeline.answered(Self.at(100))
        #expect(try #require(Self.deadline(timeline)) == (160, .idle))
        timeline.headerBegan(Self.at(150))
        timeline.headerBegan(Self.at(159))
        #expect(try #require(Self.deadline(timeline)) == (160, .header))
    }

    @Test("requests sent ahead wait for their turn, and the rest of a refused one is waited for shortly")
    func aheadAndRefused() throws {
        var timeline = ConnectionTimeline(Self.timeouts, now: Self.at(0))
        for _ in 0..<2 {
            timeline.headerEnded(Self.at(1))
            timeline.bodyEnded(Self.at(1))
        }
        timeline.headerBegan(Self.at(2))
        timeline.answered(Self.at(50))
        #expect(timeline.deadline == nil)
        timeline.answered(Self.at(60))
        #expect(try #require(Self.deadline(timeline)) == (70, .header))
        timeline.headerEnded(Self.at(61))
        timeline.answered(Self.at(62))
        timeline.bodyGrew(by: 1 << 20, Self.at(63))
        #expect(try #require(Self.deadline(timeline)) == (64, .body))
    }

    @Test("a client that does not read its answer is cut, and a connection that is closing is, whatever comes")
    func unreadAndClosing() throws {
        var timeline = ConnectionTimeline(Self.timeouts, now: Self.at(0))
        timeline.headerEnded(Self.at(1))
        timeline.bodyEnded(Self.at(1))
        timeline.blocked(true, Self.at(2))
        timeline.blocked(true, Self.at(20))
        #expect(try #require(Self.deadline(timeline)) == (32, .unread))
        timeline.blocked(false, Self.at(25))
        #expect(timeline.deadline == nil)
        timeline.close(Self.at(30))
        timeline.close(Self.at(31))
        timeline.headerEnded(Self.at(31))
        #expect(try #require(Self.deadline(timeline)) == (32, .closing))
    }
}
