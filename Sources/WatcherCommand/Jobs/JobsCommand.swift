// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

/// `watcher jobs`: looks at what servers still have to do.
struct JobsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs",
        abstract: "Look at the jobs that servers have to do, and have failed ones tried again.",
        discussion: """
            Works on the ledger itself, whether servers run or not. A job that is done is deleted. One that fails is \
            tried again later, 16 times in all, and is then parked until 'watcher jobs retry'.
            """,
        subcommands: [JobsListCommand.self, JobsRetryCommand.self]
    )
}
