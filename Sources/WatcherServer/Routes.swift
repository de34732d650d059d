// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import WatcherCore
import WatcherPages
import WatcherServices
import WatcherWire

/// Adds routes, whose requests are read and whose answers are written in one way.
struct Routes {
    let router: Router<WatcherRequestContext>
    let maximumBodySize: Int

    /// Adds a route, which only requests get to that may do what it does.
    func on(
        _ endpoint: Endpoint,
        _ handler: @escaping @Sendable (Request, WatcherRequestContext) async throws -> Response
    ) {
        let scope = endpoint.neededScope
        self.router.on(RouterPath(endpoint.path), method: endpoint.httpMethod) { request, context in
            try context.require(scope)
            return try await handler(request, context)
        }
    }

    /// Adds a route whose answer is a page.
    func on(_ endpoint: Endpoint, page: @escaping @Sendable (Request) async throws -> Page) {
        self.on(endpoint) { request, _ in try await page(request).response(headers: Self.pageHeaders) }
    }

    /// Adds a route whose answer is a page for clients that prefer one; a token that may read is needed for the page,
    /// also where the other answer needs none.
    func on(
        _ endpoint: Endpoint,
        page: @escaping @Sendable (Request) async throws -> Page,
        else handler: @escaping @Sendable (Request, WatcherRequestContext) async throws -> Response
    ) {
        self.on(endpoint) { request, context in
            guard request.prefersHTML else {
                var response = try await handler(request, context)
                response.headers[.vary] = "Accept"
                return response
            }
            try context.require(.read)
            return try await page(request).response(headers: Self.pageHeaders)
        }
    }

    /// A page is of its moment, and perhaps not for everybody.
    private static let pageHeaders: HTTPFields = [.cacheControl: "no-store", .vary: "Accept"]

    /// Adds a route whose request has a body.
    func on<Message: WireRequest>(
        _ endpoint: Endpoint,
        _ type: Message.Type,
        _ handler: @escaping @Sendable (Message, IdempotencyKey?) async throws -> Response
    ) {
        let maximumBodySize = self.maximumBodySize
        self.on(endpoint) { request, _ in
            let (message, key) = try await Self.read(type, of: request, upTo: maximumBodySize)
            return try await handler(message, key)
        }
    }

    /// Adds a route to one thing, named by its id.
    func onID(_ endpoint: Endpoint, _ handler: @escaping @Sendable (Int64, Request) async throws -> Response) {
        self.on(endpoint) { request, context in try await handler(try Self.id(context), request) }
    }

    /// Adds a route to one thing, named by its id, whose request has a body.
    func onID<Message: WireRequest>(
        _ endpoint: Endpoint,
        _ type: Message.Type,
        _ handler: @escaping @Sendable (Int64, Message, IdempotencyKey?) async throws -> Response
    ) {
        let maximumBodySize = self.maximumBodySize
        self.on(endpoint) { request, context in
            let id = try Self.id(context)
            let (message, key) = try await Self.read(type, of: request, upTo: maximumBodySize)
            return try await handler(id, message, key)
        }
    }

    /// Reads the body of a request, and its idempotency key.
    private static func read<Message: WireRequest>(
        _ type: Message.Type,
        of request: Request,
        upTo maximumBodySize: Int
    ) async throws -> (Message, IdempotencyKey?) {
        // A size that is known is refused before any of it has come.
        let announced = request.headers.first { $0.name == .contentLength }.flatMap { Int($0.value) } ?? 0
        guard announced <= maximumBodySize else { throw NIOTooManyBytesError(maxBytes: maximumBodySize) }
        let body = try await request.body.collect(upTo: maximumBodySize)
        let message = try body.withUnsafeReadableBytes { bytes throws(WireRequestError) in
            try Message.decode(bytes)
        }
        return (message, try IdempotencyKey(of: request, body))
    }

    /// The id in a request's path.
    private static func id(_ context: WatcherRequestContext) throws(WireRequestError) -> Int64 {
        let members = ["id": context.parameters.get("id").map(JSONValue.string) ?? .null]
        var fields = RequestFields(members, at: ["path"])
        let id = fields.integer("id")
        try fields.throwIssues()
        return id
    }
}

