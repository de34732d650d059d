// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherCore

struct ExecutionStateMachineTests {
    private static let report = ExecutionReport(
        endDate: Timestamp(microseconds: 10_000_000),
        completedSuccessfully: true,
        inserts: 3,
        totalRows: 30
    )

    private func execution(_ status: ExecutionStatus, report: ExecutionReport?) -> Execution {
        Execution(
            id: 1,
            parentID: nil,
            pipelineID: 1,
            status: status,
            startDate: Timestamp(microseconds: 0),
            watermark: nil,
            nextWatermark: nil,
            report: report,
            figures: nil,
            anomalyFlags: nil
        )
    }

    @Test("a running or lost execution takes its end", arguments: [ExecutionStatus.running, .lost])
    func openExecutionsTakeTheirEnd(status: ExecutionStatus) {
        var failure = Self.report
        failure.completedSuccessfully = false
        let figures = ExecutionFigures(durationSeconds: 10, throughput: 3)
        let execution = self.execution(status, report: nil)
        #expect(ExecutionStateMachine.end(execution, with: Self.report) == .record(.succeeded, figures))
        #expect(ExecutionStateMachine.end(execution, with: failure) == .record(.failed, figures))
    }

    @Test("an ended execution takes the same end again, and no other", arguments: [ExecutionStatus.succeeded, .failed])
    func endedExecutionsStay(status: ExecutionStatus) {
        let execution = self.execution(status, report: Self.report)
        #expect(ExecutionStateMachine.end(execution, with: Self.report) == .alreadyRecorded)
        var other = Self.report
        other.inserts = 4
        #expect(ExecutionStateMachine.end(execution, with: other) == .refuseAlreadyEnded)
    }

    @Test("only what runs takes heartbeats and can be lost", arguments: ExecutionStatus.allCases)
    func onlyRunningIsLost(status: ExecutionStatus) {
        let lease = ExecutionLease(
            heartbeatAt: Timestamp(microseconds: 2_500_000),
            expiresAt: Timestamp(microseconds: 3_000_000),
            progress: nil,
            message: nil
        )
        #expect(ExecutionStateMachine.acceptsHeartbeat(status) == (status == .running))
        let execution = self.execution(status, report: status == .running ? nil : Self.report)
        let end = ExecutionStateMachine.lose(execution, missing: lease)
        #expect((end != nil) == (status == .running))
        guard let end else { return }
        #expect(end.report == ExecutionReport(endDate: lease.heartbeatAt, completedSuccessfully: false))
        #expect(end.figures == ExecutionFigures(durationSeconds: 3, throughput: nil))
    }

    @Test("an end may be at the start, not before it")
    func endBeforeStartIsRefused() {
        var report = Self.report
        report.endDate = Timestamp(microseconds: 0)
        let execution = self.execution(.running, report: nil)
        let figures = ExecutionFigures(durationSeconds: 0, throughput: 0)
        #expect(ExecutionStateMachine.end(execution, with: report) == .record(.succeeded, figures))
        report.endDate = Timestamp(microseconds: -1)
        #expect(ExecutionStateMachine.end(execution, with: report) == .refuseEndBeforeStart)
    }

    @Test(
        "durations are whole seconds with halves rounded up, throughput has four decimals",
        arguments: [
            (499_999 as Int64, 7 as Int64?, 0 as Int64, 0.0 as Double?),
            (500_000, 7, 1, 7), (1_499_999, 7, 1, 7), (1_500_000, 7, 2, 3.5), (3_000_000, 10, 3, 3.3333),
            (3_000_000, 20, 3, 6.6667), (3_000_000, nil, 3, nil), (0, nil, 0, nil), (3_000_000, 0, 3, 0),
        ]
    )
    func figures(microseconds: Int64, rows: Int64?, seconds: Int64, throughput: Double?) {
        let start = Timestamp(microseconds: 1_700_000_000_123_456)
        let report = ExecutionReport(
            endDate: start.advanced(byMicroseconds: microseconds),
            completedSuccessfully: true,
            totalRows: rows
        )
        let figures = ExecutionFigures(startDate: start, report: report)
        #expect(figures.durationSeconds == seconds)
        #expect(figures.throughput == throughput)
    }

    @Test("target times move forward only, and only with rows")
    func targetTimes() {
        let (early, late) = (Timestamp(microseconds: 1), Timestamp(microseconds: 2))
        let stored = TargetTimes(insert: late, update: early)
        let report = ExecutionReport(
            endDate: early,
            completedSuccessfully: true,
            inserts: 1,
            updates: 0,
            softDeletes: 2
        )
        #expect(stored.after(report) == TargetTimes(insert: late, update: early, softDelete: early))
    }

    @Test("hour and day are those of UTC, also before 1970")
    func hourAndDay() {
        #expect(Timestamp(microseconds: -1).hourUTC == 23)
        #expect(Timestamp(microseconds: -1).dayUTC == -1)
        #expect(Timestamp(microseconds: 90_000_000_000).hourUTC == 1)
        #expect(Timestamp(microseconds: 90_000_000_000).dayUTC == 1)
    }
}
