// SPDX-License-Identifier: Apache-2.0

/// How a ledger is, and what it has to do.
package struct LedgerReport: Sendable, Equatable {
    /// How something was found.
    package enum Level: String, Sendable, CaseIterable {
        /// As it should be.
        case ok
        /// Work goes on, and somebody should look.
        case warning
        /// Work stops, or is lost.
        case problem
    }

    /// Something that was looked at.
    package struct Finding: Sendable, Equatable {
        /// How it was found.
        package let level: Level
        /// What was looked at, in a word or two.
        package let subject: String
        /// What was found, as a sentence without its full stop.
        package let finding: String
        /// What to do about it; `nil` when nothing is to be done.
        package let remedy: String?

        /// Makes a finding.
        package init(_ level: Level, _ subject: String, _ finding: String, remedy: String?) {
            self.level = level
            self.subject = subject
            self.finding = finding
            self.remedy = remedy
        }
    }

    /// A step of the schema that the database has taken.
    package struct Step: Sendable, Equatable {
        /// Its number.
        package let id: Int64
        /// What it does, in a few words.
        package let name: String
        /// When it was taken.
        package let takenAt: Timestamp

        /// Makes a step.
        package init(id: Int64, name: String, takenAt: Timestamp) {
            self.id = id
            self.name = name
            self.takenAt = takenAt
        }
    }

    /// The jobs of one kind.
    package struct Jobs: Sendable, Equatable {
        /// The kind as it is stored, which another version may have stored.
        package let kind: String
        /// How many wait.
        package var waiting: Int64 = 0
        /// How many are being done.
        package var running: Int64 = 0
        /// How many wait for somebody to look at them.
        package var parked: Int64 = 0

        /// Makes the count of a kind without jobs.
        package init(kind: String) {
            self.kind = kind
        }

        /// What people call the kind.
        package var title: String { JobKind(rawValue: self.kind)?.title ?? self.kind }
    }

    /// A schedule.
    package struct Schedule: Sendable, Equatable {
        /// Its name.
        package let name: String
        /// When it last fired, or was first seen.
        package let firedAt: Timestamp

        /// Makes a schedule.
        package init(name: String, firedAt: Timestamp) {
            self.name = name
            self.firedAt = firedAt
        }
    }

    /// What the database has to do for this server.
    package struct Load: Sendable, Equatable {
        /// Writes that wait for the writer.
        package let writesWaiting: Int
        /// Reads that run or wait.
        package let readsInProgress: Int
        /// Reads that run at once at most.
        package let readLimit: Int

        /// Makes a load.
        package init(writesWaiting: Int, readsInProgress: Int, readLimit: Int) {
            self.writesWaiting = writesWaiting
            self.readsInProgress = readsInProgress
            self.readLimit = readLimit
        }
    }

    /// What the database is called.
    package let database: String
    /// What was found, good and bad.
    package let findings: [Finding]
    /// The steps of the schema; none when the database has taken others than this program knows.
    package let steps: [Step]
    /// Jobs by kind.
    package let jobs: [Jobs]
    /// The jobs that are not done.
    package let queue: QueueReport
    /// Schedules by name.
    package let schedules: [Schedule]
    /// What the database has to do.
    package let load: Load

    /// Makes a report.
    package init(
        database: String,
        findings: [Finding],
        steps: [Step],
        jobs: [Jobs],
        queue: QueueReport,
        schedules: [Schedule],
        load: Load
    ) {
        self.database = database
        self.findings = findings
        self.steps = steps
        self.jobs = jobs
        self.queue = queue
        self.schedules = schedules
        self.load = load
    }
}
