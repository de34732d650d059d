// SPDX-License-Identifier: Apache-2.0
import Subprocess
import Testing
import WatcherWire

@Suite("watcher executions")
struct ExecutionsCommandTests {
    /// A server with a tree of three executions, a running one, and one of another pipeline: ids 1 to 5.
    private static func withExecutions<Value: Sendable>(_ body: (TestClient) async throws -> Value) async throws
        -> Value
    {
        try await withServer { server in
            try await TestClient.with(server.url) { client in
                let (load, other) = (try await client.pipeline("daily load"), try await client.pipeline("other"))
                try await Self.record(
                    client,
                    pipeline: load,
                    second: 0,
                    watermarks: ("2013-01-01", "2013-01-02"),
                    rows: 12345
                )
                try await Self.record(client, pipeline: load, second: 1, parent: 1, rows: 5)
                try await Self.record(client, pipeline: load, second: 2, parent: 2, fails: true)
                try await Self.record(client, pipeline: load, second: 3, ends: false)
                try await Self.record(client, pipeline: other, second: 4)
                return try await body(client)
            }
        }.value
    }

    private static func record(
        _ client: TestClient,
        pipeline: Int64,
        second: Int64,
        parent: Int64? = nil,
        watermarks: (Watermark?, Watermark?) = (nil, nil),
        rows: Int64? = nil,
        fails: Bool = false,
        ends: Bool = true
    ) async throws {
        let start = WireTimestamp(microseconds: 1_736_467_800_000_000 + second * 1_000_000)
        let request = StartExecutionRequest(
            pipelineID: pipeline,
            startDate: start,
            watermark: watermarks.0,
            nextWatermark: watermarks.1,
            parentID: parent
        )
        let started = try await client.post(Endpoints.startExecution, request)
        let id = try #require(started.id)
        guard ends else { return }
        let end = EndExecutionRequest(
            id: id,
            endDate: WireTimestamp(microseconds: start.microseconds + 2_500_000),
            completedSuccessfully: !fails,
            totalRows: rows,
            executionMetadata: fails ? ["error": "corrupt"] : nil
        )
        #expect(try await client.post(Endpoints.endExecution, end).status == 204)
    }

    /// What `watcher executions …` prints; it must succeed and complain of nothing.
    private static func output(_ client: TestClient, _ arguments: String...) async throws -> String {
        let result = try await Binary.run(["executions"] + arguments, environment: ["WATCHER_URL": client.url])
        #expect(result.status == .exited(0), "\(result.errors)")
        #expect(result.errors == "")
        return result.output
    }

