// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation
import WatcherCore
import WatcherServices
import WatcherStore
import WatcherWire

/// `watcher jobs ls`: a table of jobs, newest first.
struct JobsListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls",
        abstract: "List jobs that are not done, newest first.",
        discussion: """
            A table as wide as the terminal (or COLUMNS); a pipe gets whole lines. DUE is, in UTC, when a waiting job is \
            tried, until when a running one belongs to its worker, and when a parked one was parked.
            """
    )

    @OptionGroup var ledger: LedgerOptions

    @Option(help: "Only jobs in this state.")
    var state: JobState?

    @Option(help: "Only jobs of this kind.")
    var kind: JobKind?

    @Option(help: ArgumentHelp("How many to show, 1 to 1000.", valueName: "count"))
    var limit: Int64 = 20

    @Flag(help: "Print JSON instead of text.")
    var json = false

    func validate() throws {
        guard (1...1000).contains(self.limit) else { throw ValidationError("--limit must be from 1 to 1000.") }
    }

    func run() async throws {
        let found = try await self.ledger.withLedger { ledger, _ in
            try await JobQueue(ledger).list(state: self.state, kind: self.kind, limit: self.limit + 1)
        }
        let (jobs, hasMore) = (found.prefix(Int(self.limit)), found.count > Int(self.limit))
        if self.json {
            let result: JSONValue = ["data": .array(jobs.map(Self.json))]
            print(result.description)
        } else if jobs.isEmpty {
            print("No jobs found.")
        } else {
            let table = TextTable(columns: Self.columns, rows: jobs.map(Self.cells))
            print(table.lines(width: Terminal.style.width).joined(separator: "\n"))
            if hasMore { print("There are more: ask with --limit, --state or --kind.") }
        }
    }

    private static let columns: [TextTable.Column] = [
        .init(title: "ID", alignment: .right, importance: 8),
        .init(title: "KIND", importance: 7),
        .init(title: "SUBJECT", alignment: .right, importance: 3),
        .init(title: "STATE", importance: 6),
        .init(title: "TRIES", alignment: .right, importance: 4),
        .init(title: "DUE", importance: 2),
        .init(title: "WORKER", importance: 1),
        .init(title: "LAST ERROR", importance: 5, minimum: 20),
    ]

    private static func cells(_ job: StoredJob) -> [String] {
        let cells = [
            "\(job.id)", job.kind, job.subject.map { "\($0)" } ?? "", job.state.rawValue, "\(job.tries)",
            ExecutionText.started(WireTimestamp(microseconds: job.dueAt.microseconds)), job.worker ?? "",
            job.lastError ?? "",
        ]
        return cells.map(\.onOneLine)
    }

    private static func json(_ job: StoredJob) -> JSONValue {
        func moment(_ moment: Timestamp) -> JSONValue {
            .string(WireTimestamp(microseconds: moment.microseconds).text)
        }
        return [
            "id": JSONValue(job.id), "kind": .string(job.kind), "subject": job.subject.map { JSONValue($0) } ?? .null,
            "state": .string(job.state.rawValue), "tries": JSONValue(job.tries), "due_at": moment(job.dueAt),
            "worker": job.worker.map(JSONValue.string) ?? .null,
            "last_error": job.lastError.map(JSONValue.string) ?? .null, "created_at": moment(job.createdAt),
        ]
    }
}

extension JobState: ExpressibleByArgument {}
extension JobKind: ExpressibleByArgument {}
