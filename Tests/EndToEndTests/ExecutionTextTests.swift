// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherWire

@testable import WatcherCommand

@Suite("Executions read well")
struct ExecutionTextTests {
    @Test("a table shows ids, states, durations, rows and watermarks")
    func table() {
        let text = ExecutionText(width: nil, colours: false).table([
            Self.execution(12, rows: 12_345, seconds: 75, watermark: ("2013-01-01", "2013-01-02")),
            Self.execution(7, status: .running, seconds: nil),
        ])
        #expect(
            text == """
                ID  PIPELINE  STATUS     DURATION    ROWS  WATERMARK                STARTED
                12  flights   succeeded  1 m 15 s  12,345  2013-01-01 → 2013-01-02  2025-01-10 00:10:00
                 7  flights   running                                               2025-01-10 00:10:00

                """
        )
    }

    @Test("a tree shows who belongs to whom")
    func tree() {
        var load = Self.execution(3, rows: 5)
        load.childExecutions = [Self.execution(4), Self.execution(5, status: .failed)]
        var root = Self.execution(1)
        root.childExecutions = [Self.execution(2), load, Self.execution(6)]
        let lines = ExecutionText(width: 40, colours: false).trees([root, Self.execution(9)]).split(separator: "\n")
        #expect(
            lines.map { String($0.prefix(18)) } == [
                "ID  PIPELINE      ", " 1  flights       ", " 2  ├─ flights    ", " 3  ├─ flights    ",
                " 4  │  ├─ flights ", " 5  │  └─ flights ", " 6  └─ flights    ", " 9  flights       ",
            ]
        )
        #expect(lines.allSatisfy { $0.count <= 40 })
    }

    @Test("details name every fact that is known, and only those")
    func details() {
        var execution = Self.execution(12, rows: 3, seconds: 1, watermark: ("a", nil))
        execution.executionMetadata = #"{"partition":"p1"}"#
        execution.parentID = 11
        #expect(
            ExecutionText(width: nil, colours: false).details(execution) == """
                id              12
                parent          11
                pipeline        flights (4)
                status          succeeded
                started         2025-01-10T00:10:00Z
                ended           2025-01-10T00:10:01Z
                duration        1.00 s
                total rows      3
                watermark       a
                metadata        {"partition":"p1"}

                """
        )
    }

    @Test("details of a running execution tell what its heartbeats say")
    func heartbeats() {
        var execution = Self.execution(12, status: .running, seconds: nil)
        let at = WireTimestamp(microseconds: execution.startDate.microseconds + 1_000_000)
        execution.heartbeat = HeartbeatResponse(at: at, expiresAt: at, progress: 0.29, message: "Part\n3")
        let text = ExecutionText(width: nil, colours: false).details(execution)
        for line in ["progress        29 %", "message         Part 3", "last heartbeat  2025-01-10T00:10:01Z"] {
            #expect(text.split(separator: "\n").contains { $0 == line }, "\(text)")
        }
    }

    @Test("states have colours only where colours are wanted")
    func colours() {
        let execution = Self.execution(1, status: .failed)
        #expect(ExecutionText(width: nil, colours: true).table([execution]).contains("\u{1B}[31mfailed\u{1B}[0m"))
        #expect(!ExecutionText(width: nil, colours: false).table([execution]).contains("\u{1B}"))
    }

    @Test("a line break in a watermark does not break the table")
    func lineBreaks() {
        let execution = Self.execution(1, watermark: ("a\nb", "c\td"))
        let text = ExecutionText(width: nil, colours: false).table([execution])
        #expect(text.contains("a b → c d"))
        #expect(text.split(separator: "\n").count == 2)
    }

    @Test(
        "durations are short to read",
        arguments: [
            (0, "0.00 s"), (4_999, "0.00 s"), (5_000, "0.01 s"), (1_070_000, "1.07 s"), (9_999_999, "10.00 s"),
            (10_000_000, "10.0 s"), (59_990_000, "59.9 s"), (60_000_000, "1 m 0 s"), (3_599_000_000, "59 m 59 s"),
            (3_600_000_000, "1 h 0 m"), (93_600_000_000, "26 h 0 m"), (-5, "0.00 s"),
        ] as [(Int64, String)]
    )
    func durations(microseconds: Int64, text: String) {
        var execution = Self.execution(1)
        execution.endDate = WireTimestamp(microseconds: execution.startDate.microseconds + microseconds)
        #expect(ExecutionText.duration(of: execution) == text)
    }

    @Test(
        "counts have thousands apart",
        arguments: [
            (0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-1000, "-1,000"),
            (Int64.min, "-9,223,372,036,854,775,808"),
        ] as [(Int64, String)]
    )
    func counts(_ count: Int64, text: String) {
        #expect(ExecutionText.grouped(count) == text)
    }

    private static func execution(
        _ id: Int64,
        status: WireExecutionStatus = .succeeded,
        rows: Int64? = nil,
        seconds: Int64? = 2,
        watermark: (String?, String?) = (nil, nil)
    ) -> ExecutionResponse {
        let start = WireTimestamp(microseconds: 1_736_467_800_000_000)
        return ExecutionResponse(
            id: id,
            parentID: nil,
            pipelineID: 4,
            pipelineName: "flights",
            status: status,
            startDate: start,
            endDate: seconds.map { WireTimestamp(microseconds: start.microseconds + $0 * 1_000_000) },
            durationSeconds: seconds,
            completedSuccessfully: status == .running ? nil : status == .succeeded,
            inserts: nil,
            updates: nil,
            softDeletes: nil,
            totalRows: rows,
            watermark: watermark.0,
            nextWatermark: watermark.1,
            executionMetadata: nil,
            anomalyFlags: nil,
            throughput: nil
        )
    }
}
