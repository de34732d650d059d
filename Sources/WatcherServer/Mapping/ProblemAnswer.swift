// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import Hummingbird
import WatcherServices
import WatcherWire

/// What an error looks like on the wire.
struct ProblemAnswer {
    let status: HTTPResponse.Status
    let problem: Problem
    let headers: HTTPFields

    private init(_ status: HTTPResponse.Status, _ problem: Problem, headers: HTTPFields = [:]) {
        self.status = status
        self.problem = problem
        self.headers = headers
    }

    /// Makes the answer to a request to `path` that ended in `error`.
    init(_ error: any Error, path: String) {
        switch error {
        case let error as WireRequestError: self.init(error)
        case let error as ServiceError: self.init(error)
        case let error as AccessRefusal: self.init(error)
        case let error as ConnectionFailure: self.init(error)
        case let error as any HTTPResponseError: self.init(status: error.status, path: path)
        case is CancellationError:
            self.init(.serviceUnavailable, Problem(code: "shutting_down", message: "The server is stopping: try again"))
        default: self.init(.internalServerError, Self.internalError)
        }
    }

    /// What clients are told of a failure that is none of theirs; the log says more.
    private static let internalError = Problem(code: "internal_error", message: "The server failed; its log says why")

    private init(_ error: WireRequestError) {
        switch error {
        case .notUTF8: self.init(.badRequest, Problem(code: "not_utf8", message: "The body must be UTF-8 text"))
        case .invalid(let issues): self.init(.unprocessableContent, Problem(issues))
        }
    }

    private init(_ error: ServiceError) {
        let status: HTTPResponse.Status
        switch error.code {
        case .notFound: status = .notFound
        case .nameExists, .ruleExists, .endBeforeStart: status = .badRequest
        case .alreadyEnded: status = .conflict
        case .idempotencyKeyReuse: status = .unprocessableContent
        case .unavailable:
            let problem = Problem(code: error.code.rawValue, message: error.message)
            self.init(.serviceUnavailable, problem, headers: [.retryAfter: "1"])
            return
        case .failed:
            self.init(.internalServerError, Self.internalError)
            return
        case .invalid:
            self.init(
                .unprocessableContent,
                Problem([.init(.valueError, at: ["body"], error.message, input: .null)])
            )
            return
        }
        self.init(status, Problem(code: error.code.rawValue, message: error.message))
    }

    private init(_ refusal: AccessRefusal) {
        switch refusal {
        case .missingToken:
            self.init(unauthorized: "This needs a token: send the header 'Authorization: Bearer <token>'")
        case .malformedToken:
            self.init(unauthorized: "The header Authorization is not 'Bearer wtr_<id>_<secret>'")
        case .unknownToken:
            self.init(unauthorized: "The token is unknown or revoked")
        case .scope(let scope, let needed):
            let message = "This needs a token of scope '\(needed)'; this token's scope is '\(scope)'"
            self.init(.forbidden, Problem(code: "forbidden", message: message))
        case .rate(let seconds):
            self.init(
                .tooManyRequests,
                Problem(code: "rate_limited", message: "Too many requests: the next one may come in \(seconds) s"),
                headers: [.retryAfter: "\(seconds)"]
            )
        case .overloaded:
            self.init(
                .serviceUnavailable,
                Problem(code: "overloaded", message: "This server has too many requests to answer: try again later"),
                headers: [.retryAfter: "1"]
            )
        }
    }

    private init(unauthorized message: String) {
        let problem = Problem(code: "unauthorized", message: message)
        self.init(.unauthorized, problem, headers: [.wwwAuthenticate: "Bearer"])
    }

    private init(_ failure: ConnectionFailure) {
        let status: HTTPResponse.Status =
            switch failure {
            case .malformed: .badRequest
            case .tooSlow: .requestTimeout
            }
        self.init(status, failure.problem, headers: [.connection: "close"])
    }

    private init(status: HTTPResponse.Status, path: String) {
        switch status {
        case .notFound:
            let methods = Endpoints.methods(of: path)
            if methods.isEmpty {
                self.init(.notFound, Problem(code: "not_found", message: "Not Found"))
            } else {
                // A path that answers GET answers HEAD too.
                let allowed = methods.map(\.rawValue) + (methods.contains(.get) ? ["HEAD"] : [])
                self.init(
                    .methodNotAllowed,
                    Problem(code: "method_not_allowed", message: "Method Not Allowed"),
                    headers: [.allow: allowed.sorted().joined(separator: ", ")]
                )
            }
        case .contentTooLarge:
            self.init(status, Problem(code: "body_too_large", message: "The body is larger than this server accepts"))
        default:
            self.init(status, Problem(code: "http_\(status.code)", message: status.reasonPhrase))
        }
    }
}
