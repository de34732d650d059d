// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization

/// Writes that wait for the one thread that performs them, as many in one commit as have come together.
///
/// Group commit: while one batch is on its way to durable storage, the next one gathers, so the number of commits a
/// second, which the disk bounds, does not bound the number of writes. The thread is one of its own because databases
/// block, which the threads of Swift's concurrency must not.
package final class WriteQueue: Sendable {
    /// More writes than this never go into one commit, which bounds how long the first of them waits.
    package static let largestBatch = 512

    private struct State {
        var waiting: [any PendingWork] = []
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
    ///   - commit: performs a batch and finishes every write of it; called on the thread, one batch at a time. It gives
    ///     whether it has kept some for later: then it is called again soon, if need be with an empty batch.
    package init(name: String, commit: @escaping @Sendable ([any PendingWork]) -> Bool) {
        let thread = Thread { [self] in self.run(commit) }
        thread.name = name
        thread.stackSize = 1 << 20
        thread.start()
    }

    private func run(_ commit: ([any PendingWork]) -> Bool) {
        var hasMore = false
        while true {
            // Whoever can run now may bring another write for this batch; on an idle processor this costs nothing. A
            // longer wait for more of them was measured and made fewer, larger commits and less throughput.
            sched_yield()
            let (batch, closing) = self.state.withLock { state -> ([any PendingWork], Bool) in
                let batch = Array(state.waiting.prefix(Self.largestBatch))
                state.waiting.removeFirst(batch.count)
                return (batch, state.closing)
            }
            if !batch.isEmpty || hasMore {
                hasMore = commit(batch.filter { !$0.finishIfCancelled() })
            } else if closing {
                break
            } else {
                self.wakeUp.wait()
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
        try await PendingCall.wait(for: PendingCall(work)) { self.accept($0) }
    }

    /// Hands an `INSERT` to the thread and waits for the commit that holds it; see ``Database/insert(_:)``.
    package func insert(_ statement: SQLStatement) async throws -> Int64? {
        try await PendingCall.wait(for: PendingCall(insertion: statement)) { self.accept($0) }
    }

    /// How many writes wait for the thread.
    package var waiting: Int { self.state.withLock { $0.waiting.count } }

    private func accept(_ write: any PendingWork) -> Bool {
        let (accepted, idle) = self.state.withLock { state -> (Bool, Bool) in
            guard !state.closing else { return (false, false) }
            state.waiting.append(write)
            return (true, state.waiting.count == 1)
        }
        // The thread looks again after each batch, so only the first write of a batch needs to wake it.
        if idle { self.wakeUp.signal() }
        return accepted
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
