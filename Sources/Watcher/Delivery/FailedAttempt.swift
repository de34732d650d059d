// SPDX-License-Identifier: Apache-2.0

/// Why one attempt to send a request was no success.
enum FailedAttempt: Error {
    /// No answer came.
    case unanswered(TransportError)
    /// The answer was no success.
    case refused(TransportResponse)
    /// It was not sent: no credential could be had.
    case withoutCredential(WatcherError)

    /// Whether another attempt may go better.
    var isRetried: Bool {
        switch self {
        case .unanswered(.answerTooLarge): false
        case .unanswered(.timedOut), .unanswered(.connection): true
        case .refused(let response): Watcher.RetryPolicy.isRetried(status: response.status)
        // Who gives credentials may be down for a moment, as the server may.
        case .withoutCredential(let error): error.code != .configuration
        }
    }

    /// How long the server said to wait.
    func retryAfter(now: WireTimestamp) -> Duration? {
        guard case .refused(let response) = self, let field = response.retryAfter else { return nil }
        return Watcher.RetryPolicy.wait(retryAfter: field, now: now)
    }

    /// The failure as part of a sentence.
    var reason: String {
        switch self {
        case .unanswered(.timedOut(let limit)): "no answer within \(limit)"
        case .unanswered(.connection(let reason)): "the connection failed (\(reason))"
        case .unanswered(.answerTooLarge(let limit)): "the answer is larger than \(limit) bytes"
        case .refused(let response): "the server answered \(response.status)"
        case .withoutCredential(let error): error.message
        }
    }

    /// The failure as the caller gets it.
    func error(_ request: TransportRequest, path: String, server: ServerAddress, attempts: Int) -> WatcherError {
        let call = "\(request.method.rawValue) \(path)"
        let tries = attempts == 1 ? "" : " after \(attempts) attempts"
        switch self {
        case .unanswered(let error):
            let (code, advice): (WatcherError.Code, String) =
                if case .answerTooLarge = error {
                    (.api, "Ask for less, or raise maximumAnswerSize in the configuration.")
                } else {
                    (.network, "Check that the server runs there and can be reached from here.")
                }
            return WatcherError(
                code,
                "\(call) to \(server.text) failed\(tries): \(self.reason). \(advice)",
                cause: error
            )
        case .refused(let response):
            let problem = response.problem
            let said = problem?.message ?? response.excerpt
            let (code, advice): (WatcherError.Code, String) =
                switch response.status {
                case 300...399: (.api, "Use \(response.location ?? "the right address") as the server's URL.")
                case 401: (.authentication, "Give the token that the server issued (WATCHER_TOKEN).")
                case 403: (.authentication, "Give a token that may do this (WATCHER_TOKEN).")
                case 500...599: (.api, "Try again later, or look into the server's log.")
                default: (.api, problem == nil ? "Check that the URL is that of a Watcher server." : "")
                }
            let sentence = "\(server.text) answered \(response.status) to \(call)\(tries): \(said)"
            let stop = advice.isEmpty || sentence.hasSuffix(".") ? " " : ". "
            return WatcherError(
                code,
                advice.isEmpty ? sentence : sentence + stop + advice,
                status: response.status,
                serverCode: problem?.code
            )
        case .withoutCredential(let error): return error
        }
    }
}

extension TransportResponse {
    /// The error body, when it is one.
    var problem: Problem? {
        do {
            return try Problem.decode(self.body)
        } catch {
            // Another program on the way answered; its text is shown instead.
            return nil
        }
    }

    /// The begin of the body, for an answer that is not one of a Watcher server.
    fileprivate var excerpt: String {
        let text = String(decoding: self.body.prefix(200), as: UTF8.self).split(whereSeparator: \.isWhitespace)
        return text.isEmpty ? "no explanation" : text.joined(separator: " ")
    }
}
