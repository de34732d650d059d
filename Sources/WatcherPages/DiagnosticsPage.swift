// SPDX-License-Identifier: Apache-2.0
package import WatcherCore

/// How the ledger and its server are.
package struct DiagnosticsPage: Sendable {
    /// What was found.
    package let report: LedgerReport
    /// The version of the program.
    package let version: String

    /// Makes the page's content.
    package init(_ report: LedgerReport, version: String) {
        self.report = report
        self.version = version
    }

    /// The page.
    package func page(on site: Site) -> Page {
        let queue = self.report.queue
        return site.page(
            "Diagnostics",
            at: site.diagnostics,
            """
            <p>What 'watcher doctor' says of the ledger; from a terminal it looks at the configuration, the disk and the \
            database itself too.</p>
            \(HTML(figures: [
                ("version", "\(self.version)"), ("database", "\(self.report.database)"),
                ("jobs to do", HTML(queue.pending)), ("of them later", HTML(queue.later)),
                ("writes waiting", HTML(Int64(self.report.load.writesWaiting))),
                ("reads under way", "\(self.report.load.readsInProgress) of \(self.report.load.readLimit) at once"),
            ]))\(self.severity)
            <section><h2>Findings</h2>
            \(self.findings)</section>
            <section><h2>Jobs</h2>
            \(self.jobs)</section>
            <section><h2>Schedules</h2>
            \(self.schedules)</section>
            <section><h2>Schema</h2>
            \(self.steps)</section>
            """
        )
    }

    private var severity: HTML {
        switch self.report.queue.severity {
        case .calm: ""
        case .warning: "<p class=\"odd\">Many jobs are waiting.</p>"
        case .critical: "<p class=\"bad\">Far too many jobs are waiting.</p>"
        }
    }

    private var findings: HTML {
        let rows = self.report.findings.map { finding -> [HTML] in
            [
                "\(finding.subject)", HTML(finding.level), "\(finding.finding)",
                finding.remedy.map { "\($0)" } ?? .nothing,
            ]
        }
        let columns: [Table.Column] = ["Subject", "Level", "Finding", "What to do"]
        return Table(caption: "What was looked at, and how it was found", columns: columns, rows: rows).html
    }

    private var jobs: HTML {
        guard !self.report.jobs.isEmpty else { return "<p>No job waits, runs or is parked.</p>\n" }
        let rows = self.report.jobs.map { jobs -> [HTML] in
            ["\(jobs.title)", HTML(jobs.waiting), HTML(jobs.running), HTML(jobs.parked)]
        }
        let columns: [Table.Column] = ["Kind", .number("Waiting"), .number("Running"), .number("Parked")]
        return Table(caption: "Jobs by kind", columns: columns, rows: rows).html
    }

    private var schedules: HTML {
        guard !self.report.schedules.isEmpty else { return "<p>No schedule has fired yet.</p>\n" }
        let rows = self.report.schedules.map { schedule -> [HTML] in ["\(schedule.name)", HTML(schedule.firedAt)] }
        return Table(
            caption: "When each schedule last fired, or was first seen",
            columns: ["Schedule", "Fired"],
            rows: rows
        ).html
    }

    private var steps: HTML {
        guard !self.report.steps.isEmpty else { return "<p>The steps that were taken cannot be told.</p>\n" }
        let rows = self.report.steps.map { step -> [HTML] in ["\(step.id)", "\(step.name)", HTML(step.takenAt)] }
        let columns: [Table.Column] = [.number("Step"), "What it made", "Taken"]
        return Table(caption: "The steps of the schema that the database has taken", columns: columns, rows: rows).html
    }
}

extension HTML {
    fileprivate init(_ level: LedgerReport.Level) {
        self =
            switch level {
            case .ok: "<span class=\"good\">ok</span>"
            case .warning: "<span class=\"odd\">warning</span>"
            case .problem: "<span class=\"bad\">problem</span>"
            }
    }
}
