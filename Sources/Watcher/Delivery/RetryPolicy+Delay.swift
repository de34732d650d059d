// SPDX-License-Identifier: Apache-2.0

package import WatcherWire

extension Watcher.RetryPolicy {
    /// Whether another attempt may bring another answer than this one.
    static func isRetried(status: Int) -> Bool {
        status == 408 || status == 429 || (500...599).contains(status)
    }

    /// How long to wait after an attempt.
    ///
    /// - Parameters:
    ///   - attempt: which attempt it was, from 1 on.
    ///   - retryAfter: how long the server said to wait.
    ///   - chance: a number from 0 to 1.
    /// - Returns: the server's wait up to ``maximumRetryAfter``, or else the doubled and shortened one.
    package func delay(after attempt: Int, retryAfter: Duration?, chance: Double) -> Duration {
        if let retryAfter { return min(max(retryAfter, .zero), self.maximumRetryAfter) }
        var delay = self.initialDelay
        var doublings = max(attempt, 1) - 1
        while doublings > 0, delay > .zero, delay < self.maximumDelay {
            delay *= 2
            doublings -= 1
        }
        return min(delay, self.maximumDelay) * (1 - self.jitter * min(max(chance, 0), 1))
    }

    /// Reads a `Retry-After` header field: seconds, or a date as RFC 9110 prefers it.
    ///
    /// - Parameters:
    ///   - field: such as `120` or `Sun, 06 Nov 1994 08:49:37 GMT`.
    ///   - now: the wall clock.
    /// - Returns: the wait, zero when the date has passed; `nil` for anything else.
    package static func wait(retryAfter field: String, now: WireTimestamp) -> Duration? {
        if let seconds = Int64(field) { return seconds < 0 ? nil : .seconds(min(seconds, 1_000_000_000)) }
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let parts = field.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", let month = months.firstIndex(of: String(parts[2])) else {
            return nil
        }
        let monthDigits = String(101 + month).dropFirst()
        guard let date = WireTimestamp("\(parts[3])-\(monthDigits)-\(parts[1])T\(parts[4])Z") else { return nil }
        return .microseconds(max(0, date.microseconds - now.microseconds))
    }
}
