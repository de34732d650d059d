// SPDX-License-Identifier: Apache-2.0
import NIOCore
import NIOPosix
import Synchronization

/// A connection on which a test sends whatever bytes it likes, as slowly as it likes.
enum RawConnection {
    /// Lends a connection to a port of this machine.
    static func with<Value: Sendable>(
        _ port: Int,
        _ body: @Sendable @escaping (Reader, Writer) async throws -> Value
    ) async throws -> Value {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            let reader = Reader()
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await reader.collect(inbound) }
                defer { group.cancelAll() }
                return try await body(reader, Writer(outbound: outbound, channel: channel.channel))
            }
        }
    }

    /// Sends.
    struct Writer: Sendable {
        fileprivate let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
        fileprivate let channel: any Channel

        func send(_ text: String) async throws {
            try await self.outbound.write(ByteBuffer(string: text))
        }

        /// Sends a text again and again until the other side does not take it any more, or this task is cancelled.
        func drip(_ text: String, every interval: Duration) async throws {
            while self.channel.isActive {
                do {
                    try await self.send(text)
                } catch is CancellationError {
                    throw CancellationError()
                } catch {
                    return
                }
                try await Task.sleep(for: interval)
            }
        }
    }

    /// What was received.
    final class Reader: Sendable {
        private let state = Mutex((text: "", isComplete: false))

        fileprivate func collect(_ parts: NIOAsyncChannelInboundStream<ByteBuffer>) async {
            do {
                for try await part in parts { self.state.withLock { $0.text += String(buffer: part) } }
            } catch {
                // A reset is an end, too.
            }
            self.state.withLock { $0.isComplete = true }
        }

        /// Waits until some text has come, or the end.
        func read(until end: String? = nil) async throws -> String {
            while true {
                let (text, isComplete) = self.state.withLock { $0 }
                if isComplete || end.map(text.contains) == true { return text }
                try await Task.sleep(for: .milliseconds(5))
            }
        }

        /// Waits until the other side closes the connection.
        func readToEnd() async throws -> String {
            try await self.read()
        }
    }
}

/// Does something that must have ended in time; else it is cancelled, and an error thrown.
func within<Value: Sendable>(
    _ limit: Duration,
    _ body: @Sendable @escaping () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await Task.sleep(for: limit)
            throw TooLate(limit: limit)
        }
        defer { group.cancelAll() }
        guard let value = try await group.next() else { throw CancellationError() }
        return value
    }
}

/// Something had not ended in time.
struct TooLate: Error {
    let limit: Duration
}
