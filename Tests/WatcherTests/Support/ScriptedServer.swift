// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Synchronization
import WatcherWire

/// What a client sent.
struct ReceivedRequest: Sendable {
    let method: String
    /// The path without its query.
    let path: String
    /// The query as it was sent.
    let query: String?
    /// The header fields, names in lower case.
    let headers: [String: String]
    let body: JSONValue?
    /// The body as it was sent.
    let text: String
    /// How many requests to this path have come, this one included.
    let number: Int

    var idempotencyKey: String? { self.headers["idempotency-key"] }
}

/// What a scripted server does with a request.
enum ScriptedReply: Sendable {
    /// An answer in full.
    case answer(Int, JSONValue? = nil, retryAfter: String? = nil, location: String? = nil)
    /// An answer that is not JSON.
    case text(Int, String)
    /// Begins an answer and closes the connection.
    case breaksOff
    /// Begins an answer and does not go on.
    case stalls
    /// Keeps the connection and says nothing.
    case silence
}

/// A real HTTP server on a free port of 127.0.0.1 that answers as its script says and keeps what it was sent.
final class ScriptedServer: Sendable {
    /// Answers a request; `nil` leaves it to a server where all goes well.
    typealias Script = @Sendable (ReceivedRequest) async -> ScriptedReply?

    private let script: Script
    private let requests = Mutex<[ReceivedRequest]>([])
    private let channel = Mutex<(any Channel)?>(nil)

    private init(script: @escaping Script) {
        self.script = script
    }

    /// Everything received, in order.
    var received: [ReceivedRequest] { self.requests.withLock(\.self) }

    /// What was received at one path, in order.
    func received(at endpoint: Endpoint) -> [ReceivedRequest] {
        self.received.filter { $0.path == endpoint.path }
    }

    /// Where the server listens.
    var url: String { "http://127.0.0.1:\(self.channel.withLock(\.self)?.localAddress?.port ?? 0)" }

    /// Runs a server while `body` runs.
    static func run<Value>(
        _ script: @escaping Script = { _ in nil },
        _ body: (ScriptedServer) async throws -> Value
    ) async throws -> Value {
        let server = ScriptedServer(script: script)
        let listening = Gate()
        var logger = Logger(label: "scripted-server")
        logger.logLevel = .critical
        let application = Application(
            responder: CallbackResponder { (request: Request, _: BasicRequestContext) in
                try await server.respond(to: request)
            },
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                server.channel.withLock { $0 = channel }
                listening.open()
            },
            logger: logger
        )
        return try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await application.run() }
            await listening.wait()
            let outcome: Result<Value, any Error>
            do {
                outcome = .success(try await body(server))
            } catch {
                outcome = .failure(error)
            }
            // A client may still be connecting. NIO ends the process when a connection comes to a server whose task is
            // cancelled, so first nothing comes any more.
            try await server.channel.withLock(\.self)?.close()
            return try outcome.get()
        }
    }

    private func respond(to request: Request) async throws -> Response {
        let bytes = Array(try await request.body.collect(upTo: 1 << 20).readableBytesView)
        let target = (request.head.path ?? "/").split(separator: "?", maxSplits: 1).map(String.init)
        var headers: [String: String] = [:]
        for field in request.headers { headers[field.name.canonicalName] = field.value }
        headers["host"] = request.head.authority
        let isForm = headers["content-type"] == "application/x-www-form-urlencoded"
        let body: JSONValue? = bytes.isEmpty || isForm ? .none : .some(try JSONParser.parse(bytes))
        let received = self.requests.withLock { [headers] requests in
            let received = ReceivedRequest(
                method: request.method.rawValue,
                path: target[0],
                query: target.count > 1 ? target[1] : nil,
                headers: headers,
                body: body,
                text: String(decoding: bytes, as: UTF8.self),
                number: 1 + requests.count { $0.path == target[0] }
            )
            requests.append(received)
            return received
        }
        return try await self.response(await self.script(received) ?? Self.goodReply(to: received))
    }

    private func response(_ reply: ScriptedReply) async throws -> Response {
        switch reply {
        case .answer(let status, let body, let retryAfter, let location):
            var headers: HTTPFields = [.contentType: "application/json"]
            headers[.retryAfter] = retryAfter
            headers[.location] = location
            let text = body.map(\.description) ?? ""
            return Response(
                status: .init(code: status),
                headers: headers,
                body: .init(byteBuffer: ByteBuffer(string: text))
            )
        case .text(let status, let text):
            return Response(status: .init(code: status), body: .init(byteBuffer: ByteBuffer(string: text)))
        case .breaksOff:
            return Response(
                status: .ok,
                body: .init(contentLength: 1000) { writer in
                    try await writer.write(ByteBuffer(string: "{"))
                    throw CancellationError()
                }
            )
        case .stalls:
            return Response(
                status: .ok,
                body: .init(contentLength: 1000) { writer in
                    try await writer.write(ByteBuffer(string: "{"))
                    await Gate().wait()
                    throw CancellationError()
                }
            )
        case .silence:
            await Gate().wait()
            throw CancellationError()
        }
    }

    /// What a server answers where all goes well: executions are numbered from 101 on.
    private static func goodReply(to request: ReceivedRequest) -> ScriptedReply {
        switch request.path {
        case Endpoints.syncPipeline.path:
            .answer(201, ["id": 7, "active": true, "load_lineage": true, "watermark": nil])
        case Endpoints.addressLineage.path:
            .answer(201, ["pipeline_id": 7, "lineage_relationships_created": 1, "message": "done"])
        case Endpoints.startExecution.path: .answer(201, ["id": JSONValue(100 + request.number)])
        case Endpoints.endExecution.path: .answer(204)
        default: .answer(404, ["detail": "Not Found", "message": "Not Found", "code": "not_found"])
        }
    }
}
