// SPDX-License-Identifier: Apache-2.0

import Watcher

/// What this program knows of one execution, for its table and its tree.
final class ExecutionNode {
    /// How an execution ended.
    enum Outcome: String {
        case running
        case succeeded
        /// It returned, and said that it failed.
        case refused = "failed (refused)"
        /// It threw an error.
        case threw = "failed (error)"
    }

    let id: Int64
    let pipeline: String
    let day: Day
    var outcome = Outcome.running
    var counts: ETLResults?
    var duration = Duration.zero
    var children: [ExecutionNode] = []

    init(id: Int64, pipeline: String, day: Day) {
        self.id = id
        self.pipeline = pipeline
        self.day = day
    }
}
