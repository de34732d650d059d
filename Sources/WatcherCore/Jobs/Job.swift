// SPDX-License-Identifier: Apache-2.0

/// Work that follows from a request or from a schedule, and is done after it.
package enum JobWork: Sendable, Equatable {
    /// Look for pipelines whose data is too old.
    case freshness
    /// Look for executions that take too long.
    case timeliness(lookbackMinutes: Int64)
    /// Judge a successful execution by its pipeline's anomaly detection rules.
    case anomalies(executionID: Int64)
    /// Send an alert that has been raised.
    case alert(id: Int64)
    /// Look whether too many jobs wait.
    case queueMonitor
}

/// The kinds of jobs, as they are stored.
package enum JobKind: String, Sendable, CaseIterable {
    case freshness
    case timeliness
    case anomalies
    case alert
    case queueMonitor = "queue_monitor"
}

extension JobKind {
    /// What people call it.
    package var title: String {
        switch self {
        case .freshness: "Freshness check"
        case .timeliness: "Timeliness check"
        case .anomalies: "Anomaly detection"
        case .alert: "Alert delivery"
        case .queueMonitor: "Queue monitor"
        }
    }
}

extension JobWork {
    /// The kind.
    package var kind: JobKind {
        switch self {
        case .freshness: .freshness
        case .timeliness: .timeliness
        case .anomalies: .anomalies
        case .alert: .alert
        case .queueMonitor: .queueMonitor
        }
    }

    /// The number that says what the work is about; what it counts depends on the kind.
    package var subject: Int64? {
        switch self {
        case .freshness, .queueMonitor: nil
        case .timeliness(let minutes): minutes
        case .anomalies(let executionID): executionID
        case .alert(let id): id
        }
    }

    /// The same work, for a schedule that fires after a while: a check looks at that time too, else what happened while no
    /// server ran would not be looked at by any.
    ///
    /// - Parameters:
    ///   - firedAt: when the schedule last fired.
    ///   - now: the time.
    /// - Returns: the work.
    package func reaching(backTo firedAt: Timestamp, from now: Timestamp) -> Self {
        switch self {
        case .timeliness(let minutes):
            let (passed, overflows) = now.microseconds.subtractingReportingOverflow(firedAt.microseconds)
            let (whole, rest) = max(0, overflows ? 0 : passed).quotientAndRemainder(dividingBy: 60_000_000)
            return .timeliness(lookbackMinutes: minutes + whole + (rest > 0 ? 1 : 0))
        case .freshness, .anomalies, .alert, .queueMonitor: return self
        }
    }

    /// Makes work of what is stored; `nil` when a subject is missing.
    package init?(_ kind: JobKind, subject: Int64?) {
        switch (kind, subject) {
        case (.freshness, _): self = .freshness
        case (.timeliness, let minutes?): self = .timeliness(lookbackMinutes: minutes)
        case (.anomalies, let id?): self = .anomalies(executionID: id)
        case (.alert, let id?): self = .alert(id: id)
        case (.queueMonitor, _): self = .queueMonitor
        case (.timeliness, nil), (.anomalies, nil), (.alert, nil): return nil
        }
    }
}

/// A job that a worker has taken.
package struct Job: Sendable, Equatable {
    /// Its id.
    package let id: Int64
    /// What is to be done.
    package let work: JobWork
    /// How often it has been taken, this time included; a worker that took it earlier has lost it.
    package let attempt: Int64
    /// Which try this is, counted from 1; unlike ``attempt`` it does not count what a server gave back at its end, and
    /// starts anew when somebody has the job tried again.
    package let tries: Int64

    /// Makes a job.
    package init(id: Int64, work: JobWork, attempt: Int64, tries: Int64 = 1) {
        self.id = id
        self.work = work
        self.attempt = attempt
        self.tries = tries
    }
}
