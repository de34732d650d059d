// SPDX-License-Identifier: Apache-2.0
import WatcherWire

/// How the server may refuse a request: an answer that many operations share.
enum Refusal: Int, Sendable, CaseIterable {
    case badRequest = 400
    case unauthorized = 401
    case forbidden = 403
    case notFound = 404
    case tooSlow = 408
    case conflict = 409
    case tooLarge = 413
    case invalid = 422
    case tooMany = 429
    case unavailable = 503

    /// Its name among the document's components.
    var name: String {
        switch self {
        case .badRequest: "BadRequest"
        case .unauthorized: "Unauthorized"
        case .forbidden: "Forbidden"
        case .notFound: "NotFound"
        case .tooSlow: "RequestTimeout"
        case .conflict: "Conflict"
        case .tooLarge: "ContentTooLarge"
        case .invalid: "Unprocessable"
        case .tooMany: "TooManyRequests"
        case .unavailable: "Unavailable"
        }
    }

    /// When it comes.
    var description: String {
        switch self {
        case .badRequest: "The body is no UTF-8 text, or what is asked for contradicts what is stored."
        case .unauthorized: "The server wants a token, and the request has none that counts."
        case .forbidden: "The token's scope is too small."
        case .notFound: "Something that the request names is not there."
        case .tooSlow: "The body took too long to arrive."
        case .conflict: "The execution has ended already, in another way; nothing was changed."
        case .tooLarge: "The body is larger than the server accepts."
        case .invalid: "Fields are missing or faulty, or the idempotency key stands for another request."
        case .tooMany: "The client has sent too many requests; Retry-After says when to go on."
        case .unavailable: "The database is away or the server is busy or stopping; the same request may succeed later."
        }
    }

    /// Header fields besides those of every answer.
    var headers: [String] {
        switch self {
        case .unauthorized: ["WWW-Authenticate"]
        case .tooMany: ["Retry-After"]
        case .badRequest, .forbidden, .notFound, .tooSlow, .conflict, .tooLarge, .invalid, .unavailable: []
        }
    }

    /// What the body looks like.
    var schema: Schema {
        guard self == .invalid else { return ProblemSchemas.problem.reference }
        return Schema(keywords: [
            "anyOf": [ProblemSchemas.validationProblem.reference.json, ProblemSchemas.problem.reference.json]
        ])
    }

    /// What the body may hold.
    var examples: [Operation.Example] {
        switch self {
        case .badRequest:
            [
                Self.example("name_exists", "Pipeline name already exists"),
                Self.example("end_before_start", "end_date must be greater than start_date"),
                Self.example("not_utf8", "The body must be UTF-8 text"),
            ]
        case .unauthorized:
            [Self.example("unauthorized", "This needs a token: send the header 'Authorization: Bearer <token>'")]
        case .forbidden:
            [Self.example("forbidden", "This needs a token of scope 'write'; this token's scope is 'read'")]
        case .notFound: [Self.example("not_found", "Pipeline not found: 9")]
        case .tooSlow: [Self.example("request_timeout", "The request did not come in time")]
        case .conflict:
            [
                Self.example(
                    "already_ended",
                    "Pipeline execution 7 has already ended, with another outcome; it stays as it is"
                )
            ]
        case .tooLarge: [Self.example("body_too_large", "The body is larger than this server accepts")]
        case .invalid:
            [
                Operation.Example("validation_error", "A field is faulty.", Self.validationExample),
                Self.example(
                    "idempotency_key_reuse",
                    "The idempotency key 'k' has been used for another request: use a new key"
                ),
            ]
        case .tooMany: [Self.example("rate_limited", "Too many requests: the next one may come in 2 s")]
        case .unavailable:
            [
                Self.example("unavailable", "The database is not available right now: try again"),
                Self.example("shutting_down", "The server is stopping: try again"),
            ]
        }
    }

    private static func example(_ code: String, _ message: String) -> Operation.Example {
        let text = JSONValue(message)
        return .init(code, "\(message).", ["detail": text, "message": text, "code": JSONValue(code)])
    }

    private static let validationExample: JSONValue = [
        "detail": [
            [
                "type": "greater_than_equal", "loc": ["body", "inserts"],
                "msg": "Input should be greater than or equal to 0", "input": -1,
            ]
        ],
        "message": "inserts: Input should be greater than or equal to 0",
        "code": "validation_error",
    ]
}
