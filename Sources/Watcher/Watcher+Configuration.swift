// SPDX-License-Identifier: Apache-2.0

public import AsyncHTTPClient

extension Watcher {
    /// How a client sends, waits and retries.
    public struct Configuration: Sendable {
        /// How long one attempt may take, from connecting to the last byte of the answer: 10 seconds by default.
        public var requestTimeout: Duration
        /// When and how often a request is sent again.
        public var retries: RetryPolicy
        /// Whether and how often tracked executions tell that they are alive: every 15 seconds by default.
        public var heartbeats: HeartbeatPolicy
        /// How much the report of an execution may hold, and what of an error is hidden.
        public var reports: ReportPolicy
        /// Whether anything is sent at all: `true` by default.
        ///
        /// A client that is disabled reaches no server, and the work runs as if there were none: a sync answers the
        /// declaration with its default watermark, a tracked closure runs in a context with the execution id 0
        /// (``WatcherExecutionContext/isTracked``), and what tells the server something or asks for a check of freshness or
        /// timeliness sends nothing; arguments that a server would refuse throw as ever. What cannot be answered without a
        /// server, as the reading of executions and the check of its queue, throws ``WatcherError/Code/disabled``.
        ///
        /// `WATCHER_DISABLED=1` in the environment makes it `false`, however the client is made.
        public var isEnabled: Bool
        /// The size in bytes at which an answer is refused: 16 MiB by default.
        public var maximumAnswerSize: Int
        /// The HTTP client to send with, for example one that goes through a proxy or trusts an authority of your own.
        ///
        /// `nil` by default: then all clients share one that lives as long as the process. One that you set must
        /// outlive the Watcher client, and shutting it down stays with you. Let it follow no redirects: a POST would
        /// arrive as a GET.
        public var httpClient: HTTPClient?
        /// Whether the client looks into the environment for what runs the process; true by default.
        ///
        /// Then the metadata of tracked executions says so (``OrchestrationContext``), `WATCHER_PARENT_EXECUTION_ID` is the
        /// parent of tracked executions that have no other, and `TRACEPARENT` is sent with every request. The parent counts
        /// only for the server that `WATCHER_URL` names, where that is set.
        public var readsOrchestration: Bool

        /// Makes a configuration; every value has a default.
        public init(
            requestTimeout: Duration = .seconds(10),
            retries: RetryPolicy = .init(),
            heartbeats: HeartbeatPolicy = .every(),
            reports: ReportPolicy = .init(),
            isEnabled: Bool = true,
            maximumAnswerSize: Int = 16 * 1024 * 1024,
            httpClient: HTTPClient? = nil,
            readsOrchestration: Bool = true
        ) {
            self.requestTimeout = requestTimeout
            self.retries = retries
            self.heartbeats = heartbeats
            self.reports = reports
            self.isEnabled = isEnabled
            self.maximumAnswerSize = maximumAnswerSize
            self.httpClient = httpClient
            self.readsOrchestration = readsOrchestration
        }

        /// The configuration with what the environment says of it.
        func heeding(_ environment: [String: String]) throws(WatcherError) -> Self {
            var configuration = self
            switch environment["WATCHER_DISABLED"]?.lowercased() {
            case nil, "", "0", "false", "no": break
            case "1", "true", "yes": configuration.isEnabled = false
            case .some(let text):
                throw WatcherError(
                    .configuration,
                    "WATCHER_DISABLED is '\(text)', but must be 1, 0, true, false, yes or no."
                )
            }
            return configuration
        }

        func validate() throws(WatcherError) {
            let faults: [(Bool, String)] = [
                (self.requestTimeout <= .zero, "requestTimeout must be above zero"),
                (self.maximumAnswerSize < 1, "maximumAnswerSize must be at least 1 byte"),
                (self.retries.maximumAttempts < 1, "retries.maximumAttempts must be at least 1"),
                (self.retries.initialDelay < .zero, "retries.initialDelay must not be negative"),
                (self.retries.maximumDelay < .zero, "retries.maximumDelay must not be negative"),
                (self.retries.maximumRetryAfter < .zero, "retries.maximumRetryAfter must not be negative"),
                (!(0...1).contains(self.retries.jitter), "retries.jitter must be from 0 to 1"),
            ]
            let wrong = (faults + self.heartbeats.faults + self.reports.faults).filter(\.0).map(\.1)
            guard wrong.isEmpty else {
                throw WatcherError(
                    .configuration,
                    "The configuration cannot be used: \(wrong.joined(separator: "; "))."
                )
            }
        }
    }

    /// When and how often a request is sent again.
    ///
    /// Retried are connections that fail, attempts that time out, and the answers 408, 429 and 5xx. Every POST carries
    /// a key that makes the server act on it once, however often it arrives.
    public struct RetryPolicy: Sendable {
        /// How often a request is sent at most, the first time included: 5 by default, 1 means no retries.
        public var maximumAttempts: Int
        /// How long to wait after the first attempt, before jitter: half a second by default, doubled each time.
        public var initialDelay: Duration
        /// How long to wait at most, before jitter: 30 seconds by default.
        public var maximumDelay: Duration
        /// The share of each wait that is left to chance, so that many clients do not come back at once.
        ///
        /// From 0 to 1, 0.2 by default: a wait is shortened by up to a fifth.
        public var jitter: Double
        /// How long to wait at most when the server says how long with `Retry-After`: 60 seconds by default.
        public var maximumRetryAfter: Duration

        /// Makes a policy; every value has a default.
        public init(
            maximumAttempts: Int = 5,
            initialDelay: Duration = .milliseconds(500),
            maximumDelay: Duration = .seconds(30),
            jitter: Double = 0.2,
            maximumRetryAfter: Duration = .seconds(60)
        ) {
            self.maximumAttempts = maximumAttempts
            self.initialDelay = initialDelay
            self.maximumDelay = maximumDelay
            self.jitter = jitter
            self.maximumRetryAfter = maximumRetryAfter
        }
    }
}
