// SPDX-License-Identifier: Apache-2.0
import Synchronization
import Testing
import Watcher
import WatcherWire

@Suite("The guide's examples of watermarks do what the guide says")
struct GuideWatermarkTests {
    @Test("the watermark moves with a success, and stays with a failure")
    func watermarkMovesWithSuccess() async throws {
        try await GuideServer.with { server in
            var config = GuideWatermarkExamples.config()
            let ranges = Mutex<[[Watermark?]]>([])
            let read = { (after: Watermark?, through: Watermark?) in
                ranges.withLock { $0.append([after, through]) }
                return 7
            }
            _ = try await GuideWatermarkExamples.track(server.watcher, config, read)
            config.nextWatermark = "2013-02-28"
            await #expect(throws: SourceUnavailable()) {
                try await GuideWatermarkExamples.track(server.watcher, config) { _, _ in throw SourceUnavailable() }
            }
            _ = try await GuideWatermarkExamples.track(server.watcher, config, read)
            #expect(ranges.withLock { $0 } == [["2013-01-01", "2013-01-31"], ["2013-01-31", "2013-02-28"]])
            #expect(try await server.watcher.syncPipelineConfig(config).watermark == "2013-02-28")
        }
    }

    @Test("every kind of watermark has its text")
    func everyKindHasItsText() {
        #expect(
            GuideWatermarkExamples.values().map(\.text) == [
                "page-17", "336776", "42", "2013-01-31", "2013-01-01T05:00:00Z",
            ]
        )
        #expect(GuideWatermarkExamples.read("42").0 == 42)
        #expect(GuideWatermarkExamples.read("2013-01-01").1?.text == "2013-01-01T00:00:00Z")
        #expect(GuideWatermarkExamples.read(nil) == (nil, nil))
    }

    @Test("after a failure, slices resume exactly at the one that failed")
    func slicesResume() async throws {
        try await GuideServer.with { server in
            let days = (1...5).map { Watermark.date(year: 2013, month: 1, day: $0) }
            let read = Mutex<[Watermark]>([])
            let config = GuideServer.config("flights")
            for badDay in [days[2], nil, nil] {
                try await GuideWatermarkExamples.slices(server.watcher, config, days) { day in
                    read.withLock { $0.append(day) }
                    return day == badDay ? 0 : 7
                }
            }
            #expect(read.withLock { $0 } == [days[0], days[1], days[2], days[2], days[3], days[4]])
        }
    }
}
