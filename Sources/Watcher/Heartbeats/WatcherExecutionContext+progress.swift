// SPDX-License-Identifier: Apache-2.0

extension WatcherExecutionContext {
    /// Says how much of the work is done; whoever looks at the execution sees it.
    ///
    /// This costs no request: the latest that was said goes with the next heartbeat, so an execution that is over before
    /// its first heartbeat, or one without heartbeats, says nothing. Call it as often as you like, from any task.
    ///
    /// - Parameters:
    ///   - fraction: how much is done, from 0 to 1. What is outside becomes the nearer bound; not-a-number changes nothing.
    ///   - message: what the work is doing, for people. Of more than 1,000 characters the begin is sent, with a mark.
    ///     Without one, what was said before stays.
    public func progress(_ fraction: Double, _ message: String? = nil) {
        self.lastProgress.note(fraction, message)
    }

    /// Says what the work is doing, where nobody knows how much of it is done.
    ///
    /// - Parameter message: what the work is doing, for people. Of more than 1,000 characters the begin is sent, with a
    ///   mark.
    public func progress(_ message: String) {
        self.lastProgress.note(nil, message)
    }

    /// Adds to the running counts of the execution, which stand behind the message of its progress.
    ///
    /// They are for people who look while it runs, as in `loaded 40 of 100 files (inserts: 4000)`, and cost no request.
    /// What the execution has done in the end is for its results to say.
    ///
    /// - Parameters:
    ///   - inserts: rows inserted since the last call.
    ///   - updates: rows updated since the last call.
    ///   - softDeletes: rows marked as deleted since the last call.
    ///   - totalRows: rows handled in all since the last call.
    public func count(inserts: Int = 0, updates: Int = 0, softDeletes: Int = 0, totalRows: Int = 0) {
        self.lastProgress.add([
            "inserts": inserts, "updates": updates, "soft deletes": softDeletes, "total rows": totalRows,
        ])
    }
}
