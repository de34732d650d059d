// SPDX-License-Identifier: Apache-2.0

import Testing
import Watcher

@testable import FlightsCommand

struct ReportTests {
    private func execution(_ id: Int64, _ pipeline: String, day: Int) throws -> ExecutionNode {
        let node = ExecutionNode(id: id, pipeline: pipeline, day: try .january(day))
        node.outcome = .succeeded
        node.duration = .milliseconds(1042)
        node.counts = ETLResults(completedSuccessfully: true, inserts: 838, updates: 0, softDeletes: 4, totalRows: 842)
        return node
    }

    @Test("the table has headings, a line a day, and the sum of what was loaded")
    func table() throws {
        var table = DayTable()
        let failed = try self.execution(2, "daily", day: 2)
        failed.outcome = .threw
        failed.counts = nil
        let lines = [
            table.line(of: try self.execution(1, "daily", day: 1), watermark: try .january(1)),
            table.line(of: failed, watermark: try .january(1)),
            table.totalLine(),
        ]
        #expect(
            lines.joined(separator: "\n") == """
                day            rows  inserts  updates  soft deletes  seconds  watermark   outcome
                2013-01-01      842      838        0             4    1.042  2013-01-01  succeeded
                2013-01-02        -        -        -             -    1.042  2013-01-01  failed (error)
                total           842      838        0             4    2.084
                """
        )
    }

    @Test("the tree shows the last days with their children")
    func tree() throws {
        let root = try self.execution(5, "daily", day: 2)
        let refused = try self.execution(7, "load", day: 2)
        refused.outcome = .refused
        refused.counts = ETLResults(completedSuccessfully: false, totalRows: 842)
        root.children = [try self.execution(6, "extract", day: 2), refused]
        let lines = Tree.lines(of: [try self.execution(1, "daily", day: 1), root], limit: 1)
        #expect(
            lines.joined(separator: "\n") == """
                … and 1 before (--tree shows more)
                2013-01-02  #5 daily: succeeded, 842 rows, 838 inserts, 0 updates, 4 soft deletes, 1.042 s
                ├─ #6 extract: succeeded, 842 rows, 838 inserts, 0 updates, 4 soft deletes, 1.042 s
                └─ #7 load: failed (refused), 842 rows, 1.042 s
                """
        )
    }
}
