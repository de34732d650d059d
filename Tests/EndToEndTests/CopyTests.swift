// SPDX-License-Identifier: Apache-2.0
import Foundation
import Subprocess
import Testing
import WatcherDatabaseTesting
import WatcherWire

@Suite("watcher copy")
struct CopyTests {
    @Test("says table by table what it has copied, and does so once")
    func copiesOnce() async throws {
        try await withTemporaryFolder { folder in
            let (source, target) = ("sqlite:\(folder)/source.sqlite", "sqlite:\(folder)/target.sqlite")
            let ids = try await Self.fill(source, executions: 20)
            let result = try await Binary.run(["copy", "--from", source, "--to", target])
            #expect(result.status == .exited(0), "\(result.errors)")
            #expect(result.errors.hasPrefix("copying pipeline_type 0 of 1 rows (0%)\n"), "\(result.errors)")
            let lines = result.output.split(separator: "\n").map { $0.split(separator: " ").prefix(2) }
            #expect(
                lines.prefix(8).map { $0.joined(separator: " ") } == [
                    "TABLE ROWS", "pipeline_type 1", "pipeline 1", "address_type 0", "address 0", "address_lineage 0",
                    "pipeline_execution 20", "idempotency_key 0",
                ]
            )
            #expect(lines.last?.joined(separator: " ") == "The copy")
            try await expectRefusal(["copy", "--from", source, "--to", target], naming: ["target", "rows already"])
            #expect(try await Self.ids(target) == ids)

            let json = try await Self.copy(source, "sqlite:\(folder)/other.sqlite", "--json")
            let value = try JSONParser.parse(Array(json.utf8))
            let tables = value["tables"]?.array ?? []
            #expect(tables.prefix(7).map { $0["rows"]?.integer } == [1, 1, 0, 0, 0, 20, 0])
            #expect(value["rows"]?.integer == tables.compactMap { $0["rows"]?.integer }.reduce(0, +))
            #expect(tables.first?["name"]?.string == "pipeline_type")
            #expect(tables.first?["checksum"]?.string?.count == 16)
        }
    }

    @Test("a ledger goes to PostgreSQL and comes back as it was")
    func thereAndBack() async throws {
        try await withTemporaryFolder { folder in
            let (first, last) = ("sqlite:\(folder)/first.sqlite", "sqlite:\(folder)/last.sqlite")
            let ids = try await Self.fill(first, executions: 50)
            try await TestPostgres.withDatabase { url in
                let there = try await Self.copy(first, url)
                let back = try await Self.copy(url, last, "--batch", "7")
                #expect(there == back)
                #expect(try await Self.ids(url) == ids)
            }
            #expect(try await Self.ids(last) == ids)
        }
    }

    @Test("goes on where it was ended, and until then no server uses the copy", arguments: [Signal.interrupt, .kill])
    func goesOn(after signal: Signal) async throws {
        try await withTemporaryFolder { folder in
            let (source, target) = ("sqlite:\(folder)/source.sqlite", "sqlite:\(folder)/target.sqlite")
            // Enough for a copy in batches of one to be under way when the signal comes.
            let ids = try await Self.fill(source, executions: 1500)
            let (status, lines) = try await Self.beginCopy(source, target, endedBy: signal)
            #expect(status != .exited(0))
            if signal == .interrupt {
                #expect(status == .exited(1))
                #expect(
                    lines.last == "Error: the copy was stopped; run the same command again, and it goes on from here"
                )
            }
            try await expectRefusal(
                ["serve", "--port", "0", "--database", target],
                naming: ["unfinished copy", "'watcher copy'"]
            )
            _ = try await Self.copy(source, target)
            #expect(try await Self.ids(target) == ids)
        }
    }

    @Test("what cannot be copied is refused in one sentence")
    func refusals() async throws {
        try await withTemporaryFolder { folder in
            let (missing, target) = ("\(folder)/missing.sqlite", "sqlite:\(folder)/target.sqlite")
            try await expectRefusal(["copy", "--from", "sqlite:\(missing)", "--to", target], naming: [missing])
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
            #expect(FileManager.default.createFile(atPath: "\(folder)/empty.sqlite", contents: nil))
            let empty = "sqlite:\(folder)/empty.sqlite"
            try await expectRefusal(["copy", "--from", empty, "--to", target], naming: ["source", "no ledger"])
            try await expectRefusal(["copy", "--from", target, "--to", target], naming: ["same database"])
            try await expectRefusal(["copy", "--from", empty, "--to", ":memory:"], naming: ["memory"])
            try await expectRefusal(["copy", "--from", empty], naming: ["--to"])
            for batch in ["0", "10001", "many"] {
                let arguments = ["copy", "--from", empty, "--to", target, "--batch", batch]
                try await expectRefusal(arguments, naming: ["--batch"])
            }
        }
    }

    // MARK: Support

    /// Fills a ledger with running executions.
    ///
    /// - Returns: their ids, in order.
    private static func fill(_ database: String, executions count: Int) async throws -> [Int64] {
        try await withServer(database: database) { server in
            try await TestClient.with(server.url) { client in
                let start = StartExecutionRequest(pipelineID: try await client.pipeline("copied"))
                var ids: [Int64] = []
                // Not all at once: those at the end of the queue would wait too long for a connection.
                while ids.count < count {
                    ids += try await withThrowingTaskGroup(of: Int64.self) { group in
                        for _ in 0..<min(100, count - ids.count) {
                            group.addTask {
                                let started = try await client.post(Endpoints.startExecution, start)
                                guard let id = started.id else { throw UnexpectedAnswer(response: started) }
                                return id
                            }
                        }
                        return try await group.reduce(into: []) { $0.append($1) }
                    }
                }
                return ids.sorted()
            }
        }.value
    }

    /// The ids of all executions, in order, as a server tells them.
    private static func ids(_ database: String) async throws -> [Int64] {
        try await withServer(database: database) { server in
            try await TestClient.with(server.url) { try await $0.executions() }.map(\.id).sorted()
        }.value
    }

    /// Copies, which must succeed.
    ///
    /// - Returns: what was printed.
    private static func copy(_ source: String, _ target: String, _ options: String...) async throws -> String {
        let result = try await Binary.run(["copy", "--from", source, "--to", target] + options)
        #expect(result.status == .exited(0), "\(result.errors)")
        return result.output
    }

    /// Begins to copy row by row, and sends a signal as soon as that says something.
    ///
    /// - Returns: how the process ended, and what it said.
    private static func beginCopy(
        _ source: String,
        _ target: String,
        endedBy signal: Signal
    ) async throws -> (TerminationStatus, [String]) {
        let result = try await Subprocess.run(
            Binary.name,
            arguments: ["copy", "--from", source, "--to", target, "--batch", "1"],
            environment: Binary.environment(),
            input: .none,
            output: .discarded,
            error: .sequence
        ) { execution in
            var lines: [String] = []
            for try await line in execution.standardError.strings() {
                if lines.isEmpty { try execution.send(signal: signal) }
                lines.append(line)
            }
            return lines
        }
        return (result.terminationStatus, result.closureResult)
    }
}
