// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import InMemoryLogging
import Logging
import NIOCore
import Testing
import WatcherCore
import WatcherDatabaseTesting
import WatcherServices
import WatcherWire

@testable import WatcherServer

struct AuthenticationTests {
    /// What every endpoint needs, written once more by hand: who adds one says here what it is.
    private static func needed(_ endpoint: Endpoint) -> TokenScope? {
        if ["/", "/livez", "/readyz", "/openapi.json", "/docs"].contains(endpoint.path) { return nil }
        if endpoint.path == "/log_cleanup" { return .admin }
        return endpoint.method == .get ? .read : .write
    }

    /// A server with a token of each scope.
    private static func withTokens(
        _ configuration: ServerConfiguration = ServerConfiguration(port: 0),
        logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
        _ body: (WatcherServer.Services, Ledger, [TokenScope: String]) async throws -> Void
    ) async throws {
        try await TestDatabase.with(.sqliteMemory) { database in
            let ledger = Ledger(database: database, now: { Timestamp(microseconds: 1_736_467_800_000_000) })
            var tokens: [TokenScope: String] = [:]
            var generator = SystemRandomNumberGenerator()
            for scope in TokenScope.allCases {
                let secret = TokenSecret(using: &generator)
                let id = try await TokenService(ledger).create(name: "a \(scope)er", scope: scope, secret: secret)
                tokens[scope] = secret.token(id: id)
            }
            try await body(WatcherServer.Services(ledger), ledger, tokens)
        }
    }

    private static func request(
        _ client: any TestClientProtocol,
        _ method: HTTPRequest.Method,
        _ path: String,
        authorization: String?
    ) async throws -> TestResponse {
        var headers: HTTPFields = [:]
        if let authorization { headers[.authorization] = authorization }
        return try await client.executeRequest(uri: path, method: method, headers: headers, body: nil)
    }

    @Test("who has no token learns nothing of what paths there are")
    func trailingSlash() async throws {
        try await Self.withTokens { services, _, tokens in
            let application = WatcherServer.application(
                services,
                ServerConfiguration(port: 0),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            ) { _ in }
            try await application.test(.router) { client in
                for path in ["/pipeline/", "/nowhere/"] {
                    let refused = try await Self.request(client, .get, path, authorization: nil)
                    #expect(refused.status == .unauthorized, "\(path)")
                }
                let token = try #require(tokens[.read])
                let known = try await Self.request(client, .get, "/pipeline/", authorization: "Bearer \(token)")
                #expect(known.status == .temporaryRedirect)
            }
        }
    }

