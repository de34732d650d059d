// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import WatcherCore
import WatcherServices
import WatcherWire

/// `watcher check`: makes the checks that servers make by schedule.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Look for stale data and late executions now.",
        discussion: """
            Works on the ledger itself, whether servers run or not. What is found for the first time is stored and an \
            alert raised, which a server sends. The exit code is 1 when anything is stale or late, else 0.
            """,
        subcommands: [CheckFreshnessCommand.self, CheckTimelinessCommand.self]
    )
}

/// `watcher check freshness`: a table of pipelines whose data is too old.
struct CheckFreshnessCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "freshness",
        abstract: "Look for pipelines whose data is too old."
    )

    @OptionGroup var ledger: LedgerOptions

    @Flag(help: "Print JSON instead of text.")
    var json = false

    func run() async throws {
        let outcome = try await self.ledger.withLedger { ledger, _ in try await FreshnessService(ledger).check() }
        if self.json {
            let stale: JSONValue = .array(outcome.stale.map(Self.json))
            print(
                (["stale": stale, "restored": .array(outcome.restored.map(JSONValue.string))] as JSONValue).description
            )
        } else {
            if outcome.stale.isEmpty {
                print("All data is fresh.")
            } else {
                let table = TextTable(columns: Self.columns, rows: outcome.stale.map(Self.cells))
                print(table.lines(width: Terminal.style.width).joined(separator: "\n"))
            }
            for name in outcome.restored { print("Fresh again: \(name)") }
        }
        if !outcome.stale.isEmpty { throw ExitCode.failure }
    }

    private static let columns: [TextTable.Column] = [
        .init(title: "PIPELINE", alignment: .right, importance: 4), .init(title: "NAME", importance: 5, minimum: 12),
        .init(title: "LAST CHANGE", importance: 3), .init(title: "ALLOWED", importance: 1),
        .init(title: "STALE SINCE", importance: 2), .init(title: "NEW", importance: 0),
    ]

    private static func cells(_ pipeline: FreshnessService.StalePipeline) -> [String] {
        let staleness = pipeline.staleness
        return [
            "\(pipeline.id)", pipeline.name, staleness.hasLoaded ? staleness.lastChange.textUTC : "never",
            staleness.limit.text, staleness.deadline.textUTC, pipeline.isNew ? "yes" : "",
        ]
    }

    private static func json(_ pipeline: FreshnessService.StalePipeline) -> JSONValue {
        let staleness = pipeline.staleness
        return [
            "pipeline_id": JSONValue(pipeline.id), "pipeline_name": .string(pipeline.name),
            "last_change": staleness.hasLoaded ? .string(staleness.lastChange.text) : .null,
            "allowed": .string(staleness.limit.text), "stale_since": .string(staleness.deadline.text),
            "is_new": .bool(pipeline.isNew),
        ]
    }
}

/// `watcher check timeliness`: a table of executions that take too long.
struct CheckTimelinessCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "timeliness",
        abstract: "Look for executions that take, or took, too long."
    )

    @OptionGroup var ledger: LedgerOptions

    @Option(
        help: ArgumentHelp(
            "How long ago completed executions may have started, at least 5; running ones are found always.",
            valueName: "minutes"
        )
    )
    var lookbackMinutes = TimelinessService.standardLookback

    @Flag(help: "Print JSON instead of text.")
    var json = false

    func validate() throws {
        guard self.lookbackMinutes >= 5 else { throw ValidationError("--lookback-minutes must be 5 or more.") }
    }

    func run() async throws {
        let outcome = try await self.ledger.withLedger { ledger, _ in
            try await TimelinessService(ledger).check(lookbackMinutes: self.lookbackMinutes)
        }
        if self.json {
            let late: JSONValue = .array(outcome.late.map(Self.json))
            print((["late": late, "count": JSONValue(Int64(outcome.count))] as JSONValue).description)
        } else if outcome.late.isEmpty {
            print("All executions are in time.")
        } else {
            let table = TextTable(columns: Self.columns, rows: outcome.late.map(Self.cells))
            print(table.lines(width: Terminal.style.width).joined(separator: "\n"))
            if outcome.count > outcome.late.count { print("… and \(outcome.count - outcome.late.count) more.") }
        }
        if outcome.count > 0 { throw ExitCode.failure }
    }

    private static let columns: [TextTable.Column] = [
        .init(title: "EXECUTION", alignment: .right, importance: 5),
        .init(title: "PIPELINE", importance: 4, minimum: 12),
        .init(title: "STARTED", importance: 3), .init(title: "ALLOWED", importance: 1),
        .init(title: "LATE SINCE", importance: 2), .init(title: "NEW", importance: 0),
    ]

    private static func cells(_ execution: TimelinessService.LateExecution) -> [String] {
        [
            "\(execution.id)", execution.pipelineName, execution.course.startDate.textUTC, execution.limit.text,
            execution.deadline.textUTC, execution.isNew ? "yes" : "",
        ]
    }

    private static func json(_ execution: TimelinessService.LateExecution) -> JSONValue {
        [
            "execution_id": JSONValue(execution.id), "pipeline_id": JSONValue(execution.pipelineID),
            "pipeline_name": .string(execution.pipelineName), "started": .string(execution.course.startDate.text),
            "allowed": .string(execution.limit.text), "late_since": .string(execution.deadline.text),
            "is_new": .bool(execution.isNew),
        ]
    }
}