extension Endpoint {
    /// The method in the server's terms.
    var httpMethod: HTTPRequest.Method {
        switch self.method {
        case .get: .get
        case .post: .post
        case .patch: .patch
        }
    }
}

extension RequestFields {
    /// Makes a reader of a request's query.
    ///
    /// - Parameters:
    ///   - request: the request.
    ///   - isForm: whether a value without any character means that there is none, as of a form that was not filled in.
    init(query request: Request, isForm: Bool = false) {
        var members: [String: JSONValue] = [:]
        for pair in (request.uri.query ?? "").split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count > 1 ? Self.decoded(parts[1]) : ""
            if !isForm || !value.isEmpty { members[Self.decoded(parts[0])] = .string(value) }
        }
        self.init(members, at: ["query"])
    }

    /// Takes the encoding off a name or value; what is not encoded rightly is taken as it is.
    ///
    /// Most clients write a space as a plus sign, as HTML forms do.
    private static func decoded(_ text: Substring) -> String {
        let spaced = String(text.map { $0 == "+" ? " " : $0 })
        return spaced.removingPercentEncoding ?? spaced
    }

    /// A name by which something is found; one that is empty finds all.
    mutating func nameFilter(_ key: String) -> String? {
        let name = self.stringField(key, 0...TextLimits.name.upperBound).value
        return name == "" ? nil : name
    }

    /// Refuses the request when there are faults.
    func throwIssues() throws(WireRequestError) {
        guard self.issues.isEmpty else { throw .invalid(self.issues) }
    }
}

extension IdempotencyKey {
    /// The longest key, in bytes.
    static let maximumLength = 255

    /// Reads the key of a request; `nil` without one.
    init?(of request: Request, _ body: ByteBuffer) throws(WireRequestError) {
        // Not `headers[.idempotencyKey]`, which builds an index of all fields first.
        guard request.method == .post, let name = request.headers.first(where: { $0.name == .idempotencyKey })?.value
        else { return nil }
        guard (1...Self.maximumLength).contains(name.utf8.count) else {
            let message = "An idempotency key has 1 to \(Self.maximumLength) bytes"
            let location: [ValidationIssue.Step] = ["header", .key(HeaderNames.idempotencyKey)]
            throw .invalid([.init(.valueError, at: location, message, input: .string(name))])
        }
        var hash = StableHash()
        hash.combine(request.uri.path)
        hash.combine(bytes: body.readableBytesView)
        self.init(name: name, fingerprint: hash.value)
    }
}

extension HTTPField.Name {
    /// The header field of the idempotency key.
    static let idempotencyKey = HTTPField.Name(HeaderNames.idempotencyKey) ?? .eTag
}

extension Response {
    /// An answer whose body is a message.
    init(_ status: HTTPResponse.Status, _ message: some WireMessage, headers: HTTPFields = [:]) {
        self.init(status, json: ByteBuffer(bytes: message.json), headers: headers)
    }

    /// An answer whose body is a list of messages.
    init(_ status: HTTPResponse.Status, list: [some WireMessage]) {
        var writer = JSONWriter()
        writer.array { writer in
            for message in list { message.write(to: &writer) }
        }
        self.init(status, json: ByteBuffer(bytes: writer.bytes))
    }

    /// An answer that a use case has made.
    init(_ answer: Answer) {
        let status = HTTPResponse.Status(code: answer.status)
        if answer.body.isEmpty {
            self.init(status: status)
        } else {
            self.init(status, json: ByteBuffer(string: answer.body))
        }
    }

    private init(_ status: HTTPResponse.Status, json: ByteBuffer, headers: HTTPFields = [:]) {
        var headers = headers
        headers[.contentType] = "application/json"
        self.init(status: status, headers: headers, body: ResponseBody(byteBuffer: json))
    }
}

extension Answer {
    /// An answer whose body is a message.
    init(_ status: HTTPResponse.Status, _ message: some WireMessage) {
        self.init(status: status.code, body: String(decoding: message.json, as: UTF8.self))
    }
}
