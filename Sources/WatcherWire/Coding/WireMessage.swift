// SPDX-License-Identifier: Apache-2.0

/// A value that travels as JSON.
public protocol WireMessage: Sendable {
    /// Writes the message as one JSON value.
    func write(to writer: inout JSONWriter)
}

extension WireMessage {
    /// The message as JSON text in UTF-8.
    public var json: [UInt8] {
        var writer = JSONWriter()
        self.write(to: &writer)
        return writer.bytes
    }
}

/// A message that a client sends; reading it checks types and limits of every field and reports all that is wrong.
public protocol WireRequest: WireMessage {
    /// Whether a request without a body is one that mentions nothing; not so unless the message says it.
    static var mayBeEmpty: Bool { get }

    /// Reads the message.
    ///
    /// Faults are recorded in `fields`, and stand-ins take the place of faulty values, so that one pass finds every
    /// fault. Only ``WireRequest/decode(_:)`` calls this, and it throws away a message that has faults.
    init(reading fields: inout RequestFields)
}

extension WireRequest {
    /// A request must have a body.
    public static var mayBeEmpty: Bool { false }

    /// Reads a request body.
    ///
    /// - Parameter body: JSON text in UTF-8.
    /// - Returns: the message, without faults.
    /// - Throws: ``WireRequestError``
    public static func decode(_ body: UnsafeRawBufferPointer) throws(WireRequestError) -> Self {
        guard !body.isEmpty || Self.mayBeEmpty else {
            throw .invalid([.init(.missing, at: ["body"], "Field required", input: .null)])
        }
        let value: JSONValue
        do {
            value = body.isEmpty ? .object([:]) : try JSONParser.parse(body)
        } catch {
            if error.notUTF8 { throw .notUTF8 }
            let location: [ValidationIssue.Step] = ["body", .index(error.offset)]
            throw .invalid([.init(.jsonInvalid, at: location, "JSON decode error: \(error.message)", input: [:])])
        }
        guard case .object(let members) = value else {
            throw .invalid([.init(.dictType, at: ["body"], "Input should be a valid object", input: value)])
        }
        var fields = RequestFields(members, at: ["body"])
        let message = Self(reading: &fields)
        guard fields.issues.isEmpty else { throw .invalid(fields.issues) }
        return message
    }

    /// Reads a request body held in an array.
    public static func decode(_ body: [UInt8]) throws(WireRequestError) -> Self {
        try body.withUnsafeBufferPointer { body throws(WireRequestError) in
            try Self.decode(UnsafeRawBufferPointer(body))
        }
    }
}

/// Why a request could not be read.
public enum WireRequestError: Error, Sendable, Equatable {
    /// The body is not UTF-8 text.
    case notUTF8
    /// The body is not JSON, or fields are missing or faulty: every one of them is named.
    case invalid([ValidationIssue])
}

/// A message that a server sends and a client reads.
public protocol WireResponse: WireMessage {
    /// Whether the answer is an array instead of an object; not so unless the message says it.
    static var isList: Bool { get }

    /// Reads the message; fields it does not know are ignored.
    ///
    /// - Throws: ``WireResponseError`` when a field that must be there is not, or is of another type.
    init(reading fields: ResponseFields) throws(WireResponseError)
}

extension WireResponse {
    /// The answer is an object.
    public static var isList: Bool { false }

    /// Reads a response body.
    ///
    /// - Throws: ``WireResponseError``
    public static func decode(_ body: [UInt8]) throws(WireResponseError) -> Self {
        let value: JSONValue
        do {
            value = try JSONParser.parse(body, maximumDepth: JSONParser.maximumAnswerDepth)
        } catch {
            throw WireResponseError(message: "the answer is not JSON (byte \(error.offset)): \(error.message)")
        }
        return try Self(reading: Self.isList ? ResponseFields(list: value) : ResponseFields(value))
    }
}

/// Why an answer could not be read: it does not come from a Watcher server, or from one of another kind.
public struct WireResponseError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was wrong, as part of a sentence.
    public let message: String

    /// The message.
    public var description: String { self.message }
}

/// The members of an answer's object.
public struct ResponseFields: Sendable {
    private let members: [String: JSONValue]

    init(_ value: JSONValue) throws(WireResponseError) {
        guard let members = value.object else { throw WireResponseError(message: "the answer is not a JSON object") }
        self.members = members
    }

    /// Takes an array as the only member of an object, under an empty name.
    init(list value: JSONValue) throws(WireResponseError) {
        guard value.array != nil else { throw WireResponseError(message: "the answer is not a JSON array") }
        self.members = ["": value]
    }

    /// The messages of an answer that is an array of them.
    func elements<Message: WireResponse>() throws(WireResponseError) -> [Message] { try self.list("") }

    /// A member that is there and not null.
    subscript(key: String) -> JSONValue? {
        guard let value = self.members[key], value != .null else { return Optional.none }
        return value
    }

    /// A member that must be there and of the type that `read` gives.
    func required<Value>(_ key: String, _ read: (JSONValue) -> Value?) throws(WireResponseError) -> Value {
        guard let value = self[key].flatMap(read) else {
            throw WireResponseError(message: "the answer's field '\(key)' is missing or of another type")
        }
        return value
    }

    /// A member that holds a message; `nil` when it is not there or null.
    func message<Message: WireResponse>(_ key: String) throws(WireResponseError) -> Message? {
        guard let value = self[key] else { return nil }
        return try Message(reading: ResponseFields(value))
    }

    /// A member that holds messages of one kind.
    func list<Message: WireResponse>(_ key: String) throws(WireResponseError) -> [Message] {
        var messages: [Message] = []
        for element in self[key]?.array ?? [] { messages.append(try Message(reading: ResponseFields(element))) }
        return messages
    }
}
