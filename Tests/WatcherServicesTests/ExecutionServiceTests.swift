// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherCore
import WatcherDatabase
import WatcherDatabaseTesting
import WatcherServices

struct ExecutionServiceTests {
    @Test("an end that comes twice counts once, another end is refused", arguments: TestDatabase.Kind.allCases)
    func endsOnce(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            let id = try await ledger.start(try await ledger.sync())
            let report = ExecutionReport(
                endDate: ledger.clock.now,
                completedSuccessfully: true,
                inserts: 1,
                metadata: #"{"a":1}"#
            )
            let reply = Reply<Void>(key: nil) { Answer(status: 204) }
            for _ in 0..<2 { #expect(try await ledger.executions.end(id: id, with: report, reply).status == 204) }
            var other = report
            other.completedSuccessfully = false
            let error = await #expect(throws: ServiceError.self) {
                try await ledger.executions.end(id: id, with: other, reply)
            }
            #expect(error?.code == .alreadyEnded)
            #expect(try await ledger.executions.tree(id: id, depth: 1).root.execution.report == report)
        }
    }

    @Test("what is not there is named", arguments: TestDatabase.Kind.allCases)
    func missingRows(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            let pipeline = try await ledger.sync()
            let cases: [(pipeline: Int64, parent: Int64?, message: String)] = [
                (99, nil, "Pipeline not found: 99"), (99, 77, "Pipeline not found: 99"),
                (pipeline, 77, "Parent execution not found: 77"),
            ]
            for (pipeline, parent, message) in cases {
                let error = await #expect(throws: ServiceError.self) {
                    _ = try await ledger.start(pipeline, parent: parent)
                }
                #expect(error?.message == message)
            }
            await #expect(throws: ServiceError(.notFound, "Pipeline execution not found")) { try await ledger.end(5) }
        }
    }

    @Test("a tree holds as many levels as were asked for", arguments: TestDatabase.Kind.allCases)
    func trees(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            let pipeline = try await ledger.sync()
            let root = try await ledger.start(pipeline)
            let children = [
                try await ledger.start(pipeline, parent: root), try await ledger.start(pipeline, parent: root),
            ]
            let grandchild = try await ledger.start(pipeline, parent: children[0])
            func ids(_ depth: Int64) async throws -> [Int64] {
                try await ledger.executions.tree(id: root, depth: depth).descendants.map(\.execution.id)
            }
            #expect(try await ids(1) == children)
            #expect(try await ids(2) == children + [grandchild])
            #expect(try await ids(50) == children + [grandchild])
        }
    }

    @Test("pages hold every execution once, newest first, under every filter", arguments: TestDatabase.Kind.allCases)
    func pages(kind: TestDatabase.Kind) async throws {
        try await TestLedger.with(kind) { ledger in
            let pipelines = [try await ledger.sync("p"), try await ledger.sync("q")]
            var started: [(id: Int64, pipeline: Int64, status: ExecutionStatus)] = []
            for index in 0..<30 {
                let pipeline = pipelines[index % 2]
                let id = try await ledger.start(pipeline, parent: index >= 20 ? started[0].id : nil)
                let status: ExecutionStatus = [.running, .succeeded, .failed][index % 3]
                if status != .running { try await ledger.end(id, success: status == .succeeded) }
                started.append((id, pipeline, status))
            }
            func list(_ change: (inout ExecutionFilter) -> Void, name: String? = nil) async throws -> [Int64] {
                var filter = ExecutionFilter()
                change(&filter)
                var ids: [Int64] = []
                for _ in 0..<20 {
                    let page = try await ledger.executions.list(filter, pipelineName: name, limit: 4)
                    ids += page.executions.map(\.execution.id)
                    guard let next = page.next else { return ids }
                    filter.before = next
                }
                Issue.record("the pages have no end")
                return ids
            }
            let newest = Array(started.reversed())
            #expect(try await list { _ in } == newest.map(\.id))
            for status in ExecutionStatus.allCases {
                #expect(try await list { $0.status = status } == newest.filter { $0.status == status }.map(\.id))
                #expect(
                    try await list({ $0.status = status }, name: "q")
                        == newest.filter { $0.status == status && $0.pipeline == pipelines[1] }.map(\.id)
                )
            }
            #expect(
                try await list { $0.pipelineID = pipelines[0] }
                    == newest.filter { $0.pipeline == pipelines[0] }.map(\.id)
            )
            #expect(try await list { $0.parentID = started[0].id } == newest.prefix(10).map(\.id))
            #expect(try await list({ _ in }, name: "nobody") == [])
            let fifth = try await ledger.executions.tree(id: started[4].id, depth: 1).root.execution.startDate
            #expect(try await list { $0.since = fifth } == newest.dropLast(4).map(\.id))
            #expect(try await list { $0.until = fifth } == newest.suffix(4).map(\.id))
        }
    }

    @Test("a page is read along an index, however it is filtered")
    func pagesUseIndexes() async throws {
        try await TestLedger.with(.sqliteFile) { ledger in
            let plan = try await ledger.database.read { transaction in
                try transaction.all(
                    """
                    EXPLAIN QUERY PLAN SELECT id FROM pipeline_execution WHERE status = 'running' AND pipeline_id = 1
                    AND (start_date, id) < (5, 5) ORDER BY start_date DESC, id DESC LIMIT 10
                    """
                ) { row in
                    _ = try row.next(Int64.self)
                    _ = try row.next(Int64.self)
                    _ = try row.next(Int64.self)
                    return try row.next(String.self)
                }
            }
            #expect(plan.count == 1)
            #expect(plan.first?.contains("USING COVERING INDEX pipeline_execution_pipeline") == true)
        }
    }
}
