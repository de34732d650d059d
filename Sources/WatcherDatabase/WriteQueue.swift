// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization

/// A write that waits for its turn, of whatever type its value is.
package protocol PendingWrite: AnyObject, Sendable {
    /// Whether the caller has been cancelled and no longer wants it.
    var isCancelled: Bool { get }

    /// Runs the work and keeps its value; may be called again, the last value counts.
    ///
    /// - Parameter transaction: the transaction.
    /// - Throws: what the work threw.
    func perform(in transaction: Transaction) throws

    /// Answers the caller: with the value, or with the error when there is one. Called exactly once, last.
    func finish(_ error: (any Error)?)
}

/// Writes that wait for the one thread that performs them, as many in one commit as have come together.
///
/// Group commit: while one batch is on its way to durable storage, the next one gathers, so the number of commits a
/// second, which the disk bounds, does not bound the number of writes. The thread is one of its own because databases
/// block, which the threads of Swift's concurrency must not.
package final class WriteQueue: Sendable {
    /// More writes than this never go into one commit, which bounds how long the first of them waits.
    package static let largestBatch = 512

    private struct State {
        var waiting: [any PendingWrite] = []
        var closing = false
        var threadEnded = false
        var whenEnded: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())
    /// Signalled whenever a write comes in or the queue begins to close; the state is guarded by `state` alone.
    private let wakeUp = DispatchSemaphore(value: 0)

    /// Makes a queue and starts its thread.
    ///
    /// - Parameters:
    ///   - name: the name of the thread.
    ///   - commit: performs a batch and finishes every write of it; called on the thread, one batch at a time.
    package init(name: String, commit: @escaping @Sendable ([any PendingWrite]) -> Void) {
        let thread = Thread { [self] in self.run(commit) }
        thread.name = name
        thread.stackSize = 1 << 20
        thread.start()
    }

    private func run(_ commit: ([any PendingWrite]) -> Void) {
        while true {
            // Whoever can run now may bring another write for this batch; on an idle processor this costs nothing. A
            // longer wait for more of them was measured and made fewer, larger commits and less throughput.
            sched_yield()
            let (batch, ended) = self.state.withLock { state -> ([any PendingWrite], Bool) in
                let batch = Array(state.waiting.prefix(Self.largestBatch))
                state.waiting.removeFirst(batch.count)
                return (batch, batch.isEmpty && state.closing)
            }
            if ended { break }
            if batch.isEmpty {
                self.wakeUp.wait()
            } else {
                commit(batch)
            }
        }
        let waiters = self.state.withLock { state in
            state.threadEnded = true
            return state.whenEnded
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Hands a piece of work to the thread and waits for the commit that holds it.
    ///
    /// - Parameter work: what to do; see ``Database/write(_:)``.
    /// - Returns: what it returned.
    /// - Throws: what it threw, `CancellationError` when cancelled while waiting, or ``DatabaseError``.
    package func write<Value: Sendable>(
        _ work: @escaping @Sendable (Transaction) throws -> Value
    ) async throws -> Value {
        let write = Write(work)
        return try await withTaskCancellationHandler {
            try await withUnsafeThrowingContinuation { continuation in
                write.continuation = continuation
                let (accepted, idle) = self.state.withLock { state -> (Bool, Bool) in
                    guard !state.closing else { return (false, false) }
                    state.waiting.append(write)
                    return (true, state.waiting.count == 1)
                }
                guard accepted else {
                    write.finish(DatabaseError(.closed, "the database has been closed"))
                    return
                }
                // The thread looks again after each batch, so only the first write of a batch needs to wake it.
                if idle { self.wakeUp.signal() }
            }
        } onCancel: {
            write.cancel()
        }
    }

    /// Refuses further writes, and returns when all that were accepted are done and the thread has ended.
    package func close() async {
        await withCheckedContinuation { continuation in
            let ended = self.state.withLock { state in
                state.closing = true
                if !state.threadEnded { state.whenEnded.append(continuation) }
                return state.threadEnded
            }
            self.wakeUp.signal()
            if ended { continuation.resume() }
        }
    }
}

/// The work of one caller.
///
/// `@unchecked Sendable`: `continuation` is set before the write is queued, and after that `continuation` and `value`
/// are touched by the queue's thread only; the queue's lock orders the two. The continuation is unsafe, which saves an
/// allocation for each write, because every write is finished exactly once: by `WriteQueue.write` when it is refused, and
/// else by the one batch that takes it off the queue.
private final class Write<Value: Sendable>: PendingWrite, @unchecked Sendable {
    private let work: @Sendable (Transaction) throws -> Value
    private let cancelled = Atomic(false)
    private var value: Value?
    var continuation: UnsafeContinuation<Value, any Error>?

    init(_ work: @escaping @Sendable (Transaction) throws -> Value) {
        self.work = work
    }

    var isCancelled: Bool { self.cancelled.load(ordering: .relaxed) }

    func cancel() {
        self.cancelled.store(true, ordering: .relaxed)
    }

    func perform(in transaction: Transaction) throws {
        self.value = try self.work(transaction)
    }

    func finish(_ error: (any Error)?) {
        if let value, error == nil {
            self.continuation?.resume(returning: value)
        } else {
            self.continuation?.resume(
                throwing: error ?? DatabaseError(.statement, "a write was finished before it was performed")
            )
        }
        self.continuation = nil
    }
}
