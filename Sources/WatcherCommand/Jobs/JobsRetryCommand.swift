// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation
import WatcherCore
import WatcherServices

/// `watcher jobs retry`: has jobs tried again at once.
struct JobsRetryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Have parked or waiting jobs tried at once, as if they were new.",
        discussion: "All jobs that are named, or none when one of them is not there or runs already."
    )

    @OptionGroup var ledger: LedgerOptions

    @Argument(help: "The jobs, as 'watcher jobs ls' names them.")
    var ids: [Int64] = []

    @Flag(help: "All jobs that are parked.")
    var allParked = false

    func validate() throws {
        guard self.ids.isEmpty == self.allParked else {
            throw ValidationError("Name the jobs, or say --all-parked, but not both.")
        }
        guard self.ids.count <= 1000 else { throw ValidationError("Name 1000 jobs at most.") }
    }

    func run() async throws {
        let ids = Array(Set(self.ids)).sorted()
        let count = try await self.ledger.withLedger { ledger, _ in
            let queue = JobQueue(ledger)
            return self.allParked ? try await queue.retryAllParked() : try await queue.retry(ids)
        }
        switch count {
        case 0: print("No job is parked.")
        case 1: print("1 job will be tried again.")
        default: print("\(count) jobs will be tried again.")
        }
    }
}
