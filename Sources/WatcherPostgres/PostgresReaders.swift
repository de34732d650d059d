// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization
import WatcherDatabase

/// Connections for reading, each with a thread that may be blocked; made when there is work for one more, and closed
/// when there has been none for a while.
final class PostgresReaders: Sendable {
    /// How long a connection without work is kept.
    private static let idleTime: DispatchTimeInterval = .seconds(5)
    /// How long a read waits for a database that is away.
    private static let patience: Duration = .seconds(1)

    private struct State {
        var waiting: [any PendingWork] = []
        var threads = 0
        var idle = 0
        var closing = false
        var whenEnded: [CheckedContinuation<Void, Never>] = []
    }

    private let settings: PostgresSettings
    private let most: Int
    private let state = Mutex(State())
    /// Signalled once for each read that comes in, and for each thread when the readers close.
    private let wakeUp = DispatchSemaphore(value: 0)

    /// - Parameters:
    ///   - settings: where to connect to.
    ///   - most: how many connections there may be at once.
    init(_ settings: PostgresSettings, most: Int) {
        self.settings = settings
        self.most = most
    }

    /// What the readers do right now.
    var statistics: ReaderStatistics {
        self.state.withLock { state in
            ReaderStatistics(limit: self.most, inProgress: state.threads - state.idle + state.waiting.count)
        }
    }

    /// Hands a read to a thread.
    ///
    /// - Returns: whether it was accepted; else the readers have been closed.
    func submit(_ read: any PendingWork) -> Bool {
        let (accepted, needsThread) = self.state.withLock { state -> (Bool, Bool) in
            guard !state.closing else { return (false, false) }
            state.waiting.append(read)
            let needsThread = state.idle < state.waiting.count && state.threads < self.most
            if needsThread { state.threads += 1 }
            return (true, needsThread)
        }
        guard accepted else { return false }
        if needsThread {
            let thread = Thread { [self] in self.run() }
            thread.name = "postgres-reader"
            thread.stackSize = 1 << 20
            thread.start()
        }
        self.wakeUp.signal()
        return true
    }

    /// Refuses further reads, and returns when all that were accepted are done.
    func close() async {
        await withCheckedContinuation { continuation in
            let threads = self.state.withLock { state in
                state.closing = true
                if state.threads > 0 { state.whenEnded.append(continuation) }
                return state.threads
            }
            for _ in 0..<threads { self.wakeUp.signal() }
            if threads == 0 { continuation.resume() }
        }
    }

    private enum Step {
        case read(any PendingWork)
        case wait
        case disconnect
        case end([CheckedContinuation<Void, Never>])
    }

    /// One thread: reads as long as there is something to read.
    private func run() {
        var connection: PostgresConnection?
        var timedOut = false
        while true {
            let isConnected = connection != nil
            let step = self.state.withLock { state -> Step in
                if !state.waiting.isEmpty { return .read(state.waiting.removeFirst()) }
                guard state.closing || timedOut else {
                    state.idle += 1
                    return .wait
                }
                // Whoever waits for the end wants all connections closed.
                guard !isConnected else { return .disconnect }
                state.threads -= 1
                guard state.closing, state.threads == 0 else { return .end([]) }
                defer { state.whenEnded = [] }
                return .end(state.whenEnded)
            }
            switch step {
            case .read(let read):
                timedOut = false
                self.perform(read, on: &connection)
            case .wait:
                timedOut = self.wakeUp.wait(timeout: .now() + Self.idleTime) == .timedOut
                self.state.withLock { $0.idle -= 1 }
            case .disconnect:
                connection = nil
            case .end(let waiters):
                for waiter in waiters { waiter.resume() }
                return
            }
        }
    }

    private func perform(_ read: any PendingWork, on connection: inout PostgresConnection?) {
        if read.finishIfCancelled() { return }
        do {
            do {
                try self.attempt(read, on: &connection)
            } catch let error as DatabaseError where error.code == .unreachable && connection != nil {
                // The connection was lost, not refused. Reading once more does no harm, on one that is new.
                connection = nil
                try self.attempt(read, on: &connection)
            }
            read.finish(nil)
        } catch {
            read.finish(error)
        }
    }

    private func attempt(_ read: any PendingWork, on connection: inout PostgresConnection?) throws {
        if connection?.isGone() ?? true { connection = nil }
        let current =
            try connection
            ?? PostgresConnection.retrying(until: .now + Self.patience) { try PostgresConnection(self.settings) }
        connection = current
        do {
            try current.begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            try read.perform(in: Transaction(current))
            try current.finishReading()
        } catch {
            if !current.isBroken { current.rollback() }
            throw error
        }
    }
}
