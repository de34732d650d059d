// SPDX-License-Identifier: Apache-2.0

extension HeartbeatSchedule.Answer {
    /// What a server that knows heartbeats says of an execution that it does not know.
    ///
    /// Its code is the same as that of a path it does not know, and the sentence is part of the interface.
    static let unknownExecutionMessage = "Pipeline execution not found"

    /// Understands an answer.
    init(_ result: Result<TransportResponse, TransportError>) {
        switch result {
        case .failure(let error):
            self = .failed(FailedAttempt.unanswered(error).reason)
        case .success(let response):
            switch response.status {
            case 200...299: self = .accepted
            case 404, 405:
                guard let problem = response.problem else {
                    // A page of something between, such as a proxy without its server: says nothing of the server.
                    self = .failed(FailedAttempt.refused(response).reason)
                    return
                }
                let isOurs = problem.message.lowercased() == Self.unknownExecutionMessage.lowercased()
                self = isOurs ? .unknownExecution : .unknownPath
            default: self = .failed(FailedAttempt.refused(response).reason)
            }
        }
    }
}
