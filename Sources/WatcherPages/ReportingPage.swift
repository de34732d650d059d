// SPDX-License-Identifier: Apache-2.0
package import WatcherCore

/// The figures of each day and pipeline, with the filters that chose them.
package struct ReportingPage: Sendable {
    /// The figures, the newest day first.
    package let metrics: [DailyMetrics]
    /// What chose them.
    package let filter: DailyMetricsFilter
    /// Which page they are.
    package let page: NumberedPage
    /// How many figures there are on all pages.
    package let totalRecords: Int64
    /// Names of pipelines and of their types, which the form offers.
    package let suggestions: (pipelines: [String], types: [String])

    /// Makes the page's content.
    package init(
        _ metrics: [DailyMetrics],
        _ filter: DailyMetricsFilter,
        _ page: NumberedPage,
        totalRecords: Int64,
        suggestions: (pipelines: [String], types: [String])
    ) {
        self.metrics = metrics
        self.filter = filter
        self.page = page
        self.totalRecords = totalRecords
        self.suggestions = suggestions
    }

    /// The page.
    package func page(on site: Site) -> Page {
        site.page(
            "Reporting",
            at: site.reporting,
            hasForms: true,
            """
            <p>What each pipeline did on each day, in UTC, on which it started something.</p>
            \(self.form(site))
            \(self.metrics.isEmpty ? self.empty : self.table)
            \(self.paging(site))
            """
        )
    }

    private func form(_ site: Site) -> HTML {
        let fields = [
            FormField(
                label: "Pipeline",
                name: "pipeline_name",
                value: self.filter.pipelineName,
                suggestions: self.suggestions.pipelines
            ),
            FormField(
                label: "Pipeline type",
                name: "pipeline_type_name",
                value: self.filter.pipelineTypeName,
                suggestions: self.suggestions.types
            ),
            FormField(
                label: "Days back",
                name: "days",
                value: "\(self.filter.days)",
                attributes: " type=\"number\" min=\"1\" max=\"30\""
            ),
            FormField(
                label: "Rows a page",
                name: "page_size",
                value: "\(self.page.size)",
                attributes: " type=\"number\" min=\"1\" max=\"1000\""
            ),
        ]
        return """
            <form method="get" action="\(site.reporting.path)">
            \(fields.map(\.html))<button>Show</button>
            </form>
            """
    }

    private var table: HTML {
        let columns: [Table.Column] = [
            "Day", "Pipeline", "Type", .number("Executions"), .number("Failed"), .number("Failed %"),
            .number("Inserts"), .number("Updates"), .number("Soft deletes"), .number("Rows"), .number("Mean seconds"),
            .number("Rows a second"),
        ]
        let rows = self.metrics.map { metrics -> [HTML] in
            [
                HTML(day: metrics.day), "\(metrics.pipelineName)",
                "\(metrics.pipelineTypeName)", HTML(metrics.totalExecutions), HTML(metrics.failedExecutions),
                HTML(metrics.errorPercentage), HTML(metrics.inserts), HTML(metrics.updates), HTML(metrics.softDeletes),
                HTML(metrics.totalRows), HTML(metrics.averageDurationSeconds), HTML(metrics.throughput),
            ]
        }
        return Table(caption: "Figures by day and pipeline, newest day first", columns: columns, rows: rows).html
    }

    private var empty: HTML {
        guard self.totalRecords == 0 else {
            return "<p>There is nothing on page \(self.page.number): the last one is page \(self.pages).</p>"
        }
        let days = self.filter.days == 1 ? "today" : "in the last \(self.filter.days) days"
        let isFiltered = self.filter.pipelineName != nil || self.filter.pipelineTypeName != nil
        return isFiltered
            ? "<p>No execution that fits started \(days). Pipelines and types are found by their whole names.</p>"
            : "<p>No execution started \(days).</p>"
    }

    private var pages: Int64 { self.page.pages(of: self.totalRecords) }

    private func paging(_ site: Site) -> HTML {
        guard self.totalRecords > 0 else { return "" }
        let (number, pages) = (self.page.number, self.pages)
        var links: [HTML] = []
        if number > 1 { links.append(self.link(site, to: min(number - 1, pages), "Previous page", rel: "prev")) }
        if number < pages { links.append(self.link(site, to: number + 1, "Next page", rel: "next")) }
        return """
            <nav aria-label="Pages of figures"><span>Page \(number.grouped) of \(pages.grouped), \
            \(self.totalRecords.grouped) rows in all</span> \(links)</nav>
            """
    }

    private func link(_ site: Site, to number: Int64, _ title: String, rel: String) -> HTML {
        let link = QueryLink(
            path: site.reporting.path,
            query: [
                ("pipeline_name", self.filter.pipelineName), ("pipeline_type_name", self.filter.pipelineTypeName),
                ("days", "\(self.filter.days)"), ("page_size", "\(self.page.size)"), ("page", "\(number)"),
            ]
        )
        return "<a rel=\"\(rel)\" href=\"\(link.target)\">\(title)</a> "
    }
}
