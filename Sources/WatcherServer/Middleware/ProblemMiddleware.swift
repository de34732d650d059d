// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import Hummingbird
import Logging
import WatcherPages
import WatcherServices
import WatcherWire

/// Makes an answer of every error.
struct ProblemMiddleware<Context: RequestContext>: RouterMiddleware {
    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            let answer = ProblemAnswer(error, path: request.uri.path)
            // A refusal is no failure, and a flood of them must not become one of lines.
            if answer.status.kind == .serverError, !(error is AccessRefusal) {
                let path = request.uri.path
                context.logger.error(
                    "request failed",
                    metadata: [
                        "http.method": "\(request.method)", "http.path": "\(path)",
                        "http.status": "\(answer.status.code)", "error": "\(error)",
                    ]
                )
            }
            guard Endpoints.showPage(to: request) else {
                return Response(answer.status, answer.problem, headers: answer.headers)
            }
            var headers = answer.headers
            headers[.vary] = "Accept"
            guard request.prefersHTML else { return Response(answer.status, answer.problem, headers: headers) }
            return ProblemPage(answer).page(on: .watcher).response(answer.status, headers: headers)
        }
    }
}

extension ProblemPage {
    fileprivate init(_ answer: ProblemAnswer) {
        let issues = answer.problem.issues.map { "\($0.path): \($0.message)." }
        self.init(
            status: answer.status.code,
            reason: answer.status.reasonPhrase,
            sentences: issues.isEmpty ? ["\(answer.problem.message)."] : issues
        )
    }
}

extension Endpoints {
    /// The methods that a path answers; none when there is no such path.
    static func methods(of path: String) -> [Endpoint.Method] {
        let steps = path.split(separator: "/", omittingEmptySubsequences: false)
        return Self.all.filter { endpoint in
            let pattern = endpoint.path.split(separator: "/", omittingEmptySubsequences: false)
            return pattern.count == steps.count
                && zip(pattern, steps).allSatisfy { $0 == $1 || ($0 == "{id}" && !$1.isEmpty) }
        }.map(\.method)
    }
}
