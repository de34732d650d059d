// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Work that waits for a connection, of whatever type its value is.
package protocol PendingWork: AnyObject, Sendable {
    /// Whether the caller has been cancelled and no longer wants it.
    var isCancelled: Bool { get }

    /// Runs the work and keeps its value; may be called again, the last value counts.
    ///
    /// - Parameter transaction: the transaction.
    /// - Throws: what the work threw.
    func perform(in transaction: Transaction) throws

    /// The one `INSERT` that is the whole work, when it is no more than that; a driver may then run it in place of
    /// ``perform(in:)`` and hand in what came of it.
    var insertion: SQLStatement? { get }

    /// Keeps the id that ``insertion`` has given.
    func accept(_ id: Int64?)

    /// Answers the caller: with the value, or with the error when there is one. Called exactly once, last.
    func finish(_ error: (any Error)?)
}

extension PendingWork {
    /// Finishes work that nobody wants any more, which must not be performed then.
    ///
    /// - Returns: whether that was so; asked once, since it may change at any moment.
    package func finishIfCancelled() -> Bool {
        guard self.isCancelled else { return false }
        self.finish(CancellationError())
        return true
    }
}

/// The work of one caller, who waits for its value.
///
/// `@unchecked Sendable`: `continuation` is set before the work is handed to a thread, and after that `continuation` and
/// `value` are touched by that thread only; the lock under which it is handed over orders the two. The continuation is
/// unsafe, which saves an allocation for each call, because every call is finished exactly once: by ``wait(for:_:)`` when
/// it is refused, and else by the one thread that takes it.
package final class PendingCall<Value: Sendable>: PendingWork, @unchecked Sendable {
    package let insertion: SQLStatement?
    private let work: @Sendable (Transaction) throws -> Value
    private let valueOf: @Sendable (Int64?) -> Value?
    private let cancelled = Atomic(false)
    private var value: Value?
    private var continuation: UnsafeContinuation<Value, any Error>?

    /// Makes a call of any work.
    package init(_ work: @escaping @Sendable (Transaction) throws -> Value) {
        self.insertion = nil
        self.work = work
        self.valueOf = { _ in nil }
    }

    /// Makes a call that is one `INSERT`.
    package init(insertion: SQLStatement) where Value == Int64? {
        self.insertion = insertion
        self.work = { try $0.insert(insertion) }
        self.valueOf = { .some($0) }
    }

    /// Hands a call over, and waits until it is finished.
    ///
    /// - Parameters:
    ///   - call: the call.
    ///   - accept: gives it to a thread; `false` when that is closed.
    /// - Returns: the value of the work.
    /// - Throws: what it threw, `CancellationError` when cancelled while waiting, or ``DatabaseError``.
    package static func wait(
        for call: PendingCall<Value>,
        _ accept: (any PendingWork) -> Bool
    ) async throws -> Value {
        try await withTaskCancellationHandler {
            try await withUnsafeThrowingContinuation { continuation in
                call.continuation = continuation
                if !accept(call) { call.finish(DatabaseError(.closed, "the database has been closed")) }
            }
        } onCancel: {
            call.cancelled.store(true, ordering: .relaxed)
        }
    }

    package var isCancelled: Bool { self.cancelled.load(ordering: .relaxed) }

    package func perform(in transaction: Transaction) throws {
        self.value = try self.work(transaction)
    }

    package func accept(_ id: Int64?) {
        self.value = self.valueOf(id)
    }

    package func finish(_ error: (any Error)?) {
        let continuation = self.continuation
        self.continuation = nil
        if let value, error == nil {
            continuation?.resume(returning: value)
        } else {
            continuation?.resume(
                throwing: error ?? DatabaseError(.statement, "a call was finished before it was performed")
            )
        }
    }
}
