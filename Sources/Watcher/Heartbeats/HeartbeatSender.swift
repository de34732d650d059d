// SPDX-License-Identifier: Apache-2.0

import Logging
import Synchronization

/// Sends the heartbeats of all executions that run under one client and its copies.
///
/// The work of an execution may block every thread of Swift's cooperative pool, and must not look dead then. So nothing
/// here is a task: one timer for all executions fires on an event loop of SwiftNIO, which has threads of its own, and the
/// requests are sent by callbacks on event loops (``Transport/send(_:within:whenDone:)``). An `await` anywhere between, as in
/// the transport's other function, would wait for a thread of the pool. (A program that makes SwiftNIO's event loops the pool
/// itself has given this independence up.)
///
/// The timer is never taken back: it fires once after the last execution has ended, finds nothing and is not set again. So
/// an execution that is shorter than the interval mostly costs no timer, and there is never a second one. Until then it
/// keeps this alive; nobody has to shut it down.
final class HeartbeatSender: Sendable {
    private struct State {
        var schedule: HeartbeatSchedule
        /// Whether a timer is set and has not fired.
        var hasTimer = false
    }

    private let policy: Watcher.HeartbeatPolicy
    private let delivery: RequestDelivery
    private let surroundings: Surroundings
    private let logger: Logger
    private let state: Mutex<State>

    init(policy: Watcher.HeartbeatPolicy, delivery: RequestDelivery, surroundings: Surroundings, logger: Logger) {
        self.policy = policy
        self.delivery = delivery
        self.surroundings = surroundings
        self.logger = logger
        self.state = Mutex(State(schedule: HeartbeatSchedule(interval: policy.interval)))
    }

    /// Sends heartbeats of an execution from now on, until ``end(_:)`` is called with what this returns.
    func begin(_ context: WatcherExecutionContext) -> HeartbeatSchedule.Ticket? {
        guard self.policy.isOn else { return nil }
        let now = self.surroundings.instant()
        return self.state.withLock { state in
            defer { self.setTimer(&state, at: now) }
            return state.schedule.begin(context, at: now)
        }
    }

    /// Sends no more heartbeats of an execution; one that is on its way may still arrive, and changes nothing then.
    func end(_ ticket: HeartbeatSchedule.Ticket?) {
        guard let ticket else { return }
        self.state.withLock { $0.schedule.end(ticket) }
    }

    /// Sets a timer where there is none and something runs.
    ///
    /// A timer that is set is never too late, because whoever begins is due last.
    private func setTimer(_ state: inout State, at now: ContinuousClock.Instant) {
        guard !state.hasTimer, let next = state.schedule.nextDue() else { return }
        _ = self.surroundings.timer(now.duration(to: next)) { self.wake() }
        state.hasTimer = true
    }

    private func wake() {
        let now = self.surroundings.instant()
        let beats = self.state.withLock { state in
            state.hasTimer = false
            defer { self.setTimer(&state, at: now) }
            return state.schedule.beats(at: now)
        }
        for beat in beats {
            self.delivery.beat(
                beat.context.executionID,
                beat.context.lastProgress.heartbeat(leaseSeconds: self.policy.leaseSeconds),
                within: self.policy.timeout
            ) { result in
                self.note(HeartbeatSchedule.Answer(result), to: beat)
            }
        }
    }

    private func note(_ answer: HeartbeatSchedule.Answer, to beat: HeartbeatSchedule.Beat) {
        let finding = self.state.withLock { $0.schedule.answered(beat.ticket, answer) }
        var metadata = beat.context.logMetadata
        switch finding {
        case nil: break
        case .refused:
            self.logger.warning(
                "The server does not know heartbeats: no more are sent, and dead executions go unnoticed",
                metadata: metadata
            )
        case .unknownExecution:
            self.logger.debug("The server does not know an execution that sends heartbeats", metadata: metadata)
        case .failed(let reason, let isFirst):
            metadata[LogKey.error] = "\(reason)"
            self.logger.log(
                level: isFirst ? .warning : .debug,
                "A heartbeat failed; the work goes on, but without any the server will count it as lost",
                metadata: metadata
            )
        }
    }
}
