// SPDX-License-Identifier: Apache-2.0

/// An execution that the server knows as running.
struct TrackedExecution: Sendable {
    let context: WatcherExecutionContext
    let startDate: WireTimestamp
    let startInstant: ContinuousClock.Instant

    /// When it ended, if that is `instant`.
    ///
    /// Counted from the start by the clock that never goes back: a wall clock that is set back during the work must not
    /// put the end before the start.
    func endDate(at instant: ContinuousClock.Instant) -> WireTimestamp {
        let elapsed = max(self.startInstant.duration(to: instant), .zero).components
        let microseconds = elapsed.seconds * 1_000_000 + elapsed.attoseconds / 1_000_000_000_000
        return WireTimestamp(microseconds: self.startDate.microseconds + microseconds)
    }
}

extension EndExecutionRequest {
    init(id: Int64, endDate: WireTimestamp, _ results: ETLResults) {
        self.init(
            id: id,
            endDate: endDate,
            completedSuccessfully: results.completedSuccessfully,
            inserts: results.inserts.map(Int64.init),
            updates: results.updates.map(Int64.init),
            softDeletes: results.softDeletes.map(Int64.init),
            totalRows: results.totalRows.map(Int64.init),
            executionMetadata: results.executionMetadata.map(JSONValue.object)
        )
    }
}
