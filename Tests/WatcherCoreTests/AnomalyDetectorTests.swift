// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherCore

struct AnomalyDetectorTests {
    private static let moment = Timestamp(microseconds: 0)

    private func rule(z: Double = 3, minimum: Int64 = 5) -> AnomalyRule {
        let update = AnomalySettingsUpdate(zThreshold: .set(z), minimumExecutions: .set(minimum))
        return AnomalyRule(
            id: 1,
            pipelineID: 1,
            metric: .totalRows,
            settings: update.applied(to: AnomalyRule.Settings()),
            createdAt: Self.moment,
            updatedAt: nil
        )
    }

    private func judge(_ value: Double, _ rule: AnomalyRule? = nil, same: [Double], all: [Double]? = nil)
        -> AnomalyFinding?
    {
        AnomalyDetector.judge(value, by: rule ?? self.rule()) { hours in
            switch hours {
            case .same: same
            case .all: all ?? same
            }
        }
    }

    @Test(
        "mean and deviation are those of exact integer arithmetic, near zero and far from it",
        arguments: [0, 1_000_000, 1_000_000_000, 1_000_000_000_000] as [Int128],
        [2, 5, 1000]
    )
    func statisticsAreExact(offset: Int128, count: Int) {
        var state: UInt64 = 0x9E37_79B9
        let values = (0..<count).map { _ -> Int128 in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return offset + Int128(state >> 54)
        }
        let statistics = RunningStatistics(values.map(Double.init))
        let (n, sum) = (Int128(count), values.reduce(0, +))
        // n·Σx² − (Σx)² is exact here; floating point would have lost all its digits.
        let numerator = n * values.reduce(0) { $0 + $1 * $1 } - sum * sum
        let deviation = (Double(numerator) / Double(n * (n - 1))).squareRoot()
        #expect(statistics.count == count)
        #expect(abs(statistics.mean - Double(sum) / Double(n)) <= 1e-14 * Double(sum))
        // A mean is no better than its last digit, which far from zero is a coarse one.
        #expect(abs(statistics.standardDeviation - deviation) <= deviation * max(1e-12, 1e-17 * Double(offset)))
    }

    @Test("a value beyond z deviations is odd, on either side")
    func beyondTheBounds() throws {
        // Mean 100, deviation 10 of the sample; that of a whole would be 8.9.
        let baseline = [90.0, 90, 100, 110, 110]
        for usual in [100, 129.99, 70.01] { #expect(self.judge(usual, same: baseline) == nil, "\(usual)") }
        for odd in [130.01, 69.99] { #expect(self.judge(odd, same: baseline) != nil, "\(odd)") }
        #expect(self.judge(115.01, self.rule(z: 1.5), same: baseline) != nil)
        let finding = try #require(self.judge(140, same: baseline))
        #expect(finding.ruleID == 1 && finding.metric == .totalRows && finding.baselineExecutions == 5)
        let figures = [finding.value, finding.mean, finding.standardDeviation, finding.zScore ?? 0]
        for (figure, exact) in zip(figures + [finding.lowerBound, finding.upperBound], [140.0, 100, 10, 4, 70, 130]) {
            #expect(abs(figure - exact) < 1e-12 * exact, "\(figure) is not \(exact)")
        }
    }

    @Test("the lower bound is never below zero")
    func lowerBound() {
        let baseline = [0.0, 0, 0, 0, 1000]
        #expect(self.judge(0, same: baseline) == nil)
        #expect(self.judge(5000, same: baseline)?.lowerBound == 0)
    }

    @Test("without variance a departure of more than ten percent is odd")
    func constantSeries() {
        let constant = [Double](repeating: 70, count: 6)
        for usual in [63.0, 70, 77] { #expect(self.judge(usual, same: constant) == nil, "\(usual)") }
        for odd in [62.0, 78] {
            let finding = self.judge(odd, same: constant)
            #expect(finding?.zScore == .some(nil) && finding?.lowerBound == 63 && finding?.upperBound == 77)
        }
        let zeros = [Double](repeating: 0, count: 6)
        #expect(self.judge(0, same: zeros) == nil)
        #expect(self.judge(1, same: zeros) != nil)
        // Equal but for the last digit of a number of this size.
        let nearly = [0.1 + 0.2, 0.3, 0.3, 0.1 + 0.2, 0.3]
        #expect(self.judge(0.32, same: nearly) == nil)
        #expect(self.judge(0.34, same: nearly) != nil)
    }

    @Test("all hours are used while the same hour has too few, and nothing is said below five")
    func fallback() {
        let few = [Double](repeating: 10, count: 29)
        let all = few + [Double](repeating: 1000, count: 71)
        #expect(self.judge(1000, self.rule(minimum: 30), same: few, all: all) == nil)
        #expect(self.judge(1000, self.rule(minimum: 29), same: few, all: all)?.baselineExecutions == 29)
        #expect(self.judge(1000, self.rule(minimum: 1000), same: few, all: few)?.baselineExecutions == 29)
        #expect(self.judge(1000, same: Array(few.prefix(4))) == nil)
        #expect(self.judge(1000, same: []) == nil)
    }

    @Test("a configuration names metrics, and is told of a name that none has")
    func configuredMetrics() throws {
        #expect(try AnomalyMetric.list("") == [])
        #expect(try AnomalyMetric.list(" throughput, Total_Rows ,,total_rows") == [.totalRows, .throughput])
        let error = #expect(throws: UnknownAnomalyMetric.self) { try AnomalyMetric.list("inserts, rows") }
        #expect(error?.description.hasPrefix("'rows' is not a metric") == true)
    }
}
