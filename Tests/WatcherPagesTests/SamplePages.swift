// SPDX-License-Identifier: Apache-2.0
import WatcherCore
import WatcherPages

/// Every page, filled with one text wherever a text of others can stand.
enum SamplePages {
    static let site = Site(overview: "/", reporting: "/r", lineage: "/l", diagnostics: "/d", docs: "/docs")
    static let now = Timestamp(microseconds: 1_736_467_800_000_000)

    /// The pages by their names.
    static func all(_ text: String) -> [(name: String, page: Page)] {
        [
            ("overview", Self.overview(text).page(on: Self.site)),
            ("reporting", Self.reporting(text).page(on: Self.site)),
            ("lineage", Self.lineage(text).page(on: Self.site)),
            (
                "choice",
                LineageChoicePage([(7, text), (8, text + "x")], containing: text.isEmpty ? nil : text).page(
                    on: Self.site
                )
            ),
            ("diagnostics", DiagnosticsPage(Self.report(text), version: text).page(on: Self.site)),
            ("problem", ProblemPage(status: 401, reason: text, sentences: [text, text]).page(on: Self.site)),
        ]
    }

    static func execution(
        _ id: Int64,
        _ status: ExecutionStatus,
        named name: String,
        lease: ExecutionLease? = nil
    ) -> NamedExecution {
        let start = Self.now.advanced(byMicroseconds: -3_725_000_000)
        let report =
            status == .running
            ? nil
            : ExecutionReport(
                endDate: start.advanced(byMicroseconds: 65_000_000),
                completedSuccessfully: status == .succeeded,
                totalRows: 1_234_567
            )
        let execution = Execution(
            id: id,
            parentID: nil,
            pipelineID: 1,
            status: status,
            startDate: start,
            watermark: nil,
            nextWatermark: nil,
            report: report,
            figures: report.map { ExecutionFigures(startDate: start, report: $0) },
            anomalyFlags: nil
        )
        return NamedExecution(execution: execution, pipelineName: name, lease: lease)
    }

    static func overview(_ text: String) -> OverviewPage {
        let lease = ExecutionLease(heartbeatAt: Self.now, expiresAt: Self.now, progress: 0.426, message: text)
        let alerts = Alert.Level.allCases.enumerated().map { index, level in
            Overview.RaisedAlert(
                stored: StoredAlert(
                    id: Int64(index),
                    alert: Alert(level, text, text, details: [.init(text, text)]),
                    raisedAt: Self.now
                ),
                isDelivered: index == 0
            )
        }
        return OverviewPage(
            Overview(
                now: Self.now,
                running: [
                    Self.execution(12, .running, named: text, lease: lease), Self.execution(11, .running, named: text),
                ],
                ended: [
                    Self.execution(10, .succeeded, named: text), Self.execution(9, .failed, named: text),
                    Self.execution(8, .lost, named: text),
                ],
                alerts: alerts,
                stalePipelines: 3
            ),
            counts: [.running: 2, .succeeded: 4321]
        )
    }

    static func metrics(_ text: String) -> DailyMetrics {
        DailyMetrics(
            day: 20_098,
            pipelineName: text,
            pipelineTypeName: text,
            totalExecutions: 4,
            failedExecutions: 1,
            endedExecutions: 3,
            durationSeconds: 10,
            inserts: 842,
            updates: 0,
            softDeletes: 0,
            totalRows: 1_234
        )
    }

    static func reporting(_ text: String) -> ReportingPage {
        ReportingPage(
            [Self.metrics(text), Self.metrics(text)],
            DailyMetricsFilter(pipelineName: text, pipelineTypeName: text, days: 7),
            NumberedPage(number: 2, size: 2),
            totalRecords: 6,
            suggestions: (pipelines: [text, text], types: [text])
        )
    }

    static func address(_ id: Int64, _ name: String) -> LineageAddress {
        LineageAddress(id: id, name: name, typeName: name, typeGroupName: name, metadata: name)
    }

    /// The graph around an address, of edges that all one pipeline declares.
    static func lineage(around centre: Int64, _ edges: [(Int64, Int64)], named name: (Int64) -> String) -> LineagePage {
        let graph = LineageGraph(
            around: centre,
            in: edges.map { LineageEdge(source: $0.0, target: $0.1, pipelineID: 5) }
        )
        return LineagePage(
            around: centre,
            depth: nil,
            addresses: graph.addressIDs.map { Self.address($0, name($0)) },
            edges: graph.edges,
            pipelines: [LineagePipeline(id: 5, name: name(5), typeName: name(5), metadata: name(5), isActive: false)]
        )
    }

    static func lineage(_ text: String) -> LineagePage {
        Self.lineage(around: 1, [(1, 2), (2, 3), (3, 1), (3, 3), (4, 1)]) { _ in text }
    }

    static func report(_ text: String) -> LedgerReport {
        var jobs = LedgerReport.Jobs(kind: text)
        jobs.parked = 2
        return LedgerReport(
            database: text,
            findings: LedgerReport.Level.allCases.map { .init($0, text, text, remedy: $0 == .ok ? nil : text) },
            steps: [.init(id: 1, name: text, takenAt: Self.now)],
            jobs: [jobs, LedgerReport.Jobs(kind: "alert")],
            queue: QueueReport(counts: [.init(kind: text, pending: 120, later: 3)], schedules: 1),
            schedules: [.init(name: text, firedAt: Self.now)],
            load: .init(writesWaiting: 1, readsInProgress: 2, readLimit: 3)
        )
    }
}
