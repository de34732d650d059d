// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Watcher

/// One run of the program: all days after the watermark, until the files end or a day fails.
struct Run {
    let load: DailyLoad
    var deliveries: Deliveries
    /// The last day that is loaded.
    var watermark: Day?
    let until: Day?
    let treeLimit: Int

    private var executions: [ExecutionNode] = []
    private var table = DayTable()

    init(load: DailyLoad, deliveries: Deliveries, watermark: Day?, until: Day?, treeLimit: Int) {
        self.load = load
        self.deliveries = deliveries
        self.watermark = watermark
        self.until = until
        self.treeLimit = treeLimit
    }

    /// Loads the days, and prints the table and the tree.
    func run() async throws {
        var run = self
        var day: Day?
        do {
            while let next = try run.deliveries.nextDay(after: run.watermark), next <= run.until ?? next {
                day = next
                let problems = try await run.load(next)
                guard problems.isEmpty else {
                    run.printReport()
                    print("\nStopped at \(next): its rows were refused and none of them was loaded.")
                    problems.forEach { print("  \($0)") }
                    print("The next run begins with \(next).")
                    throw ExitCode(2)
                }
            }
        } catch let code as ExitCode {
            throw code
        } catch {
            run.printReport()
            print("\n" + Self.sentence(error, at: day))
            throw ExitCode(error is CancellationError ? 130 : 3)
        }
        if run.executions.isEmpty {
            print(
                "Nothing to load: \(run.watermark.map { "all days up to \($0) are loaded." } ?? "there are no days.")"
            )
        } else {
            run.printReport()
        }
    }

    private mutating func load(_ day: Day) async throws -> [String] {
        var execution: ExecutionNode?
        defer {
            self.load.progress.clear()
            if let execution {
                if execution.outcome == .succeeded { self.watermark = day }
                self.executions.append(execution)
                print(self.table.line(of: execution, watermark: self.watermark))
                // Shown at once also when a file or a pipe takes the output.
                fflush(nil)
            }
        }
        return try await self.load.load(day, after: self.watermark, from: &self.deliveries) { execution = $0 }
    }

    private func printReport() {
        guard !self.executions.isEmpty else { return }
        print(self.table.totalLine())
        print("\nExecutions in Watcher")
        Tree.lines(of: self.executions, limit: self.treeLimit).forEach { print($0) }
    }

    private static func sentence(_ error: any Error, at day: Day?) -> String {
        guard let day else { return "Stopped before the first day: \(error)" }
        let reason = error is CancellationError ? "interrupted" : String(describing: error)
        return "Stopped at \(day): \(reason)\nThe next run begins with \(day)."
    }
}
