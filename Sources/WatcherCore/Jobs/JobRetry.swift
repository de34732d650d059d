// SPDX-License-Identifier: Apache-2.0

/// When a job that failed is tried again, and when it is given up.
package struct JobRetry: Sendable, Equatable {
    /// What becomes of a job that failed.
    package enum Decision: Sendable, Equatable {
        /// It is tried again after so many microseconds.
        case again(afterMicroseconds: Int64)
        /// It waits for somebody to look at it.
        case park
    }

    /// How long the first pause is, in microseconds; each further one is twice as long.
    package let firstDelayMicroseconds: Int64
    /// What the pauses grow up to, in microseconds.
    package let longestDelayMicroseconds: Int64
    /// How often a job is tried.
    package let lastTry: Int64

    /// Makes a policy.
    ///
    /// - Parameters:
    ///   - firstDelayMicroseconds: how long the first pause is.
    ///   - longestDelayMicroseconds: what the pauses grow up to.
    ///   - lastTry: how often a job is tried; 16 times take some two hours, so that alerts outlive an outage of the webhook.
    package init(
        firstDelayMicroseconds: Int64 = 5_000_000,
        longestDelayMicroseconds: Int64 = 900_000_000,
        lastTry: Int64 = 16
    ) {
        self.firstDelayMicroseconds = firstDelayMicroseconds
        self.longestDelayMicroseconds = longestDelayMicroseconds
        self.lastTry = lastTry
    }

    /// What becomes of a job whose try has failed.
    package func decision(afterFailureOf job: Job) -> Decision {
        job.tries >= self.lastTry
            ? .park : .again(afterMicroseconds: self.delayMicroseconds(id: job.id, tries: job.tries))
    }

    /// The pause after a failed try, and up to a quarter more: else all that failed together would come back together.
    private func delayMicroseconds(id: Int64, tries: Int64) -> Int64 {
        let doublings = min(max(tries - 1, 0), 62)
        let (delay, overflow) = self.firstDelayMicroseconds.multipliedReportingOverflow(by: 1 << doublings)
        let pause = overflow ? self.longestDelayMicroseconds : min(delay, self.longestDelayMicroseconds)
        var hash = StableHash()
        hash.combine("\(id) \(tries)")
        return pause + Int64(UInt64(bitPattern: hash.value) % UInt64(pause / 4 + 1))
    }

    /// Further ahead no job is ever due, in microseconds: one that seems to be was stored by a clock that was wrong.
    package var horizonMicroseconds: Int64 { self.longestDelayMicroseconds * 2 }
}
