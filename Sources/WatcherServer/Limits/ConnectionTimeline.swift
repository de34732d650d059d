// SPDX-License-Identifier: Apache-2.0
package import NIOCore

/// How long a client may take over what.
package struct ConnectionTimeouts: Sendable, Equatable {
    /// From accepting a connection to the end of a request's headers, and from their first byte on later requests of the
    /// same connection: however steadily the bytes drip in.
    package var header: TimeAmount
    /// How long a request's body, or a client that reads an answer, may make no progress.
    package var body: TimeAmount
    /// How long a connection stays open without a request.
    package var idle: TimeAmount
    /// How long requests under way may still take when the server ends.
    package var drain: TimeAmount

    /// Makes timeouts.
    package init(
        header: TimeAmount = .seconds(10),
        body: TimeAmount = .seconds(30),
        idle: TimeAmount = .seconds(75),
        drain: TimeAmount = .seconds(10)
    ) {
        self.header = header
        self.body = body
        self.idle = idle
        self.drain = drain
    }

    /// How long a connection stays open for a client to read why it is closed.
    static let linger = TimeAmount.seconds(2)
    /// A body must come with so many bytes a second on average, after the first `body`: bytes that drip are no progress.
    static let slowestBody = 512
}

/// What happens on a connection, as far as it matters to when it must be cut; a value, whose time is handed in.
struct ConnectionTimeline {
    /// What took too long.
    enum Overrun: Equatable {
        /// Nothing was asked.
        case idle
        /// The headers of a request.
        case header
        /// The body of a request.
        case body
        /// The client does not read its answer.
        case unread
        /// The client has been told that this is the end, or must have noticed.
        case closing
        /// The server ends.
        case draining
    }

    private enum Reading {
        case nothing
        case header
        case body
    }

    private let timeouts: ConnectionTimeouts
    private var reading = Reading.header
    /// Since when that is being read; or since the last answer, when that was later.
    private var since: NIODeadline
    private var bodyProgress: NIODeadline
    private var bodyBytes = 0
    private var blockedSince: NIODeadline?
    private var closingSince: NIODeadline?
    private var drainingSince: NIODeadline?
    /// How many requests have begun whose answers have not ended.
    private(set) var unanswered = 0

    /// Begins with a new connection, on which a request must come.
    init(_ timeouts: ConnectionTimeouts, now: NIODeadline) {
        self.timeouts = timeouts
        self.since = now
        self.bodyProgress = now
    }

    /// Whether the connection is being closed.
    var isClosing: Bool { self.closingSince != nil }

    /// Bytes came that did not end the headers they belong to.
    mutating func headerBegan(_ now: NIODeadline) {
        guard self.reading == .nothing else { return }
        (self.reading, self.since) = (.header, now)
    }

    /// The headers of a request have come.
    mutating func headerEnded(_ now: NIODeadline) {
        (self.reading, self.since, self.bodyProgress, self.bodyBytes) = (.body, now, now, 0)
        self.unanswered += 1
    }

    /// A part of a body has come.
    mutating func bodyGrew(by bytes: Int, _ now: NIODeadline) {
        self.bodyProgress = now
        self.bodyBytes += bytes
    }

    /// A request has come as a whole.
    mutating func bodyEnded(_ now: NIODeadline) {
        (self.reading, self.since) = (.nothing, now)
    }

    /// An answer has been handed to the socket.
    mutating func answered(_ now: NIODeadline) {
        self.unanswered = max(0, self.unanswered - 1)
        if self.unanswered == 0 { self.since = now }
    }

    /// The socket takes no more, or takes more again.
    mutating func blocked(_ isBlocked: Bool, _ now: NIODeadline) {
        self.blockedSince = isBlocked ? (self.blockedSince ?? now) : nil
    }

    /// The connection is to be closed.
    mutating func close(_ now: NIODeadline) {
        if self.closingSince == nil { self.closingSince = now }
    }

    /// The server ends, and waits for requests under way only so long.
    mutating func drain(_ now: NIODeadline) {
        if self.drainingSince == nil { self.drainingSince = now }
    }

    /// When the connection must be cut unless something happens before, and what will have taken too long then; `nil`
    /// while it waits for nothing but this server.
    var deadline: (at: NIODeadline, overrun: Overrun)? {
        if let closingSince { return (closingSince + ConnectionTimeouts.linger, .closing) }
        var first = self.readingDeadline
        if let blockedSince { Self.advance(&first, to: blockedSince + self.timeouts.body, .unread) }
        if let drainingSince { Self.advance(&first, to: drainingSince + self.timeouts.drain, .draining) }
        return first
    }

    private static func advance(
        _ deadline: inout (at: NIODeadline, overrun: Overrun)?,
        to at: NIODeadline,
        _ overrun: Overrun
    ) {
        if at < deadline?.at ?? .distantFuture { deadline = (at, overrun) }
    }

    private var readingDeadline: (at: NIODeadline, overrun: Overrun)? {
        switch self.reading {
        case .nothing where self.unanswered == 0: return (self.since + self.timeouts.idle, .idle)
        case .header where self.unanswered == 0: return (self.since + self.timeouts.header, .header)
        // A client may send requests ahead; the time for them runs when it is their turn.
        case .nothing, .header: return nil
        case .body where self.unanswered == 0:
            // Answered without having been read as a whole: refused, and the rest is of no use.
            return (self.since + ConnectionTimeouts.linger, .body)
        case .body:
            let earned = TimeAmount.seconds(Int64(self.bodyBytes / ConnectionTimeouts.slowestBody))
            return (min(self.bodyProgress, self.since + earned) + self.timeouts.body, .body)
        }
    }
}
