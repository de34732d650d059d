// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import Synchronization

/// Counts requests and how long they took.
///
/// The labels are few: the method, the route with `{id}` in it and not the path, and the status.
package final class RequestMetrics: Sendable {
    /// The upper bounds of the histogram, in seconds.
    static let bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
    private static let boundsInNanoseconds = bounds.map { UInt64($0 * 1e9) }

    fileprivate struct Route: Hashable {
        let method: String
        let path: String
    }

    fileprivate struct Series {
        var statuses: [Int: Int] = [:]
        var counts = [Int](repeating: 0, count: RequestMetrics.bounds.count + 1)
        var nanoseconds: UInt64 = 0
    }

    /// Guards the series of all routes; held for a few additions only.
    private let series = Mutex<[Route: Series]>([:])
    private let inProgress = Atomic(0)

    /// Makes metrics without requests.
    package init() {}

    /// Notes that a request has arrived.
    func begin() {
        self.inProgress.add(1, ordering: .relaxed)
    }

    /// Notes that a request has been answered.
    ///
    /// - Parameters:
    ///   - method: its method.
    ///   - route: the path that it matched; `nil` when it matched none.
    ///   - status: the answer's.
    ///   - nanoseconds: how long it took.
    func end(_ method: HTTPRequest.Method, _ route: String?, status: Int, nanoseconds: UInt64) {
        self.inProgress.subtract(1, ordering: .relaxed)
        let bucket = Self.boundsInNanoseconds.firstIndex { nanoseconds <= $0 } ?? Self.bounds.count
        // What clients invent must not make a series of its own; a route's path begins with a slash.
        let route =
            if let route, route.utf8.first == UInt8(ascii: "/") {
                Route(method: method.rawValue, path: route)
            } else {
                Route(method: "any", path: "unmatched")
            }
        self.series.withLock { series in
            series[route, default: Series()].add(status: status, bucket: bucket, nanoseconds: nanoseconds)
        }
    }

    /// Writes all series.
    func write(to text: inout PrometheusText) {
        let series = self.series.withLock { $0 }
            .sorted { ($0.key.path, $0.key.method) < ($1.key.path, $1.key.method) }
        text.family("watcher_http_requests_in_progress", .gauge, "Requests that are being answered.")
        text.sample("watcher_http_requests_in_progress", value: self.inProgress.load(ordering: .relaxed))
        text.family("watcher_http_requests_total", .counter, "Requests that were answered.")
        for (route, series) in series {
            for (status, count) in series.statuses.sorted(by: { $0.key < $1.key }) {
                text.sample("watcher_http_requests_total", route.labels + [("status", "\(status)")], value: count)
            }
        }
        text.family("watcher_http_request_duration_seconds", .histogram, "How long requests took.")
        for (route, series) in series {
            text.histogram(
                "watcher_http_request_duration_seconds",
                route.labels,
                bounds: Self.bounds,
                counts: series.counts,
                sum: Double(series.nanoseconds) / 1e9
            )
        }
    }
}

extension RequestMetrics.Route {
    fileprivate var labels: [(String, String)] { [("method", self.method), ("path", self.path)] }
}

extension RequestMetrics.Series {
    fileprivate mutating func add(status: Int, bucket: Int, nanoseconds: UInt64) {
        self.statuses[status, default: 0] += 1
        self.counts[bucket] += 1
        self.nanoseconds += nanoseconds
    }
}
