// SPDX-License-Identifier: Apache-2.0

/// Which running executions send a heartbeat when, and what follows from the answers; pure.
struct HeartbeatSchedule {
    /// Stands for one execution between its begin and its end; executions of unlike servers may have equal ids.
    typealias Ticket = Int

    /// A heartbeat that is due.
    struct Beat {
        let ticket: Ticket
        let context: WatcherExecutionContext
    }

    /// How a heartbeat went.
    enum Answer: Equatable {
        /// The server has taken it.
        case accepted
        /// The server knows heartbeats, but not this execution.
        case unknownExecution
        /// The server has no such path: it does not know heartbeats.
        case unknownPath
        /// It did not arrive, or was refused; the text says why.
        case failed(String)
    }

    /// What the log shall say.
    enum Finding: Equatable {
        /// The server does not know heartbeats: no more are sent.
        case refused
        /// The server does not know the execution: it sends no more.
        case unknownExecution
        /// A heartbeat failed; the first of all failures is worth a warning.
        case failed(String, isFirst: Bool)
    }

    private struct Runner {
        let context: WatcherExecutionContext
        /// Whether the answer to a heartbeat is awaited: another one would only queue up behind it.
        var isUnderWay = false
    }

    /// How far a server has shown whether it knows heartbeats.
    private enum Server {
        case untried, knowsThem, knowsThemNot
    }

    private let interval: Duration
    private var runners: [Ticket: Runner] = [:]
    /// When each runner is due.
    ///
    /// The interval is the same for all, so whoever is appended is due last, and the order needs no sorting. Runners that
    /// have ended stay in it until their turn.
    private var queue: [(ticket: Ticket, due: ContinuousClock.Instant)] = []
    private var head = 0
    private var lastTicket = 0
    private var server = Server.untried
    private var hasFailed = false

    init(interval: Duration) {
        self.interval = interval
    }

    /// Takes an execution in; `nil` when the server does not know heartbeats.
    mutating func begin(_ context: WatcherExecutionContext, at now: ContinuousClock.Instant) -> Ticket? {
        guard self.server != .knowsThemNot else { return nil }
        self.lastTicket += 1
        self.runners[self.lastTicket] = Runner(context: context)
        self.queue.append((self.lastTicket, now + self.interval))
        return self.lastTicket
    }

    /// Lets an execution go.
    mutating func end(_ ticket: Ticket) {
        self.runners[ticket] = nil
        guard self.runners.isEmpty else { return }
        self.queue = []
        self.head = 0
    }

    /// When the next heartbeat is due; `nil` when nothing runs.
    mutating func nextDue() -> ContinuousClock.Instant? {
        while self.head < self.queue.count, self.runners[self.queue[self.head].ticket] == nil { self.head += 1 }
        return self.head < self.queue.count ? self.queue[self.head].due : nil
    }

    /// The heartbeats that are due now; whoever sends them reports each one's ``answered(_:_:)``.
    mutating func beats(at now: ContinuousClock.Instant) -> [Beat] {
        var beats: [Beat] = []
        while let due = self.nextDue(), due <= now {
            let ticket = self.queue[self.head].ticket
            self.head += 1
            self.queue.append((ticket, now + self.interval))
            guard let runner = self.runners[ticket], !runner.isUnderWay else { continue }
            self.runners[ticket]?.isUnderWay = true
            beats.append(Beat(ticket: ticket, context: runner.context))
        }
        if self.head > self.queue.count / 2 {
            self.queue.removeFirst(self.head)
            self.head = 0
        }
        return beats
    }

    /// Takes note of how a heartbeat went.
    mutating func answered(_ ticket: Ticket, _ answer: Answer) -> Finding? {
        self.runners[ticket]?.isUnderWay = false
        switch answer {
        case .accepted:
            self.server = .knowsThem
            return nil
        case .unknownExecution:
            self.end(ticket)
            return .unknownExecution
        case .unknownPath where self.server == .untried:
            self.server = .knowsThemNot
            for ticket in self.runners.keys { self.end(ticket) }
            return .refused
        case .unknownPath where self.server == .knowsThemNot:
            // One that was under way when another one's answer told.
            return nil
        case .unknownPath:
            // A server that knew them does not forget them: something between answers in its place.
            return self.failed("the path is not found")
        case .failed(let reason):
            return self.failed(reason)
        }
    }

    private mutating func failed(_ reason: String) -> Finding {
        defer { self.hasFailed = true }
        return .failed(reason, isFirst: !self.hasFailed)
    }
}
