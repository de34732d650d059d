// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Watcher

@main
struct FlightsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "flights",
        abstract: "Loads the flights that left New York in 2013 into SQLite, day by day, tracked by Watcher.",
        discussion: """
            Each day is one execution of the pipeline "flights daily load" with three children: extract, load and \
            delay summary. The pipeline's watermark is the last loaded day; a run goes on after it.

            Exit codes: 0 all days are loaded; 2 a day was refused because of its data; 3 an error ended a day; \
            130 interrupted; 1 the run could not begin. After 2, 3 and 130 the next run begins with the day at \
            which this one stopped.
            """
    )

    @Option(help: "Where the Watcher server is. Without it, the environment variable WATCHER_URL.")
    var server: String?
    @Option(help: "The flights, in order of day: .csv or .csv.gz.")
    var data: String
    @Option(help: "Corrections of earlier flights, in order of the day on which they were delivered.")
    var made: String?
    @Option(help: "The airlines. Without it, airlines.csv beside the data.")
    var airlines: String?
    @Option(help: "The SQLite file to load into; it is made when it is missing.")
    var target: String
    @Option(help: "The last day to load.", transform: Self.day)
    var until: Day?
    @Option(help: "How many of the last days the tree of executions shows.")
    var tree = 3

    func validate() throws {
        guard self.tree >= 0 else { throw ValidationError("--tree must be 0 or more.") }
    }

    func run() async throws {
        try await cancelledByInterruption {
            let run = try await self.prepare()
            try await run?.run()
        }
    }

    /// Opens everything and learns from Watcher where to go on; `nil` when Watcher says that nothing shall run.
    private func prepare() async throws -> Run? {
        let watcher = try self.client()
        let beside = URL(filePath: self.data).deletingLastPathComponent().appending(path: "airlines.csv")
        let airlines = try Airline.all(in: self.airlines ?? beside.path(percentEncoded: false))
        let deliveries = try Deliveries(data: self.data, made: self.made)
        let target = try self.openTarget(airlines)
        let pipelines = try await Pipelines.sync(with: watcher, data: self.data, target: self.target)
        if let inactive = pipelines.inactive.first {
            print("The pipeline \"\(inactive.pipeline.name)\" is switched off in Watcher, so nothing was loaded.")
            return nil
        }
        return Run(
            load: DailyLoad(watcher: watcher, pipelines: pipelines, target: target, progress: Progress()),
            deliveries: deliveries,
            watermark: try await self.watermark(of: pipelines.daily, in: target),
            until: self.until,
            treeLimit: self.tree
        )
    }

    private func client() throws -> Watcher {
        guard let server = self.server else { return try Watcher() }
        return try Watcher(server, token: ProcessInfo.processInfo.environment["WATCHER_TOKEN"])
    }

    private func openTarget(_ airlines: [Airline]) throws -> Target {
        do {
            return try Target(path: self.target, airlines: airlines)
        } catch {
            throw RunError("The target \(self.target) cannot be used: \(error)")
        }
    }

    /// The last day that is loaded, as Watcher knows it; the target must agree, or days would be missing from it.
    private func watermark(of config: SyncedPipelineConfig, in target: Target) async throws -> Day? {
        guard let watermark = config.watermark else { return nil }
        guard let day = Day(watermark.text) else {
            throw RunError(
                "Watcher's watermark of \"\(config.pipeline.name)\" is \"\(watermark)\", which is not a day."
            )
        }
        guard try await target.holds(day) else {
            throw RunError(
                """
                Watcher says that all days up to \(day) are loaded, but \(self.target) does not hold that day: give \
                the target of the earlier runs, or begin with a new Watcher database.
                """
            )
        }
        return day
    }

    private static func day(_ text: String) throws -> Day {
        guard let day = Day(text) else { throw ValidationError("\"\(text)\" is not a day such as 2013-01-31.") }
        return day
    }
}

/// Why a run cannot begin.
struct RunError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
