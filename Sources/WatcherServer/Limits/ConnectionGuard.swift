// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import NIOCore
import NIOHTTPTypes
import WatcherWire

/// Watches one connection: refuses it when there are too many, and cuts it when its client takes too long.
///
/// It stands behind the decoder, and so behind TLS, in front of the server.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let timeouts: ConnectionTimeouts
    private let connections: ConnectionLimit
    private var timeline: ConnectionTimeline?
    private var timer: (task: Scheduled<Void>, at: NIODeadline)?
    /// Whether what was read last had a part of a request in it.
    private var sawPart = false
    /// Whether the client has been told here why the connection ends: the server says nothing more.
    private var hasSpoken = false

    init(_ timeouts: ConnectionTimeouts, _ connections: ConnectionLimit) {
        self.timeouts = timeouts
        self.connections = connections
    }

    // MARK: The connection begins and ends

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { self.begin(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        context.fireChannelActive()
        self.begin(context)
    }

    private func begin(_ context: ChannelHandlerContext) {
        guard self.timeline == nil else { return }
        self.timeline = ConnectionTimeline(self.timeouts, now: .now())
        switch self.connections.enter() {
        case .admitted: self.arm(context)
        case .refused:
            let problem = Problem(code: "overloaded", message: "This server has too many connections: try again later")
            self.speak(context, .serviceUnavailable, problem, [.retryAfter: "1"])
        case .crowded: context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.end()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.end()
    }

    private func end() {
        self.timer?.task.cancel()
        self.timer = nil
        guard self.timeline != nil else { return }
        self.timeline = nil
        self.connections.leave()
    }

    // MARK: Requests and answers

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.sawPart = true
        guard !self.hasSpoken else { return }
        let now = NIODeadline.now()
        switch self.unwrapInboundIn(data) {
        case .head: self.timeline?.headerEnded(now)
        case .body(let bytes): self.timeline?.bodyGrew(by: bytes.readableBytes, now)
        case .end: self.timeline?.bodyEnded(now)
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // Something was read, and the decoder made nothing of it yet: a part of a head.
        if !self.sawPart { self.timeline?.headerBegan(.now()) }
        self.sawPart = false
        self.arm(context)
        context.fireChannelReadComplete()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !self.hasSpoken else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        let isEnd = if case .end = self.unwrapOutboundIn(data) { true } else { false }
        context.write(data, promise: promise)
        guard isEnd else { return }
        self.timeline?.answered(.now())
        self.arm(context)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        self.timeline?.blocked(!context.channel.isWritable, .now())
        self.arm(context)
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent {
            self.timeline?.drain(.now())
            self.arm(context)
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let timeline = self.timeline, !timeline.isClosing else { return }
        if timeline.unanswered == 0 {
            // Not HTTP, or the connection is broken; then nobody hears this.
            self.speak(context, .badRequest, ConnectionFailure.malformed.problem)
        } else {
            self.timeline?.close(.now())
            self.arm(context)
            context.fireErrorCaught(ConnectionFailure.malformed)
        }
    }

    // MARK: Time

    /// Sees to it that somebody looks when the deadline comes.
    ///
    /// A timer that comes too early looks and waits on, so that a request costs none: its deadlines are nearly always
    /// later than that of the timer that runs.
    private func arm(_ context: ChannelHandlerContext) {
        guard let at = self.timeline?.deadline?.at, at < self.timer?.at ?? .distantFuture else { return }
        self.timer?.task.cancel()
        let task = context.eventLoop.assumeIsolated().scheduleTask(deadline: at) {
            self.timer = nil
            self.look(context)
        }
        self.timer = (task, at)
    }

    private func look(_ context: ChannelHandlerContext) {
        guard let timeline = self.timeline, let (at, overrun) = timeline.deadline else { return }
        guard at <= .now() else {
            self.arm(context)
            return
        }
        switch overrun {
        case .idle, .unread, .closing, .draining: context.close(promise: nil)
        case .header: self.speak(context, .requestTimeout, ConnectionFailure.tooSlow.problem)
        case .body where timeline.unanswered == 0: context.close(promise: nil)
        case .body:
            // The server is reading the body: it answers that the rest did not come, and closes.
            self.timeline?.close(.now())
            self.arm(context)
            context.fireErrorCaught(ConnectionFailure.tooSlow)
        }
    }

    /// Says something to the client in place of the server, and closes the connection.
    ///
    /// At first for this side only, and what the client still sends is read: a connection that is closed before that is
    /// reset, and the client would not see the answer.
    private func speak(
        _ context: ChannelHandlerContext,
        _ status: HTTPResponse.Status,
        _ problem: Problem,
        _ headers: HTTPFields = [:]
    ) {
        self.hasSpoken = true
        self.timeline?.close(.now())
        self.arm(context)
        let body = ByteBuffer(bytes: problem.json)
        var headers = headers
        headers[.contentType] = "application/json"
        headers[.contentLength] = "\(body.readableBytes)"
        headers[.connection] = "close"
        context.write(self.wrapOutboundOut(.head(HTTPResponse(status: status, headerFields: headers))), promise: nil)
        context.write(self.wrapOutboundOut(.body(body)), promise: nil)
        context.writeAndFlush(self.wrapOutboundOut(.end(nil))).assumeIsolated().whenComplete { _ in
            context.close(mode: .output, promise: nil)
        }
    }
}

@available(*, unavailable)
extension ConnectionGuard: Sendable {}

/// Why a request never came to its end.
enum ConnectionFailure: Error {
    /// The bytes were no HTTP, or ended in the middle of it.
    case malformed
    /// They did not come in time.
    case tooSlow

    /// What the client is told, if it still listens.
    var problem: Problem {
        switch self {
        case .malformed: Problem(code: "malformed_request", message: "The request is not HTTP/1.1, or ended too early")
        case .tooSlow: Problem(code: "request_timeout", message: "The request did not come in time")
        }
    }
}

/// Counts a server's connections.
final class ConnectionLimit: Sendable {
    /// What becomes of a new connection.
    enum Entry {
        case admitted
        /// It is told that it is one too many.
        case refused
        /// There are too many even to tell them.
        case crowded
    }

    /// How many connections beyond the maximum may be open because they are being told so.
    private static let refusals = 64

    private let maximum: Int
    private let open = Gauge()

    init(maximum: Int) {
        self.maximum = maximum
    }

    /// Counts a new connection.
    func enter() -> Entry {
        let count = self.open.add(1)
        return count <= self.maximum ? .admitted : count <= self.maximum + Self.refusals ? .refused : .crowded
    }

    /// A connection has ended.
    func leave() {
        _ = self.open.add(-1)
    }
}
