// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOSSL
import WatcherWire

/// Sends single requests and never retries, so that a test knows what was sent and what was answered.
struct TestClient: Sendable {
    let url: String
    /// What it proves itself with.
    var token: String?
    private let client: HTTPClient

    /// An answer.
    struct Response {
        let status: Int
        let headers: HTTPHeaders
        let body: [UInt8]

        var json: JSONValue? { try? JSONParser.parse(self.body) }
        /// The field `id` of the answer.
        var id: Int64? { self.json?["id"]?.integer }
    }

    /// Lends a client with as many connections as it needs, and closes them.
    ///
    /// - Parameters:
    ///   - url: the server.
    ///   - token: what it proves itself with.
    ///   - authority: the file of a certificate that it trusts, and no other.
    ///   - body: uses it.
    /// - Returns: what `body` returned.
    /// - Throws: what `body` threw.
    static func with<Value>(
        _ url: String,
        token: String? = nil,
        trusting authority: String? = nil,
        _ body: (Self) async throws -> Value
    ) async throws -> Value {
        var configuration = HTTPClient.Configuration()
        if let authority {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = .file(authority)
            configuration.tlsConfiguration = tls
        }
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        configuration.connectionPool.retryConnectionEstablishment = false
        return try await HTTPClient.withHTTPClient(configuration: configuration) { client in
            try await body(Self(url: url, token: token, client: client))
        }
    }

    func post(_ endpoint: Endpoint, _ message: some WireMessage, key: String? = nil) async throws -> Response {
        try await self.send(.POST, endpoint.path, body: .bytes(message.json), key: key)
    }

    func get(_ path: String) async throws -> Response {
        try await self.send(.GET, path, body: nil, key: nil)
    }

    func send(_ method: HTTPMethod, _ path: String, body: HTTPClientRequest.Body?, key: String?) async throws
        -> Response
    {
        var request = HTTPClientRequest(url: self.url + path)
        request.method = method
        request.body = body
        if body != nil { request.headers.add(name: "Content-Type", value: "application/json") }
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        if let key { request.headers.add(name: HeaderNames.idempotencyKey, value: key) }
        let response = try await self.client.execute(request, timeout: .seconds(30))
        let buffer = try await response.body.collect(upTo: 1 << 26)
        return Response(
            status: Int(response.status.code),
            headers: response.headers,
            body: Array(buffer.readableBytesView)
        )
    }

    /// Creates a pipeline, or finds it.
    func pipeline(_ name: String) async throws -> Int64 {
        let body = #"{"name": "\#(name)", "pipeline_type_name": "test"}"#
        let response = try await self.send(.POST, Endpoints.syncPipeline.path, body: .bytes(Array(body.utf8)), key: nil)
        guard let id = response.id else { throw UnexpectedAnswer(response: response) }
        return id
    }

    /// All executions that the server has, newest first.
    func executions() async throws -> [ExecutionResponse] {
        var all: [ExecutionResponse] = []
        var query = "?limit=1000"
        while true {
            let response = try await self.get(Endpoints.executions.path + query)
            guard response.status == 200 else { throw UnexpectedAnswer(response: response) }
            let page = try ExecutionPage.decode(response.body)
            all += page.data
            guard let cursor = page.nextCursor else { return all }
            query = "?limit=1000&cursor=\(cursor)"
        }
    }
}

/// The server said something else than it should.
struct UnexpectedAnswer: Error, CustomStringConvertible {
    let response: TestClient.Response

    var description: String { "\(self.response.status): \(String(decoding: self.response.body, as: UTF8.self))" }
}
