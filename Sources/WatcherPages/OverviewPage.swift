// SPDX-License-Identifier: Apache-2.0
package import WatcherCore

/// What runs, what ended last, and what people were told.
package struct OverviewPage: Sendable {
    /// What is shown.
    package let overview: Overview
    /// How many executions there are in each status; `nil` when that is not known.
    package let counts: [ExecutionStatus: Int64]?

    /// Makes the page's content.
    package init(_ overview: Overview, counts: [ExecutionStatus: Int64]?) {
        self.overview = overview
        self.counts = counts
    }

    /// The page.
    package func page(on site: Site) -> Page {
        site.page(
            "Overview",
            at: site.overview,
            """
            <p>As of \(HTML(self.overview.now)).</p>
            \(self.figures)
            <section><h2>Running</h2>
            \(self.running)</section>
            <section><h2>Ended</h2>
            \(self.ended)</section>
            <section><h2>Alerts</h2>
            \(self.alerts)</section>
            """
        )
    }

    private var figures: HTML {
        let counts = ExecutionStatus.allCases.map { status -> (name: String, value: HTML) in
            (status.rawValue, HTML(self.counts.map { $0[status] ?? 0 }))
        }
        let stale = (name: "stale pipelines", value: HTML(Int64(self.overview.stalePipelines)))
        return """
            \(HTML(figures: counts + [stale]))\
            <p>The executions are counted at most every 30 seconds. A pipeline is stale from the freshness check that found \
            it so until one finds it fresh.</p>
            """
    }

    private var running: HTML {
        guard !self.overview.running.isEmpty else { return "<p>Nothing runs.</p>\n" }
        let rows = self.overview.running.map { named -> [HTML] in
            let execution = named.execution
            return [
                "\(execution.id)", "\(named.pipelineName)", HTML(execution.startDate),
                "\(self.overview.now.elapsed(since: execution.startDate))",
                named.lease?.progress.map { "\(Int64(($0 * 100).rounded())) %" } ?? .nothing,
                HTML(named.lease?.heartbeatAt), named.lease?.message.map { "\($0)" } ?? .nothing,
            ]
        }
        let columns: [Table.Column] = [
            .number("Execution"), "Pipeline", "Started", .number("For"), .number("Progress"), "Last heartbeat",
            "Message",
        ]
        return Table(caption: Self.caption("Running executions", rows.count), columns: columns, rows: rows).html
    }

    private var ended: HTML {
        guard !self.overview.ended.isEmpty else { return "<p>Nothing has ended yet.</p>\n" }
        let rows = self.overview.ended.map { named -> [HTML] in
            let (execution, end) = (named.execution, named.execution.report?.endDate)
            return [
                "\(execution.id)", "\(named.pipelineName)", HTML(execution.status), HTML(execution.startDate),
                HTML(end),
                end.map { "\($0.elapsed(since: execution.startDate))" } ?? .nothing, HTML(execution.report?.totalRows),
            ]
        }
        let columns: [Table.Column] = [
            .number("Execution"), "Pipeline", "Outcome", "Started", "Ended", .number("Took"), .number("Rows"),
        ]
        return Table(caption: Self.caption("Ended executions", rows.count), columns: columns, rows: rows).html
    }

    private var alerts: HTML {
        guard !self.overview.alerts.isEmpty else { return "<p>No alert has been raised.</p>\n" }
        let rows = self.overview.alerts.map { raised -> [HTML] in
            let alert = raised.stored.alert
            return [
                HTML(raised.stored.raisedAt), HTML(alert.level), "\(alert.title)", "\(alert.message)",
                raised.isDelivered ? "yes" : "not yet",
            ]
        }
        let columns: [Table.Column] = ["Raised", "Level", "Title", "Message", "Delivered"]
        return Table(
            caption: "The newest alerts, at most \(Overview.mostAlerts), newest first",
            columns: columns,
            rows: rows
        ).html
    }

    private static func caption(_ things: String, _ count: Int) -> String {
        "\(things), the last started first"
            + (count == Overview.mostExecutions ? "; the first \(count), there may be more" : "")
    }
}

extension HTML {
    fileprivate init(_ level: Alert.Level) {
        self =
            switch level {
            case .info: "info"
            case .warning: "<span class=\"odd\">warning</span>"
            case .error: "<span class=\"bad\">error</span>"
            case .critical: "<span class=\"bad\">critical</span>"
            }
    }
}