    @Test("every endpoint lets in the scopes that it should, and no others")
    func scopes() async throws {
        try await Self.withTokens { services, _, tokens in
            let router = Router(context: WatcherRequestContext.self, options: .autoGenerateHeadEndpoints)
            router.add(middleware: ProblemMiddleware())
            router.add(
                middleware: AuthenticationMiddleware(
                    authenticator: services.authenticator,
                    requiresToken: false,
                    rates: nil
                )
            )
            let routes = Routes(router: router, maximumBodySize: 100)
            for endpoint in Endpoints.all { routes.on(endpoint) { _, _ in Response(status: .accepted) } }
            try await Application(router: router).test(.router) { client in
                for endpoint in Endpoints.all {
                    let needed = Self.needed(endpoint)
                    #expect(endpoint.neededScope == needed, "\(endpoint)")
                    let path = endpoint.path.replacing("{id}", with: "1")
                    let methods = [endpoint.httpMethod] + (endpoint.method == .get ? [.head] : [])
                    for method in methods {
                        let none = try await Self.request(client, method, path, authorization: nil)
                        #expect(none.status == (needed == nil ? .accepted : .unauthorized), "\(method) \(path)")
                        if needed != nil { #expect(none.headers[.wwwAuthenticate] == "Bearer") }
                        for scope in TokenScope.allCases {
                            let token = try #require(tokens[scope])
                            let answer = try await Self.request(client, method, path, authorization: "Bearer \(token)")
                            let isIn = needed.map { scope >= $0 } ?? true
                            #expect(answer.status == (isIn ? .accepted : .forbidden), "\(method) \(path) \(scope)")
                            if let needed, !isIn, method != .head {
                                let text = String(buffer: answer.body)
                                #expect(text.contains(#""forbidden""#) && text.contains("'\(needed)'"))
                            }
                        }
                    }
                }
            }
        }
    }

    @Test("without a token nobody learns which paths there are, however they are spelt")
    func unknownPaths() async throws {
        try await Self.withTokens { services, _, tokens in
            let application = Self.application(services)
            try await application.test(.router) { client in
                let paths = [
                    "/nowhere", "/pipeline", "//pipeline", "/%70ipeline", "/livez/x", "/LIVEZ", "/pipeline/1", "/docs2",
                ]
                for path in paths {
                    for method in [HTTPRequest.Method.get, .head, .post, .delete, .options] {
                        let answer = try await Self.request(client, method, path, authorization: nil)
                        #expect(answer.status == .unauthorized, "\(method) \(path)")
                    }
                    let token = try #require(tokens[.read])
                    let known = try await Self.request(client, .delete, path, authorization: "bearer \(token)")
                    #expect([.notFound, .methodNotAllowed].contains(known.status), "\(path): \(known.status)")
                }
                let live = try await Self.request(client, .get, "/livez", authorization: "Bearer nonsense")
                #expect(live.status == .ok)
            }
        }
    }

    @Test("an answer to a bad token says what is wrong with it, and not whether it once was one")
    func badTokens() async throws {
        try await Self.withTokens { services, ledger, tokens in
            let token = try #require(tokens[.admin])
            try await Self.application(services).test(.router) { client in
                func code(_ authorization: String?) async throws -> String {
                    let answer = try await Self.request(client, .get, "/pipeline", authorization: authorization)
                    #expect(answer.status == .unauthorized)
                    let body = try JSONParser.parse(String(buffer: answer.body))
                    #expect(body["code"]?.string == "unauthorized")
                    return body["message"]?.string ?? ""
                }
                #expect(try await code(nil).contains("needs a token"))
                for malformed in [
                    "", "Bearer", token, "Basic \(token)", "Bearer \(token) \(token)", "Bearer x", "Bearer é",
                ] {
                    #expect(try await code(malformed).contains("is not 'Bearer"), "\(malformed)")
                }
                let unknown = try await code("Bearer wtr_9999_\(token.suffix(43))")
                #expect(unknown == "The token is unknown or revoked")
                let before = try await Self.request(client, .get, "/pipeline", authorization: "Bearer \(token)")
                #expect(before.status == .ok)
                _ = try await TokenService(ledger).revoke("a adminer")
                try await services.authenticator.refresh()
                #expect(try await code("Bearer \(token)") == unknown)
            }
        }
    }

    @Test("without any token a server on loopback is open, and any other is closed unless it is told to be insecure")
    func noTokens() async throws {
        for (host, insecure, status) in [
            ("127.0.0.1", false, HTTPResponse.Status.ok), ("0.0.0.0", false, .unauthorized), ("0.0.0.0", true, .ok),
        ] {
            try await TestDatabase.with(.sqliteMemory) { database in
                let ledger = Ledger(database: database, now: { Timestamp(microseconds: 0) })
                var configuration = ServerConfiguration(host: host, port: 0)
                configuration.insecure = insecure
                try await Self.application(WatcherServer.Services(ledger), configuration).test(.router) { client in
                    let answer = try await Self.request(client, .get, "/pipeline", authorization: "Bearer anything")
                    #expect(answer.status == status, "\(host) \(insecure)")
                }
            }
        }
    }

    @Test("no log line holds a token, whatever is logged")
    func logs() async throws {
        let handler = InMemoryLogHandler()
        var logger = Logger(label: "test") { _ in handler }
        logger.logLevel = .trace
        try await Self.withTokens { services, _, tokens in
            let application = WatcherServer.application(services, ServerConfiguration(port: 0), logger: logger) { _ in }
            try await application.test(.live) { client in
                for token in tokens.values.sorted() + ["wtr_77_\(String(repeating: "S", count: 43))"] {
                    for (method, path) in [
                        (HTTPRequest.Method.get, "/pipeline"), (.post, "/pipeline"), (.get, "/nowhere"),
                    ] {
                        _ = try await Self.request(client, method, path, authorization: "Bearer \(token)")
                    }
                }
            }
            let lines = handler.entries.map { "\($0.message) \($0.metadata) \(String(describing: $0.error))" }
            #expect(!lines.isEmpty)
            for token in tokens.values { #expect(!lines.contains { $0.contains(token.suffix(43)) }) }
            #expect(!lines.contains { $0.contains("SSSS") })
        }
    }

    @Test("a client beyond its rate is told when to come again, by token and not by connection")
    func rateLimit() async throws {
        var configuration = ServerConfiguration(port: 0)
        configuration.rateLimit = RateLimit(requestsPerSecond: 0.01, burst: 3)
        try await Self.withTokens { services, _, tokens in
            try await Self.application(services, configuration).test(.router) { client in
                let (reader, writer) = (try #require(tokens[.read]), try #require(tokens[.write]))
                for _ in 0..<3 {
                    let answer = try await Self.request(client, .get, "/pipeline", authorization: "Bearer \(reader)")
                    #expect(answer.status == .ok)
                }
                let refused = try await Self.request(client, .get, "/pipeline", authorization: "Bearer \(reader)")
                #expect(refused.status == .tooManyRequests)
                #expect(String(buffer: refused.body).contains("rate_limited"))
                let seconds = try #require(refused.headers[.retryAfter].flatMap { Int($0) })
                #expect((90...100).contains(seconds))
                let other = try await Self.request(client, .get, "/pipeline", authorization: "Bearer \(writer)")
                #expect(other.status == .ok)
                for index in 0..<5 {
                    let guess = try await Self.request(client, .get, "/pipeline", authorization: "Bearer guess")
                    #expect(guess.status == (index < 3 ? .unauthorized : .tooManyRequests))
                    let live = try await Self.request(client, .get, "/livez", authorization: nil)
                    #expect(live.status == .ok)
                }
            }
        }
    }

    private static func application(
        _ services: WatcherServer.Services,
        _ configuration: ServerConfiguration = ServerConfiguration(port: 0)
    ) -> some ApplicationProtocol {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return WatcherServer.application(services, configuration, logger: logger) { _ in }
    }
}
