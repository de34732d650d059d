// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Testing
import WatcherCore
import WatcherDatabaseTesting
import WatcherServer
import WatcherServices
import WatcherWire

/// One request and what must come back.
struct Exchange {
    let method: HTTPRequest.Method
    let path: String
    let body: String
    let status: Int
    var contains: [String] = []
    var lacks: [String] = []
    var headers: HTTPFields = [:]

    static func get(_ path: String, _ status: Int = 200, contains: String..., lacks: [String] = []) -> Self {
        Self(method: .get, path: path, body: "", status: status, contains: contains, lacks: lacks)
    }

    static func post(_ path: String, _ body: String, _ status: Int, contains: String..., key: String? = nil) -> Self {
        var exchange = Self(method: .post, path: path, body: body, status: status, contains: contains)
        if let key, let name = HTTPField.Name(HeaderNames.idempotencyKey) { exchange.headers[name] = key }
        return exchange
    }

    static func patch(_ path: String, _ body: String, _ status: Int, contains: String...) -> Self {
        Self(method: .patch, path: path, body: body, status: status, contains: contains)
    }
}

/// A server on a database of its own.
struct Scenario {
    let client: any TestClientProtocol
    let store: TestDatabase.Kind

    /// Sends the requests one after the other to a server on each kind of store, and checks each answer.
    static func run(
        _ setup: TestingSetup = .router,
        _ exchanges: Exchange...,
        then body: @escaping @Sendable (Scenario) async throws -> Void = { _ in }
    ) async throws {
        for kind in [TestDatabase.Kind.sqliteFile, .postgres] {
            try await TestDatabase.with(kind) { database in
                let ledger = Ledger(database: database, now: { Timestamp(microseconds: 1_736_467_800_000_000) })
                let application = WatcherServer.application(
                    WatcherServer.Services(ledger),
                    ServerConfiguration(port: 0, maximumBodySize: 4096),
                    logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
                ) { _ in }
                try await application.test(setup) { client in
                    let scenario = Scenario(client: client, store: kind)
                    for exchange in exchanges { try await scenario.check(exchange) }
                    try await body(scenario)
                }
            }
        }
    }

    @discardableResult
    func check(_ exchange: Exchange) async throws -> TestResponse {
        let response = try await self.client.executeRequest(
            uri: exchange.path,
            method: exchange.method,
            headers: exchange.headers,
            body: exchange.body.isEmpty ? nil : ByteBuffer(string: exchange.body)
        )
        let text = String(buffer: response.body)
        #expect(
            response.status.code == exchange.status,
            "\(self.store): \(exchange.method) \(exchange.path) \(exchange.body): \(text)"
        )
        for part in exchange.contains {
            #expect(text.contains(part), "\(self.store): \(exchange.path): \(part) not in \(text)")
        }
        for part in exchange.lacks {
            #expect(!text.contains(part), "\(self.store): \(exchange.path): \(part) in \(text)")
        }
        if response.status.code >= 400 {
            let members = try JSONParser.parse(text).object
            #expect(members?["detail"] != nil && members?["message"]?.string != nil && members?["code"]?.string != nil)
        }
        return response
    }
}
