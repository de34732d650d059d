// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
import WatcherWire

/// A server on a thread of its own that needs none of Swift's cooperative pool; starts and ends go well.
///
/// It closes every connection after one answer, and is called by its name, so that each request has to look up the name and
/// to connect.
enum EventLoopServer {
    /// What becomes of a heartbeat.
    enum Reply {
        case accepts
        /// Closes the connection without an answer.
        case breaksOff
    }

    /// Runs a server on a free port of 127.0.0.1 while `body` runs with its URL.
    ///
    /// - Parameters:
    ///   - reply: called with the number of each heartbeat, from 1 on.
    ///   - credential: what whoever asks for a credential gets.
    ///   - body: uses the server.
    /// - Throws: what `body` throws, or why the server could not be started.
    static func run(
        _ reply: @escaping @Sendable (Int) -> Reply,
        credential: JSONValue = .null,
        _ body: (String) async throws -> Void
    ) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let heartbeats = Heartbeats(reply)
        let result: Result<Void, any Error>
        do {
            let channel = try await ServerBootstrap(group: group)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                        try channel.pipeline.syncOperations.addHandler(Answers(heartbeats, credential))
                    }
                }
                .bind(host: "127.0.0.1", port: 0).get()
            try await body("http://localhost:\(channel.localAddress?.port ?? 0)")
            result = .success(())
        } catch {
            result = .failure(error)
        }
        try await group.shutdownGracefully()
        try result.get()
    }

    private final class Heartbeats: Sendable {
        private let count = Mutex(0)
        private let reply: @Sendable (Int) -> Reply

        init(_ reply: @escaping @Sendable (Int) -> Reply) {
            self.reply = reply
        }

        func next() -> Reply {
            let number = self.count.withLock { count in
                count += 1
                return count
            }
            return self.reply(number)
        }
    }

    private final class Answers: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let heartbeats: Heartbeats
        private let credential: JSONValue
        private var path = ""

        init(_ heartbeats: Heartbeats, _ credential: JSONValue) {
            self.heartbeats = heartbeats
            self.credential = credential
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch self.unwrapInboundIn(data) {
            case .head(let head): self.path = head.uri
            case .body: break
            case .end:
                if self.path.hasSuffix("/heartbeat"), self.heartbeats.next() == .breaksOff {
                    context.close(promise: nil)
                } else {
                    self.answer(context)
                }
            }
        }

        private func answer(_ context: ChannelHandlerContext) {
            let isStart = self.path == Endpoints.startExecution.path
            let text: [UInt8]? =
                if isStart { IDResponse(id: 101).json } else if self.path.hasPrefix("/metadata/") {
                    Array(self.credential.description.utf8)
                } else { nil }
            var head = HTTPResponseHead(version: .http1_1, status: text == nil ? .noContent : isStart ? .created : .ok)
            head.headers.add(name: "Connection", value: "close")
            if let text { head.headers.add(name: "Content-Length", value: "\(text.count)") }
            context.write(self.wrapOutboundOut(.head(head)), promise: nil)
            if let text {
                context.write(self.wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: text)))), promise: nil)
            }
            let (channel, written) = (context.channel, context.eventLoop.makePromise(of: Void.self))
            written.futureResult.whenComplete { _ in channel.close(promise: nil) }
            context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: written)
        }
    }
}
