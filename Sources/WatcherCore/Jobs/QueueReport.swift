// SPDX-License-Identifier: Apache-2.0

/// How many jobs are not done yet; those that are parked do not count.
package struct QueueReport: Sendable, Equatable {
    /// The jobs of one kind.
    package struct Count: Sendable, Equatable {
        /// The kind as it is stored, which another version may have done.
        package let kind: String
        /// How many are not done.
        package let pending: Int64
        /// How many of them wait until a later time, because they failed.
        package let later: Int64

        /// Makes a count.
        package init(kind: String, pending: Int64, later: Int64) {
            self.kind = kind
            self.pending = pending
            self.later = later
        }

        /// What people call the kind.
        package var title: String { JobKind(rawValue: self.kind)?.title ?? self.kind }
    }

    /// The kinds of which there are any, by name.
    package let counts: [Count]
    /// How many schedules there are.
    package let schedules: Int64

    /// Makes a report.
    package init(counts: [Count], schedules: Int64) {
        self.counts = counts
        self.schedules = schedules
    }

    /// How many jobs are not done.
    package var pending: Int64 { self.counts.reduce(0) { $0 + $1.pending } }
    /// How many of them wait until a later time.
    package var later: Int64 { self.counts.reduce(0) { $0 + $1.later } }
    /// How bad that is.
    package var severity: QueueSeverity { QueueSeverity(pending: self.pending) }

    /// What people are told; `nil` when there is nothing to tell.
    package var alert: Alert? {
        let level: Alert.Level
        switch self.severity {
        case .calm: return nil
        case .warning: level = .warning
        case .critical: level = .critical
        }
        return Alert(
            level,
            "Many jobs are waiting",
            """
            \(self.pending) jobs are not done yet, which is \(self.severity.threshold) or more: the servers may be too \
            slow for them, or what they need may be away
            """,
            details: [
                .init("Due now", "\(self.pending - self.later)"),
                .init("Waiting to be tried again", "\(self.later)"),
            ] + self.counts.map { .init($0.title, "\($0.pending)") }
        )
    }
}

/// How bad it is that jobs wait.
package enum QueueSeverity: Int64, Sendable, CaseIterable {
    /// Nobody needs to know.
    case calm
    /// Somebody should look.
    case warning
    /// Somebody should look now.
    case critical

    /// With how many jobs it begins.
    package var threshold: Int64 {
        switch self {
        case .calm: 0
        case .warning: 50
        case .critical: 100
        }
    }

    /// How bad so many jobs are.
    package init(pending: Int64) {
        self = Self.allCases.last { pending >= $0.threshold } ?? .calm
    }
}
