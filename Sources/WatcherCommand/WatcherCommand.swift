// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

/// The program's root command.
@main
struct WatcherCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watcher",
        abstract: "The ledger of pipeline runs: records what data pipelines do, and tells.",
        subcommands: [
            ServeCommand.self, MigrateCommand.self, DoctorCommand.self, CheckCommand.self, CleanupCommand.self,
            JobsCommand.self, TokenCommand.self, CopyCommand.self, ExecutionsCommand.self,
        ]
    )
}
