// SPDX-License-Identifier: Apache-2.0
import Hummingbird
import NIOCore
import WatcherCore
import WatcherServices
import WatcherWire

/// The route of the server's figures.
struct MetricsController {
    let requests: RequestMetrics
    let figures: MetricsService

    func add(to routes: Routes) {
        routes.on(Endpoints.metrics) { _, _ in
            var text = PrometheusText()
            self.requests.write(to: &text)
            try await self.figures.figures().write(to: &text)
            return Response(
                status: .ok,
                headers: [.contentType: PrometheusText.contentType],
                body: ResponseBody(byteBuffer: ByteBuffer(string: text.text))
            )
        }
    }
}

extension MetricsService.Figures {
    fileprivate func write(to text: inout PrometheusText) {
        text.family("watcher_database_up", .gauge, "Whether the database answers.")
        text.sample("watcher_database_up", value: self.executions == nil ? 0 : 1)
        if let executions {
            text.family("watcher_executions", .gauge, "Executions in the ledger, at most 30 s ago.")
            for status in ExecutionStatus.allCases {
                text.sample("watcher_executions", [("status", status.rawValue)], value: executions[status] ?? 0)
            }
        }
        if let jobs {
            text.family("watcher_jobs", .gauge, "Jobs that wait, run or are parked.")
            // Kinds of another version come last. A series that is not there cannot be watched: so there are zeros.
            let kinds = Set(JobKind.allCases.map(\.rawValue)).union(jobs.map(\.kind)).sorted()
            for kind in kinds {
                for state in MetricsService.jobStates {
                    let count = jobs.first { $0.kind == kind && $0.state == state }?.count ?? 0
                    text.sample("watcher_jobs", [("kind", kind), ("state", state)], value: count)
                }
            }
        }
        text.family("watcher_database_commit_writes", .histogram, "How many writes one commit held.")
        text.histogram(
            "watcher_database_commit_writes",
            bounds: self.commitSizes,
            counts: self.commits,
            sum: self.writes
        )
        text.family("watcher_database_writes_waiting", .gauge, "Writes that wait for the writer.")
        text.sample("watcher_database_writes_waiting", value: self.waitingWrites)
        text.family("watcher_database_reads_in_progress", .gauge, "Reads that run or wait.")
        text.sample("watcher_database_reads_in_progress", value: self.readsInProgress)
        text.family("watcher_database_readers", .gauge, "Reads that can run at once.")
        text.sample("watcher_database_readers", value: self.readLimit)
    }
}
