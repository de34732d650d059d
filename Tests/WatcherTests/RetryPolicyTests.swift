// SPDX-License-Identifier: Apache-2.0

import Testing
import Watcher

struct RetryPolicyTests {
    @Test("waits double up to the limit, however many attempts there are")
    func doublesUpToTheLimit() {
        let policy = Watcher.RetryPolicy(initialDelay: .seconds(1), maximumDelay: .seconds(30), jitter: 0)
        let waits = (1...7).map { policy.delay(after: $0, retryAfter: nil, chance: 0) }
        #expect(waits == [1, 2, 4, 8, 16, 30, 30].map { .seconds($0) })
        #expect(policy.delay(after: .max, retryAfter: nil, chance: 0) == .seconds(30))
    }

    @Test(
        "jitter shortens a wait by its share of chance",
        arguments: [(0.0, 1000), (0.5, 900), (1.0, 800), (9.0, 800)]
    )
    func shortensByChance(chance: Double, milliseconds: Int) {
        let policy = Watcher.RetryPolicy(initialDelay: .seconds(1), jitter: 0.2)
        let wait = policy.delay(after: 1, retryAfter: nil, chance: chance)
        #expect(abs(wait / .milliseconds(1) - Double(milliseconds)) < 0.001)
    }

    @Test("a wait of nothing stays nothing")
    func allowsNoWait() {
        let policy = Watcher.RetryPolicy(initialDelay: .zero)
        #expect(policy.delay(after: .max, retryAfter: nil, chance: 0) == .zero)
    }

    @Test(
        "what is no Retry-After is none",
        arguments: ["", "-1", "1.5", "tomorrow", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 31 Feb 1994 08:49:37 GMT"]
    )
    func refusesOtherFields(field: String) {
        #expect(Watcher.RetryPolicy.wait(retryAfter: field, now: .init(microseconds: 0)) == nil)
    }

    @Test("a Retry-After of absurd size is a long wait, not a crash")
    func takesAbsurdSizes() {
        let wait = Watcher.RetryPolicy.wait(retryAfter: "9223372036854775807", now: .init(microseconds: 0))
        #expect(wait == .seconds(1_000_000_000))
    }
}
