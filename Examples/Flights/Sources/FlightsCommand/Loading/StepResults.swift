// SPDX-License-Identifier: Apache-2.0

import Watcher

/// What the extract hands on: Watcher gets the counts, the load gets the rows.
struct ExtractResults: ETLResultsProtocol {
    let batch: DayBatch

    var completedSuccessfully: Bool { true }
    var totalRows: Int? { self.batch.count }
    var executionMetadata: [String: JSONValue]? {
        ["flights": JSONValue(self.batch.flights.count), "corrections": JSONValue(self.batch.corrections.count)]
    }
}

/// What the load did, or why it refused the rows of the day.
struct LoadResults: ETLResultsProtocol {
    let result: Result<LoadCounts, QualityProblems>
    let totalRows: Int?

    /// Why the rows were refused; empty when they were loaded.
    var problems: [String] {
        if case .failure(let problems) = self.result { problems.sentences } else { [] }
    }

    var completedSuccessfully: Bool { self.problems.isEmpty }
    var inserts: Int? { try? self.result.get().inserts }
    var updates: Int? { try? self.result.get().updates }
    var softDeletes: Int? { try? self.result.get().softDeletes }
    var executionMetadata: [String: JSONValue]? {
        switch self.result {
        case .success(let counts): ["unchanged": JSONValue(counts.unchanged)]
        case .failure(let problems): ["problems": .array(problems.sentences.map(JSONValue.string))]
        }
    }
}

extension ETLResults {
    /// The results of a refresh of the summary.
    init(_ counts: SummaryCounts, of days: [Day]) {
        self.init(
            completedSuccessfully: true,
            inserts: counts.inserts,
            updates: counts.updates,
            totalRows: counts.inserts + counts.updates,
            executionMetadata: ["days": .array(days.map { .string($0.text) })]
        )
    }

    /// The results of a day: those of its load.
    init(dayOf load: LoadResults) {
        self.init(load)
        self.executionMetadata = load.completedSuccessfully ? nil : load.executionMetadata
    }
}
