// SPDX-License-Identifier: Apache-2.0
import WatcherCore
import WatcherDatabase

/// A random forest of executions with findings, and a plain account of what a cleanup leaves of it.
struct RetentionForest: Sendable {
    struct Execution: Sendable {
        let id: Int64
        let parent: Int64?
        let status: ExecutionStatus
        /// How many days ago it started.
        let age: Int64
        /// How many days ago it was found late.
        let findingAge: Int64?
    }

    var executions: [Execution] = []

    /// Makes a forest: trees of all shapes, most of them old as a whole, some with one member that keeps them.
    init(seed: UInt64, count: Int64) {
        var numbers = SplitMix64(seed: seed)
        var id: Int64 = 0
        while id < count {
            let first = id + 1
            let size: Int64 = [1, 1, 2, 5, 40].randomElement(using: &numbers) ?? 1
            let depth = Int64.random(in: 1...10, using: &numbers)
            let spoiled =
                Int.random(in: 0..<4, using: &numbers) == 0 ? Int64.random(in: 0..<size, using: &numbers) : nil
            for member in 0..<size {
                id += 1
                // Chains and stars, and what lies between them.
                let parent = member == 0 ? nil : Int64.random(in: max(first, id - depth)..<id, using: &numbers)
                let isSpoiled = member == spoiled
                let isRunning = isSpoiled && Bool.random(using: &numbers)
                let age =
                    isSpoiled && !isRunning
                    ? Int64.random(in: 0...100, using: &numbers) : Int64.random(in: 101...300, using: &numbers)
                self.executions.append(
                    Execution(
                        id: id,
                        parent: parent,
                        status: isRunning
                            ? .running : [.succeeded, .failed, .lost].randomElement(using: &numbers) ?? .lost,
                        age: age,
                        findingAge: Bool.random(using: &numbers)
                            ? Int64.random(in: max(0, age - 10)...age, using: &numbers) : nil
                    )
                )
            }
        }
    }

    /// The executions that stay when all from more than 100 days ago go: those in whose tree one is running or young.
    var kept: [Int64] {
        let parents = Dictionary(uniqueKeysWithValues: self.executions.map { ($0.id, $0.parent) })
        func root(_ id: Int64) -> Int64 {
            var id = id
            while let parent = parents[id] ?? nil { id = parent }
            return id
        }
        let keeping = Set(self.executions.filter { $0.status == .running || $0.age <= 100 }.map { root($0.id) })
        return self.executions.map(\.id).filter { keeping.contains(root($0)) }
    }

    /// The executions whose finding stays: those that stay themselves, and are running or were found lately.
    var keptFindings: [Int64] {
        let kept = Set(self.kept)
        return self.executions.filter { execution in
            guard let age = execution.findingAge, kept.contains(execution.id) else { return false }
            return age <= 100 || execution.status == .running
        }.map(\.id)
    }

    /// Writes the forest into a ledger with one pipeline.
    func write(_ transaction: Transaction, now: Timestamp) throws {
        for execution in self.executions {
            let start = now.advanced(by: -execution.age, .day)
            try transaction.run(
                """
                INSERT INTO pipeline_execution (id, parent_id, pipeline_id, status, start_date, start_order,
                    date_recorded, hour_recorded, pipeline_revision)
                VALUES (\(execution.id), \(execution.parent), 1, \(execution.status), \(start), \(start), 0, 0, 0)
                """
            )
            guard let age = execution.findingAge else { continue }
            try transaction.run(
                """
                INSERT INTO timeliness_pipeline_execution_log (pipeline_execution_id, pipeline_id, deadline, found_at)
                VALUES (\(execution.id), 1, 0, \(now.advanced(by: -age, .day)))
                """
            )
        }
    }
}
