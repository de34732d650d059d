// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Watcher

/// Stands for the network: starts and ends go well at once, heartbeats wait until they are answered by hand.
final class HeldTransport: Transport {
    typealias Answer = Result<TransportResponse, TransportError>

    private struct Beat {
        let request: TransportRequest
        let timeout: Duration
        let whenDone: @Sendable (Answer) -> Void
    }

    private struct State {
        var beats: [Beat] = []
        var answered = 0
        var executions: Int64 = 100
        var requests = 0
    }

    private let state = Mutex(State())
    private let whileEnding: @Sendable () -> Void

    /// `whileEnding` is called when an end arrives, before it is answered.
    init(whileEnding: @escaping @Sendable () -> Void = {}) {
        self.whileEnding = whileEnding
    }

    /// How many requests were sent that were no heartbeats.
    var otherRequests: Int { self.state.withLock(\.requests) }

    /// The heartbeats sent so far: the execution and the body, `null` for one that is no JSON.
    var beats: [(id: Int64?, body: JSONValue)] {
        self.state.withLock(\.beats).map { beat in
            let steps = beat.request.url.split(separator: "/")
            let body = try? JSONParser.parse(beat.request.body ?? [])
            return (Int64(steps[steps.count - 2]), body ?? nil)
        }
    }

    /// The header fields of the heartbeats.
    var headers: [[String: String]] {
        self.state.withLock(\.beats).map { beat in
            Dictionary(uniqueKeysWithValues: beat.request.headers.map { ($0.name, $0.value) })
        }
    }

    var timeouts: [Duration] { self.state.withLock(\.beats).map(\.timeout) }

    /// Answers all heartbeats that wait.
    func answer(_ answer: Answer = .success(.init(status: 204, body: []))) {
        let waiting = self.state.withLock { state in
            defer { state.answered = state.beats.count }
            return state.beats[state.answered...]
        }
        for beat in waiting { beat.whenDone(answer) }
    }

    /// Answers all heartbeats that wait with a status and a sentence.
    func answer(_ status: Int, _ message: String) {
        let problem = Problem(code: "not_found", message: message)
        self.answer(.success(.init(status: status, body: problem.json)))
    }

    func send(_ request: TransportRequest) async throws -> TransportResponse {
        guard request.url.hasSuffix(Endpoints.startExecution.path) else {
            self.state.withLock { $0.requests += 1 }
            self.whileEnding()
            return TransportResponse(status: 204, body: [])
        }
        let id = self.state.withLock { state in
            state.requests += 1
            state.executions += 1
            return state.executions
        }
        return TransportResponse(status: 201, body: IDResponse(id: id).json)
    }

    func send(
        _ request: TransportRequest,
        within timeout: Duration,
        whenDone: @escaping @Sendable (Answer) -> Void
    ) {
        let beat = Beat(request: request, timeout: timeout, whenDone: whenDone)
        self.state.withLock { $0.beats.append(beat) }
    }
}