    @Test("ls shows the newest first, whole lines in a pipe")
    func list() async throws {
        try await Self.withExecutions { client in
            let text = try await Self.output(client, "ls")
            #expect(
                text == """
                    ID  PIPELINE    STATUS     DURATION    ROWS  WATERMARK                STARTED              PARENT
                     5  other       succeeded    2.50 s                                   2025-01-10 00:10:04
                     4  daily load  running                                               2025-01-10 00:10:03
                     3  daily load  failed       2.50 s                                   2025-01-10 00:10:02       2
                     2  daily load  succeeded    2.50 s       5                           2025-01-10 00:10:01       1
                     1  daily load  succeeded    2.50 s  12,345  2013-01-01 → 2013-01-02  2025-01-10 00:10:00

                    """
            )
        }
    }

    @Test(
        "ls finds what its filters ask for",
        arguments: [
            (["--pipeline", "other"], [5]),
            (["--pipeline", "1"], [4, 3, 2, 1]),
            (["--pipeline", "nobody knows it"], []),
            (["--status", "running"], [4]),
            (["--status", "failed"], [3]),
            (["--parent", "1"], [2]),
            (["--since", "2025-01-10T00:10:03Z"], [5, 4]),
            (["--until", "2025-01-10T00:10:01Z"], [1]),
            (["--since", "2025-01-10T02:10:01+02:00", "--until", "2025-01-10T00:10:03Z"], [3, 2]),
            (["--limit", "2"], [5, 4]),
            (["--limit", "1", "--all"], [5, 4, 3, 2, 1]),
        ] as [([String], [Int64])]
    )
    func filters(arguments: [String], ids: [Int64]) async throws {
        try await Self.withExecutions { client in
            let result = try await Binary.run(["executions", "ls", "--json", "--server", client.url] + arguments)
            let page = try ExecutionPage.decode(Array(result.output.utf8))
            #expect(page.data.map(\.id) == ids)
        }
    }

    @Test("tables fit COLUMNS", arguments: [20, 40, 60, 80, 120])
    func columns(_ width: Int) async throws {
        try await Self.withExecutions { client in
            for command in ["ls", "tree"] {
                let result = try await Binary.run(
                    ["executions", command],
                    environment: ["WATCHER_URL": client.url, "COLUMNS": "\(width)"]
                )
                let lines = result.output.split(separator: "\n")
                #expect(lines.count >= 4)
                #expect(lines.allSatisfy { $0.count <= width }, "\(result.output)")
            }
        }
    }

    @Test("tree shows children below their parents, of one execution or of the newest roots")
    func tree() async throws {
        try await Self.withExecutions { client in
            let tree = """
                ID  PIPELINE          STATUS     DURATION    ROWS  WATERMARK                STARTED
                 1  daily load        succeeded    2.50 s  12,345  2013-01-01 → 2013-01-02  2025-01-10 00:10:00
                 2  └─ daily load     succeeded    2.50 s       5                           2025-01-10 00:10:01
                 3     └─ daily load  failed       2.50 s                                   2025-01-10 00:10:02

                """
            let one = try await Self.output(client, "tree", "1")
            #expect(one == tree)
            let roots = try await Self.output(client, "tree", "--limit", "2").split(separator: "\n")
            #expect(roots.dropFirst().map { $0.prefix(2) } == [" 5", " 4"])
            let all = try await Self.output(client, "tree", "--depth", "1").split(separator: "\n")
            #expect(all.dropFirst().map { $0.prefix(2) } == [" 5", " 4", " 1", " 2"])
        }
    }

    @Test("show names every fact of one execution, and its children")
    func show() async throws {
        try await Self.withExecutions { client in
            let text = try await Self.output(client, "show", "2")
            #expect(
                text == """
                    id              2
                    parent          1
                    pipeline        daily load (1)
                    status          succeeded
                    started         2025-01-10T00:10:01Z
                    ended           2025-01-10T00:10:03.500000Z
                    duration        2.50 s
                    total rows      5
                    rows/second     1.6667

                    children
                    ID  PIPELINE    STATUS  DURATION  STARTED
                     3  daily load  failed    2.50 s  2025-01-10 00:10:02

                    """
            )
            let failed = try await Self.output(client, "show", "3")
            #expect(failed.contains(#"metadata        {"error":"corrupt"}"#))
        }
    }

    @Test("--json prints what the server answers")
    func json() async throws {
        try await Self.withExecutions { client in
            for (arguments, path) in [
                (["ls", "--limit", "2"], "?limit=2"), (["show", "1"], "/1"), (["tree", "1"], "/1?depth=10"),
            ] {
                let result = try await Binary.run(["executions"] + arguments + ["--json", "--server", client.url])
                let answer = try await client.get(Endpoints.executions.path + path)
                #expect(result.output == String(decoding: answer.body, as: UTF8.self) + "\n")
            }
        }
    }

    @Test(
        "an execution that is not there is a sentence on standard error, and exit code 1",
        arguments: ["show", "tree"]
    )
    func notFound(_ command: String) async throws {
        try await Self.withExecutions { client in
            let result = try await Binary.run(["executions", command, "99", "--server", client.url])
            #expect(result.status == .exited(1))
            #expect(result.output == "")
            #expect(result.errors.hasPrefix("Error: "))
            #expect(result.errors.contains("execution not found"))
            #expect(result.errors.split(separator: "\n").count == 1)
        }
    }

    @Test("a server that does not answer is a sentence on standard error, and exit code 1", arguments: ["ls", "tree"])
    func notReachable(_ command: String) async throws {
        let result = try await Binary.run(["executions", command, "--server", "http://127.0.0.1:1"])
        #expect(result.status == .exited(1))
        #expect(result.output == "")
        #expect(result.errors.hasPrefix("Error: "))
        #expect(result.errors.contains("http://127.0.0.1:1"))
        #expect(result.errors.split(separator: "\n").count == 1)
    }

    @Test("a server without executions is said, not shown as an empty table", arguments: ["ls", "tree"])
    func nothing(_ command: String) async throws {
        try await withServer { server in
            let result = try await Binary.run(["executions", command, "--server", server.url])
            #expect(result.status == .exited(0))
            #expect(result.output == "No executions found.\n")
        }
    }

    @Test(
        "a wrong argument is named, with exit code 64",
        arguments: [
            (["ls", "--limit", "0"], "--limit"), (["ls", "--limit", "1001"], "--limit"),
            (["ls", "--status", "odd"], "odd"),
            (["ls", "--since", "yesterday"], "yesterday"), (["show"], "<id>"), (["show", "x"], "x"),
            (["tree", "--depth", "0"], "--depth"), (["rm"], "rm"),
        ] as [([String], String)]
    )
    func wrongArguments(arguments: [String], named: String) async throws {
        let result = try await Binary.run(["executions"] + arguments)
        #expect(result.status == .exited(64))
        #expect(result.output == "")
        #expect(result.errors.split(separator: "\n").first?.contains(named) == true, "\(result.errors)")
    }

    @Test("a reader that stops reading ends the program without a complaint")
    func closedPipe() async throws {
        try await Self.withExecutions { client in
            let result = try await Subprocess.run(
                .name("sh"),
                arguments: ["-c", "watcher executions ls --all | head -n 1"],
                environment: Binary.environment(["WATCHER_URL": client.url]),
                output: .string(limit: 1 << 16),
                error: .string(limit: 1 << 16)
            )
            #expect(result.standardOutput.hasPrefix("ID  PIPELINE"))
            #expect(result.standardError == "")
        }
    }
}
