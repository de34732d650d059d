// SPDX-License-Identifier: Apache-2.0

extension ETLResults {
    /// The results of work that threw: not successful, with the error's type and description as metadata.
    init(failure error: any Error, _ policy: Watcher.ReportPolicy) {
        self.init(
            completedSuccessfully: false,
            executionMetadata: [
                "error_type": JSONValue(policy.reportable(String(describing: type(of: error)))),
                "error": JSONValue(policy.reportable(String(describing: error))),
            ]
        )
    }

    /// What the server would refuse of these results, found before sending them.
    var fault: WatcherError? {
        let counters = [
            ("inserts", self.inserts), ("updates", self.updates), ("softDeletes", self.softDeletes),
            ("totalRows", self.totalRows),
        ]
        var faults = counters.compactMap { name, count in
            count.flatMap { $0 < 0 ? "\(name) is \($0), but a count must be at least 0" : nil }
        }
        if let metadata = self.executionMetadata, JSONValue.object(metadata).containsNUL {
            faults.append("executionMetadata holds a NUL character, which the server cannot keep")
        }
        guard !faults.isEmpty else { return nil }
        return WatcherError(
            .validation,
            "The results cannot be recorded: \(faults.joined(separator: "; ")). The execution counts as failed."
        )
    }
}
